"""Cases: those that lie before a system, one of them, beginning one, doing an act, and what is to be done."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from ninja import Path, Query, Router

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.catalogue import selectors as catalogue
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.exports import held, rules
from tongdeng.desk.types import Act, Channel, Given, Held, NewCase, Signal, State
from tongdeng.kernel import clock, ids
from tongdeng.people import selectors as people
from tongdeng.people.exports import profiles
from tongdeng.sites.api import schemas
from tongdeng.sites.api.entry import operation
from tongdeng.sites.api.schemas import CaseNumber, Cursor, Day, IdempotencyKey, ServiceCode
from tongdeng.sites.api.services import person_of
from tongdeng.sites.api.writing import once

router = Router(tags=["cases"])
PAGE = 50


def found(case_id: int) -> desk.Case:
    """Return a case within the caller's reach, or the same 404 for one elsewhere and for none."""
    case = desk.find_case(case_id)
    if case is None:
        raise Http404
    return case


def _page(request: Any, cursor: str | None, **wanted: Any) -> tuple[list[desk.Case], str | None]:
    caller = request.system
    cut = desk.Cut(caller.lo, caller.hi, clock.today(), **wanted)
    shown, after = desk.page(cut, desk.Cursor.read(cursor) if cursor else None, PAGE)
    return shown, str(after) if after else None


@router.get("/cases", **operation("list_cases", response=schemas.Cases))
def list_cases(
    request: Any, service: Query[ServiceCode | None] = None, state: Query[State | None] = None,
    light: Query[Signal | None] = None, closed: Query[bool] = False, cursor: Query[Cursor | None] = None,
) -> schemas.Cases:  # fmt: skip
    """List the cases that lie before the system, by the day something is due; closed ones, the newest first."""
    shown, after = _page(
        request, cursor, is_open=not closed, services=[service] if service else [], states=[state] if state else [],
        signal=light,
    )  # fmt: skip
    _listed(request, "desk.cases.listed", shown)
    return schemas.Cases(cases=[schemas.CaseLine(**_line(one, clock.today())) for one in shown], next=after)


@router.get("/tasks", **operation("list_tasks", response=schemas.Tasks))
def list_tasks(request: Any, until: Query[Day | None] = None, cursor: Query[Cursor | None] = None) -> schemas.Tasks:
    """List the open cases in which the system may do something now, by the day it is due, or only until a day."""
    today = clock.today()
    shown, after = _page(request, cursor)
    if until is not None:
        # By day, those without any last: from the first that is due later, nothing further on is asked for.
        within = [one for one in shown if one.due_on is not None and one.due_on <= until]
        shown, after = within, after if len(within) == len(shown) else None
    open_acts = _acts(request, shown, today)
    tasks = [(one, open_acts[one.pk]) for one in shown if open_acts[one.pk]]
    _listed(request, "connect.tasks.listed", [one for one, _ in tasks])
    return schemas.Tasks(tasks=[schemas.Task(**_line(one, today), acts=acts) for one, acts in tasks], next=after)


def _listed(request: Any, code: str, shown: Iterable[desk.Case]) -> None:
    persons = {one.person_id for one in shown}
    audit.record(code, by=request.actor, subjects=persons, detail={"system": request.system.system_id})


def _acts(request: Any, cases: Iterable[desk.Case], today: date) -> dict[int, list[str]]:
    offered = {one.value for one in schemas.ActName}
    found = desk.acts_for_each(cases, request.actor, today)
    return {case: [move.act.value for move in acts if move.act.value in offered] for case, acts in found.items()}


def _line(case: desk.Case, today: date) -> dict[str, Any]:
    return {
        "case": case.pk, "number": case.number, "person": ids.show(case.person_id), "service": case.service,
        "state": case.state, "kind": case.kind, "channel": case.channel, "version": case.version,
        "division": str(case.territory), "opened_at": case.opened_at, "due_on": case.due_on,
        "person_due_on": case.person_due_on, "closed_on": case.closed_on, "light": desk.light_of(case, today),
    }  # fmt: skip


@router.get("/cases/{case}", **operation("get_case", response=schemas.CaseFull))
def get_case(request: Any, case: Path[CaseNumber]) -> schemas.CaseFull:
    """Return one case with what happened to it and what the system may do."""
    one, today = found(case), clock.today()
    audit.record("desk.case.viewed", by=request.actor, subjects=[one.person_id], detail={"case": case})
    now, ref = desk.progress_of(one), ids.show(one.person_id)
    return schemas.CaseFull(
        **_line(one, today), name=people.names_of([one.person_id]).get(one.person_id, ref),
        materials=dict(now.materials), missing=list(now.missing), gaps=list(now.gaps),
        acts=_acts(request, [one], today)[one.pk],
        steps=[
            schemas.StepTold(version=step.seq, act=step.act, role=step.role, at=step.at, words=step.words)
            for step in desk.steps_of(one)
        ],
    )  # fmt: skip


@router.post("/cases", **operation("start_case", response={201: schemas.Begun}))
def start_case(request: Any, asked: schemas.NewCaseAsked, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Begin a case for somebody; what a department holds already is not asked for again."""
    return once(request, idempotency_key, lambda: _begin(request, asked, idempotency_key), 201)


@transaction.atomic
def _begin(request: Any, asked: schemas.NewCaseAsked, key: str) -> schemas.Begun:
    profile, by = profiles.find_profile(person_of(asked.person)), request.actor
    service = catalogue.open_law().services.get(asked.service)
    version = service.version_on(clock.today()) if service else None
    # What is not open to the post is not there for it, as on the page of the window.
    hidden = access.service_domain(asked.service) not in access.domains_of(request.system.kind)
    if profile is None or version is None or hidden:
        raise Http404
    new = NewCase(profile.person_id, asked.service, rules.kind_of(version), Channel(asked.channel))
    opened = actions.start_case(
        new=new, token=f"api-{request.system.system_id}-{key}", known=frozenset(held.papers_held(profile)), by=by
    )
    seen = 1
    if asked.materials:
        given = Given(materials=_materials(asked.materials))
        seen = actions.take_step(case_id=opened.id, act=Act.NOTE_MATERIALS, seen=seen, given=given, by=by)
    if asked.submit:
        seen = actions.take_step(case_id=opened.id, act=Act.SUBMIT, seen=seen, by=by)
    state = State.SUBMITTED if asked.submit else State.DRAFT
    return schemas.Begun(case=opened.id, number=opened.number, code=opened.code, version=seen, state=state)


def _materials(asked: dict[str, Held]) -> dict[str, Held]:
    return {code: Held(said) for code, said in asked.items()}


@router.post("/cases/{case}/acts", **operation("act_on_case", response=schemas.Stepped))
def act_on_case(
    request: Any, case: Path[CaseNumber], asked: schemas.StepAsked, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Do one act of the lifecycle on the version of the case that was read; 409 where somebody was quicker."""
    found(case)
    return once(request, idempotency_key, lambda: _step(request, case, asked))


def _step(request: Any, case: int, asked: schemas.StepAsked) -> schemas.Stepped:
    given = Given(
        reason=asked.reason, words=asked.words, materials=_materials(asked.materials), items=tuple(asked.items),
        organ=asked.organ, officials=tuple(asked.officials),
    )  # fmt: skip
    version = actions.take_step(
        case_id=case, act=Act(asked.act.value), seen=asked.version, given=given, by=request.actor
    )
    return schemas.Stepped(case=case, version=version, state=found(case).state)
