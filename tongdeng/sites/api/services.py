"""Services and their rules on a day; and what one person is owed."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404
from ninja import Path, Query, Router

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import search
from tongdeng.rules import terms as words
from tongdeng.rules.explain import ExplainedCondition
from tongdeng.rules.model import Condition, Service, Version
from tongdeng.sites.api import schemas
from tongdeng.sites.api.entry import operation
from tongdeng.sites.api.schemas import Day, ServiceCode, said

router = Router(tags=["services"])
NOT_SET = Text("没有规定", "not set")


@router.get("/services", **operation("list_services", response=schemas.Services))
def list_services(request: Any, as_of: Query[Day | None] = None) -> schemas.Services:
    """List the services in force on a day, today unless another is named; sealed health is not among them."""
    day, law = as_of or clock.today(), catalogue.open_law()
    return schemas.Services(
        as_of=day, law=law.digest,
        services=[schemas.ServiceLine(**_line(service, version)) for service, version in law.in_force_on(day)],
    )  # fmt: skip


@router.get("/services/{service}", **operation("get_service", response=schemas.ServiceFull))
def get_service(request: Any, service: Path[ServiceCode], as_of: Query[Day | None] = None) -> schemas.ServiceFull:
    """Return a service with the version of its rules that is in force on a day."""
    law = catalogue.open_law()
    known = law.services.get(service)
    version = known.version_on(as_of or clock.today()) if known else None
    if known is None or version is None:
        raise Http404
    named = words.terms(settings.TONGDENG_LAW)
    return schemas.ServiceFull(
        **_line(known, version), law=law.digest, rhythm=said(words.rhythm(version)),
        conditions=[said(_label(one)) for one in version.conditions],
        materials=[
            schemas.Material(code=code, name=said(words.named(code, named.materials))) for code in version.materials
        ],
        statutory=_term(version.statutory), promised=_term(version.promised),
        fee=said(words.named(version.fee, named.fees)), basis=[said(owed.clause_text(one)) for one in version.basis],
        note=said(version.note) if version.note else None,
    )  # fmt: skip


def _line(service: Service, version: Version) -> dict[str, Any]:
    return {
        "service": service.code, "name": said(service.name), "bureau": service.bureau, "from_on": version.from_on,
        "until": version.until,
    }  # fmt: skip


def _label(one: Condition) -> Text:
    return one.label or Text(one.name, one.name)


def _term(term: Any) -> schemas.Term | None:
    return schemas.Term(days=term.days, kind=term.kind) if term else None


def person_of(ref: str) -> int:
    """Return somebody within the caller's reach, by their number here or their id number; 404 for everybody else."""
    hits = search.search(ref, clock.today(), limit=2)
    if hits.by not in ("person_id", "id_number") or len(hits.people) != 1:
        raise Http404
    return hits.people[0].person_id


@router.post("/eligibility", **operation("ask_eligibility", response=schemas.Eligibility))
def ask_eligibility(request: Any, asked: schemas.WhoAndWhy) -> schemas.Eligibility:
    """Return what one person is owed today and why, as far as the post may see; the person reads who asked."""
    person, today, domains = person_of(asked.person), clock.today(), access.domains_of(request.system.kind)
    audit.record(
        "connect.eligibility.asked", by=replace(request.actor, purpose=asked.purpose.value), subjects=[person],
        detail={"system": request.system.system_id, "service": asked.service},
    )  # fmt: skip
    known = owed.known_now(person, domains)
    standings = owed.standings(person, known.law, known.on([today])[today], domains, today)
    return schemas.Eligibility(
        person=ids.show(person), as_of=today, law=known.law.digest,
        services=[_standing(one) for one in standings if asked.service in (None, one.code)],
    )  # fmt: skip


def _standing(one: owed.Standing) -> schemas.Standing:
    told, window = one.explanation, one.window
    return schemas.Standing(
        service=one.code, name=said(told.service.name), status=one.status.value if one.status else None,
        answer=told.answer.answer.value, told=said(owed.verdict(told)),
        opens_on=window.opens_on if window else None, due_on=window.due_on if window else None,
        unmet=[_condition(each) for each in told.unmet], unknown=[_condition(each) for each in told.unknown],
        basis=[said(owed.clause_text(clause)) for clause in told.version.basis],
    )  # fmt: skip


def _condition(each: ExplainedCondition) -> schemas.ConditionTold:
    return schemas.ConditionTold(name=each.condition.name, label=said(each.label))
