"""Reads of cases. Row security decides which of them the reader meets."""

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from tongdeng.access import selectors as access
from tongdeng.access.types import RESIDENT
from tongdeng.audit.types import Actor, arrival
from tongdeng.desk import clocks, lifecycle, rules
from tongdeng.desk.inbox import Cursor, Cut, cases, counts, ordered, page
from tongdeng.desk.inbox import in_order as inbox_in_order
from tongdeng.desk.inbox import parts as inbox_parts
from tongdeng.desk.judging import HOLDS, Asking, Terms
from tongdeng.desk.lifecycle import Guard, Move
from tongdeng.desk.lights import Lights
from tongdeng.desk.models import Case, Delegation, Event, FollowUp, Joint, Supervision
from tongdeng.desk.numbers import code_hash, tidy_number
from tongdeng.desk.progress import Event as Happened
from tongdeng.desk.progress import Progress, replay
from tongdeng.desk.tallies import tallies
from tongdeng.desk.types import Act, Channel, Clock, ClockFace, Followed, Given, Kind, Role, Signal, State, Step
from tongdeng.documents import selectors as documents
from tongdeng.documents.types import Kept, Subject
from tongdeng.kernel import clock
from tongdeng.org import selectors as org
from tongdeng.people import selectors as people
from tongdeng.people.exports import merges, records

__all__ = [
    "SUBJECT", "Case", "Cursor", "Cut", "Delegation", "FollowUp", "Progress", "Supervision", "acts_for",
    "acts_for_each", "askable", "cases_by_id", "cases_of", "channel_of", "clocks_of", "code_of", "counts",
    "delegations", "deputies_for", "differing", "documents_of", "find_case", "follow", "follow_up_of",
    "follow_up_words", "follow_ups", "followed", "happened", "holders_for", "inbox_in_order", "inbox_parts",
    "is_anothers", "is_rated_with_others", "lifecycle", "light_of", "lights_of", "lock_case", "lock_parts",
    "open_services_of", "ordered", "page", "parts_of", "posts_headed", "progress_of", "reply_of", "reusable",
    "roles_of", "rules", "services_in", "speaker_of", "steps_of", "steps_of_each", "subject", "supervisions",
    "supervisions_of", "taken_back", "takes", "tallies", "tidy_number", "to_explain", "words_of", "worked_by",
]  # fmt: skip
SUBJECT = "desk.case"  # of papers, letters and documents
RELIED_ON_BY_NOBODY = (State.DRAFT, State.CORRECTION_REQUIRED)
# What stands in the table of acts and hangs on what is typed: not judged before somebody has typed it.
BY_TYPING = {Guard.MAY_COMMIT, Guard.LISTED_SUPPLIED, Guard.GAPS_FILLED}


def find_case(case_id: int) -> Case | None:
    """Return a case; None where the reader may not see it."""
    return Case.objects.filter(pk=case_id).first()


def lock_case(case_id: int) -> Case | None:
    """Return a case and hold its row until the transaction ends: two steps never cross."""
    return Case.objects.select_for_update().filter(pk=case_id).first()


def channel_of(case: Case) -> Channel:
    """Return where a case came in."""
    return Channel(case.channel)


def progress_of(case: Case) -> Progress:
    """Return how far a case is."""
    return Progress.of_json(case.progress)


def code_of(case: Case) -> str:
    """Return the secret code of a case, for the receipt."""
    return records.unseal_text(case.code_sealed, case.domain) or ""


def cases_of(person_id: int, ever: Sequence[int] = ()) -> list[Case]:
    """Return the cases of a person, also under ids merged into theirs: open ones first, newest first."""
    found = Case.objects.filter(person_id__in=ever or merges.ids_of(person_id))
    return list(found.order_by(F("closed_on").desc(nulls_first=True), "-opened_at", "-id"))


def open_services_of(person_id: int) -> dict[str, int]:
    """Return the services that are being worked on for a person, each with its newest open case (正在办)."""
    found = Case.objects.filter(person_id__in=merges.ids_of(person_id), closed_on=None).order_by("id")
    return dict(found.values_list("service", "id"))


def parts_of(*parents: int) -> list[Case]:
    """Return the cases of joint packages."""
    return list(Case.objects.filter(parent_id__in=parents).order_by("id"))


def lock_parts(joint_id: int) -> list[Case]:
    """Return the cases of a package and hold their rows, always in the same order: no step of theirs is under way."""
    return list(Case.objects.select_for_update().filter(parent_id=joint_id).order_by("id"))


