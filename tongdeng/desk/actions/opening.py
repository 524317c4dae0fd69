"""Beginning a case: once for each request, however often it is sent."""

from django.db import transaction

from tongdeng.access import selectors as access
from tongdeng.access.types import RESIDENT
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.desk import rules, selectors
from tongdeng.desk.actions import rows
from tongdeng.desk.actions.stepping import take_step
from tongdeng.desk.errors import CaseRefused
from tongdeng.desk.models import Case
from tongdeng.desk.numbers import code_hash, new_code, new_number
from tongdeng.desk.progress import Event as Happened
from tongdeng.desk.progress import begin
from tongdeng.desk.types import Act, Former, Given, Held, Kind, NewCase, Opened, Role, State
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.people import selectors as people
from tongdeng.people.exports import merges, records
from tongdeng.rules.model import Version

NO_KEY = Text("请求没有编号", "the request has no key")
TRIES = 3  # for a number that is not taken: one in a hundred million a day


def asked_by(asker_id: int | None, by: Actor) -> str:
    """Return within whom a request's key is unique."""
    return f"person:{asker_id}" if by.purpose == RESIDENT else f"staff:{by.staff_id}"


def version_of(service: str) -> Version:
    """Return the rules of a service today. Raises CaseRefused where nobody can apply for it here."""
    if catalogue.is_sealed(service):
        raise CaseRefused(
            "sealed",
            Text("健康类事项在医疗卫生机构申请", "health services are applied for at the institution"),
            remedy=Text("请到社区卫生服务中心办理", "go to the community health centre"),
        )
    known = catalogue.law().services.get(service)
    version = known.version_on(clock.today()) if known else None
    if version is None:
        raise CaseRefused("service", Text("今天没有这个事项", "there is no such service today"))
    return version


def start_case(
    *, new: NewCase, token: str, by: Actor, known: frozenset[str] = frozenset(), former: Former | None = None
) -> Opened:
    """Begin a case as a draft and return its number and code. The same token from the same actor makes one case.

    `known`: papers that a department holds already. Nothing the person declined or did before stands in the way.
    """
    if not token:
        raise CaseRefused("token", NO_KEY)
    version, asker = version_of(new.service), asked_by(new.asker_id, by)
    if new.kind is Kind.SAME_VISIT and (version.promised is None or version.promised.days):
        raise CaseRefused("kind", Text("这个事项不是即办件", "this service is not done while one waits"))
    for _ in range(TRIES):
        with transaction.atomic():
            opened = _once(new, version, (asker, token), by, known, former)
            if opened.is_new:
                audit.record(
                    "desk.case.started", by=by, subjects=[new.person_id],
                    detail={"case": opened.id, "service": new.service, "channel": new.channel.value},
                )  # fmt: skip
        if opened.id:
            return opened
    raise CaseRefused("number", Text("没有取到办件编号，请再试一次", "no number was found, try again"))


def _once(
    new: NewCase, version: Version, asked: tuple[str, str], by: Actor, known: frozenset[str], former: Former | None
) -> Opened:
    """Insert the case unless its request came before; whoever comes second waits here and then finds the first."""
    asker, token = asked
    person, number, code = merges.current(new.person_id), new_number(clock.today()), new_code()
    place = people.territories([person]).get(person)
    if place is None:
        raise CaseRefused("person", Text("没有这个人，或者不在本岗位的辖区", "no such person within this post's reach"))
    role = Role.APPLICANT if by.purpose == RESIDENT else Role.CLERK
    held = dict.fromkeys(known, Held.KNOWN) | dict(former.materials if former else {})
    event = Happened(1, Act.START, role, clock.today(), by.staff_id, {
        "materials": {paper: held.get(paper, Held.MISSING).value for paper in version.materials},
        "version_from": version.from_on.isoformat(),
    })  # fmt: skip
    domain = access.service_domain(new.service)
    case = Case(
        number=number, code_hash=code_hash(number, code), code_sealed=records.seal_text(code, domain),
        person_id=person, asker_id=new.asker_id, territory=place, domain=domain,
        desks=rules.desks_of(new.service), service=new.service, law_digest=catalogue.current_digest(),
        kind=new.kind.value, channel=new.channel.value, parent_id=new.parent_id, package=new.package,
        reopens_id=former and former.id, asked_by=asker, token=token, opened_at=clock.now(),
        **rows.columns(begin(event)),
    )  # fmt: skip
    Case.objects.bulk_create([case], ignore_conflicts=True)
    made = Case.objects.filter(asked_by=asker, token=token).first()
    if made is None:
        return Opened(0, "", "", False)
    if made.number != number:
        if (merges.current(made.person_id), made.service) != (person, new.service):
            raise CaseRefused("token", Text("这个请求编号用过了，请重新打开页面", "this key was used for another case"))
        return Opened(made.pk, made.number, selectors.code_of(made), False)
    rows.add_event(made, event, words={"words": former.words} if former else {}, token=token, by=by)
    return Opened(made.pk, number, code, True)


@transaction.atomic
def reopen_case(*, case_id: int, seen: int, given: Given, token: str, by: Actor) -> Opened:
    """Begin a new case in the place of a closed one, which is kept as it is and says so.

    It is handed in at once: whoever did nothing wrong has nothing to do, and the office's time runs.
    """
    if not token:
        raise CaseRefused("token", NO_KEY)
    take_step(case_id=case_id, act=Act.REOPEN, seen=seen, given=given, token=token, by=by)
    first = Case.objects.get(pk=case_id)
    # What was done while one waited is done so again only where the law of today still promises that.
    kind = rules.kind_of(version_of(first.service)) if first.kind == Kind.SAME_VISIT else Kind(first.kind)
    again = NewCase(
        first.person_id, first.service, kind, selectors.channel_of(first), first.asker_id, first.parent_id,
        first.package,
    )  # fmt: skip
    opened = start_case(new=again, token=f"{token}-again", by=by, former=_former(first))
    take_step(case_id=opened.id, act=Act.SUBMIT, seen=1, token=f"{token}-submit", by=by)
    audit.record("desk.case.reopened", by=by, subjects=[first.person_id], detail={"case": opened.id, "first": first.pk})
    return opened


# How a paper of the first case stands in the new one; what is not named here is missing in it.
KEPT = {
    Held.GIVEN: Held.KNOWN, Held.KNOWN: Held.KNOWN, Held.UNNEEDED: Held.UNNEEDED, Held.COMMITTED: Held.COMMITTED,
}  # fmt: skip


def _former(first: Case) -> Former:
    """Return what the first case leaves to the new one. A word that was revoked as untrue stands in for nothing."""
    materials = selectors.progress_of(first).materials
    kept = {
        code: KEPT[held] for code, held in materials.items()
        if held in KEPT and not (held is Held.COMMITTED and first.state == State.REVOKED)
    }  # fmt: skip
    words = [step.words for step in selectors.steps_of(first) if step.act in (Act.START, Act.COMMIT) and step.words]
    return Former(first.pk, kept, "\n".join(words) if Held.COMMITTED in kept.values() else "")