def services_in(cut: Cut) -> list[str]:
    """Return the services of the wanted cases, by their codes."""
    return sorted(cases(cut).order_by().values_list("service", flat=True).distinct())


def holders_for(case: Case) -> dict[int, str]:
    """Return the posts that a case can be handed to: those before which it lies, each with who is in it."""
    kinds = [kind for kind in case.desks if case.domain in access.domains_of(kind)]
    return org.posts_serving(case.territory, kinds, clock.today())


def worked_by(by: Actor, today: date) -> list[int]:
    """Return the posts whose cases somebody works on: their own, and those they are the deputy of."""
    own = by.post_id or 0
    return [own, *Delegation.objects.on(today).filter(deputy_id=own).values_list("post_id", flat=True)]


def posts_headed(by: Actor) -> dict[int, str]:
    """Return the posts for which somebody may name a deputy, each with who is in it."""
    reach = org.post_reach(by.post_id or 0)
    if reach is None:
        return {}
    (kind, lo), (_, hi) = reach, people.reach_of(by.post_id or 0)
    return org.posts_within(lo, hi, rules.headed_kinds(kind, is_county=lo.endswith("000000")), clock.today())


def deputies_for(post_id: int, by: Actor) -> dict[int, str]:
    """Return who could stand in for a post: of the same kind, and serving all of its place."""
    reach = org.post_reach(post_id)
    if reach is None:
        return {}
    (kind, lo), (_, hi) = reach, people.reach_of(post_id)
    found = org.posts_serving(lo, [kind], clock.today())
    wide = {one for one in found if people.reach_of(one)[1] >= hi}
    return {one: name for one, name in found.items() if one in wide and one != post_id}


def delegations(by: Actor) -> list[Delegation]:
    """Return the delegations of the posts somebody heads, and those in which their own post stands; newest first."""
    own = by.post_id or 0
    about = Q(post_id__in=list(posts_headed(by))) | Q(post_id=own) | Q(deputy_id=own)
    return list(Delegation.objects.filter(about).order_by("-from_on", "-id")[:200])


def lights_of(case: Case) -> Lights:
    """Return the days on which the lights of a case turn."""
    return Lights(case.due_on, case.person_due_on, case.amber_on, case.yellow_on, case.red_on)


def light_of(case: Case, today: date) -> Signal:
    """Return the light a case shows."""
    return lights_of(case).on(today)


def clocks_of(case: Case, today: date) -> list[ClockFace]:
    """Return how the clocks of a case stand, in the order of the types."""
    now = progress_of(case)
    runs = {one: run for one, run in now.runs.items() if one is not Clock.SUSPENSION or now.state is State.SUSPENDED}
    return [clocks.face(clock, runs[clock], today) for clock in type(next(iter(runs))) if clock in runs] if runs else []


def happened(case_id: int) -> list[Happened]:
    """Return the events of a case as the fold reads them."""
    return [
        Happened(row.seq, Act(row.act), Role(row.role), row.on, row.staff_id, row.data)
        for row in Event.objects.filter(case_id=case_id).order_by("seq")
    ]


def steps_of(case: Case) -> list[Step]:
    """Return what happened to a case, with the words opened, oldest first."""
    return steps_of_each([case])[case.pk]


def steps_of_each(cases: Iterable[Case]) -> dict[int, list[Step]]:
    """Return the same for each of these cases, read at once."""
    found: dict[int, list[Step]] = {case.pk: [] for case in cases}
    for row in Event.objects.filter(case_id__in=found).order_by("case_id", "seq"):
        found[row.case_id].append(_step(row))
    return found


def _step(row: Event) -> Step:
    said: Mapping[str, str] = json.loads(records.unseal_text(row.words_sealed, row.domain) or "{}")
    return Step(
        row.seq, Act(row.act), Role(row.role), row.at, row.staff_id, row.post_id, row.data, said.get("words", ""),
        said.get("remedies", ""), row.on, said.get("organ", ""), row.asker_id,
    )  # fmt: skip


def words_of(cases: Iterable[int], act: Act) -> dict[int, str]:
    """Return what was said with the first act of a kind of each of these cases, opened; nothing for the others."""
    found = Event.objects.filter(case_id__in=list(cases), act=act.value).order_by("-seq")
    return {row.case_id: _step(row).words for row in found}


def speaker_of(case: Case | Joint) -> int | None:
    """Return who applied online for somebody else, a parent for a child: the word outside goes to them."""
    return case.asker_id if case.channel == Channel.ONLINE and case.asker_id != case.person_id else None


def subject(case: Case) -> Subject:
    """Return what the documents of a case are kept for: the case, and nothing else."""
    return Subject(SUBJECT, case.pk)


def documents_of(case: Case) -> list[Kept]:
    """Return what was handed in for a case, oldest first."""
    return documents.documents_of(subject(case))


def takes(case: Case, by: Actor, today: date) -> frozenset[str]:
    """Return the papers that somebody may hand in for a case now; not those that are looked at only."""
    now, acts = progress_of(case), {move.act for move in acts_for(case, by, today)}
    noted = {*now.materials} - {*now.gaps} if Act.NOTE_MATERIALS in acts else set()
    wanted = noted | ({*now.gaps} if Act.CLOSE_GAPS in acts else set())
    return frozenset(code for code in wanted if not rules.is_seen_only(code))


def taken_back(case: Case, by: Actor) -> bool:
    """Tell whether whoever applied may take a document back: nobody relies on it yet, or it is their turn."""
    return State(case.state) in RELIED_ON_BY_NOBODY and not is_anothers(case, by)


def reusable(case: Case) -> dict[str, Kept]:
    """Return, by paper, what is missing here and was handed in before for the same service, and is still good."""
    now, persons, today = progress_of(case), merges.ids_of(merges.current(case.person_id)), clock.today()
    found = {
        code: documents.find_reusable(persons=persons, material=code, purpose=case.service, on=today)
        for code in (*now.missing, *now.gaps)
    }
    return {code: one for code, one in found.items() if one is not None and one.subject != subject(case)}


def differing(cases: Iterable[Case]) -> list[int]:
    """Return those of these cases whose row is not what its events make: somebody wrote past the actions."""
    return [case.pk for case in cases if replay(happened(case.pk)).as_json() != case.progress]


def roles_of(by: Actor, case: Case) -> frozenset[Role]:
    """Return in which roles somebody acts on a case."""
    return _roles(by, case, _reach(by))


def _reach(by: Actor) -> tuple[str, str] | None:
    return None if by.post_id is None else org.post_reach(by.post_id)


def _roles(by: Actor, case: Case, reach: tuple[str, str] | None) -> frozenset[Role]:
    if by.purpose == RESIDENT:
        return frozenset({Role.APPLICANT})
    if by.post_id is None:
        return frozenset({Role.JOB})
    if reach is None:
        return frozenset()
    kind, lo = reach
    found = rules.roles_in(kind, rules.desk_of(case.service), is_county=lo.endswith("000000"))
    # What is done while somebody waits, the window decides for the department.
    return found | {Role.HANDLER} if Role.CLERK in found and case.kind == Kind.SAME_VISIT else found


def is_anothers(case: Case | Joint, by: Actor) -> bool:
    """Tell whether a resident looks at a child's case or package that another guardian, or the window, began."""
    if by.purpose != RESIDENT:
        return False
    me = access.acting_person()
    return me is None or merges.current(me) not in {
        merges.current(one) for one in (case.person_id, case.asker_id) if one
    }


def acts_for(case: Case, by: Actor, today: date) -> list[Move]:
    """Return what somebody may do with a case now."""
    return acts_for_each([case], by, today)[case.pk]


def acts_for_each(cases: Iterable[Case], by: Actor, today: date) -> dict[int, list[Move]]:
    """Return the same for each of these cases; whoever asks is read once."""
    reach = _reach(by)
    return {case.pk: _acts(case, by, today, _roles(by, case, reach)) for case in cases}


def _acts(case: Case, by: Actor, today: date, roles: frozenset[Role]) -> list[Move]:
    now, terms = progress_of(case), rules.terms_for(case.service)
    kept = {Act.WITHDRAW} if is_anothers(case, by) else set()
    return [
        move for move in lifecycle.moves_from(now.state, roles)
        if move.act not in kept
        and _is_open(now, move, roles, today, by, terms)
        and not is_rated_with_others(case, move.act)
    ]  # fmt: skip


def is_rated_with_others(case: Case, act: Act) -> bool:
    """Tell whether an act is the rating of a package's case: the package is rated, once."""
    return act is Act.RATE and case.parent_id is not None


def askable(case: Case, by: Actor, today: date) -> list[Move]:
    """Return the acts for which a head could be asked now."""
    now, terms = progress_of(case), rules.terms_for(case.service)
    return [
        move
        for move in lifecycle.MOVES
        if move.is_approved
        and now.state in move.before
        and _is_open(now, move, frozenset(move.by), today, by, terms, {*BY_TYPING, Guard.APPROVED})
    ]


def _is_open(
    now: Progress, move: Move, roles: frozenset[Role], today: date, by: Actor, terms: Terms,
    passed_over: Set[Guard] = frozenset(BY_TYPING),
) -> bool:  # fmt: skip
    asking = Asking(move, Given(), roles, today, by.staff_id, terms)
    return all(guard in passed_over or HOLDS[guard](now, asking) for guard in move.guards)


def follow(number: str, code: str) -> Followed | None:
    """Return what is told to whoever has the number and the code of a case; the context is of purpose `follow`."""
    known, came = tidy_number(number), arrival()
    with connection.cursor() as cursor:
        # It writes down for the person that somebody looked.
        cursor.execute(
            "SELECT desk_follow(%s, %s, %s, %s, %s)",
            [known, code_hash(known, code), clock.now(), came.address, came.request],
        )
        row = cursor.fetchone()[0]
    if row is None:
        return None
    return followed(known, json.loads(row) if isinstance(row, str) else row)


def followed(number: str, said: Mapping[str, Any]) -> Followed:
    """Return what the database tells of a case to whoever follows it."""
    now, day, explained = Progress.of_json(said["progress"]), date.fromisoformat, said.get("explained")
    return Followed(
        number, said["service"], now.state, tuple((Act(act), day(on)) for act, on in said["steps"]), now.missing,
        now.gaps, *(day(said[name]) if said[name] else None for name in ("promised_due_on", "person_due_on")),
        is_granted=now.is_granted, explained=explained and (explained[0], day(explained[1])),
    )  # fmt: skip


def to_explain(orders: Iterable[Supervision], cases: Mapping[int, Case], by: Actor, today: date) -> set[int]:
    """Return the orders that are answered to the applicant as well: a term is broken, and nobody has told why."""
    late = [one for one in orders if one.signal != Signal.AMBER and cases[one.case_id].closed_on is None]
    about = {one.case_id: cases[one.case_id] for one in late}
    told = Event.objects.filter(case_id__in=about, act=Act.EXPLAIN.value).order_by("at")
    newest = dict(told.values_list("case_id", "at")) if about else {}
    acts = acts_for_each(about.values(), by, today)
    return {
        one.pk for one in late
        if not (one.case_id in newest and newest[one.case_id] >= one.opened_at)
        and any(Act.EXPLAIN is move.act for move in acts[one.case_id])
    }  # fmt: skip


def reply_of(order: Supervision) -> str:
    """Return what was answered to an order."""
    return records.unseal_text(order.reply_sealed, order.domain) or ""


def cases_by_id(cases: Iterable[int]) -> dict[int, Case]:
    """Return those of these cases that the reader may see."""
    return Case.objects.in_bulk(list(cases))


def supervisions(lo: str, hi: str, *, is_open: bool = True) -> QuerySet[Supervision]:
    """Return the supervision orders in the territories [lo, hi), by the day a reply is due."""
    found = Supervision.objects.filter(territory__gte=lo, territory__lt=hi, replied_at__isnull=is_open)
    return found.order_by("reply_due_on" if is_open else "-replied_at", "id")


def follow_ups(lo: str, hi: str, *, is_open: bool = True) -> QuerySet[FollowUp]:
    """Return the bad ratings in the territories [lo, hi), by the day an answer is due."""
    found = FollowUp.objects.filter(territory__gte=lo, territory__lt=hi, answered_at__isnull=is_open)
    return found.order_by("due_on" if is_open else "-answered_at", "id")


def follow_up_of(case_id: int) -> FollowUp | None:
    """Return what came of a bad rating of a case; None where there is none."""
    return FollowUp.objects.filter(case_id=case_id).first()


def follow_up_words(one: FollowUp) -> tuple[str, str]:
    """Return what was said on the phone, and what was answered."""
    open_text = records.unseal_text
    return open_text(one.contact_sealed, one.domain) or "", open_text(one.answer_sealed, one.domain) or ""


def supervisions_of(case_id: int) -> list[Supervision]:
    """Return the supervision orders about a case, oldest first."""
    return list(Supervision.objects.filter(case_id=case_id).order_by("id"))
