"""What a clerk answers to a doubt, and what follows: two persons become one, stay two, or are asked about again."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.delivery import actions as delivery
from tongdeng.intake import review
from tongdeng.intake.models import Doubt
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.owed import actions as owed
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import merges
from tongdeng.people.types import Change
from tongdeng.work import actions as work

SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
VERDICTS = (SAME, DIFFERENT, UNSURE)
PUT_BACK_DAYS = 14
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of an answer: merged, kept_apart, parted, confirmed, waits (for a second clerk), sent_up, put_back."""

    doubt_id: int
    outcome: str
    change: Change | None = None


@transaction.atomic
def decide(*, doubt_id: int, verdict: str, by: Actor, note: str = "", settler: str = "") -> Decided:
    """Answer a doubt. Where the answer touches care or money it takes effect when a second clerk gives the same one.

    Raises UnusableInput where the doubt was answered already, this clerk was the first, or the two cannot be merged.
    """
    doubt = _lock(doubt_id)
    if verdict == UNSURE:
        decided = _put_back(doubt, note, settler, by)
    elif not review.changes_persons(doubt.kind, verdict) and not doubt.first_verdict:
        decided = _close(doubt, verdict, by)
    elif review.needs_two(doubt) and not review.is_disputed(doubt):
        decided = _one_of_two(doubt, verdict, by)
    else:
        review.refuse_judge(doubt, by)
        decided = _close(doubt, verdict, by)
    audit.record(
        "intake.doubt.decided", by=by, subjects=[doubt.person_id, doubt.other_id],
        detail={"doubt": doubt.pk, "verdict": verdict, "outcome": decided.outcome},
    )  # fmt: skip
    return decided


@transaction.atomic
def undo_decision(*, doubt_id: int, by: Actor) -> Decided:
    """Take one's own answer back: what it changed returns, and the question is open again."""
    doubt = Doubt.objects.select_for_update().filter(pk=doubt_id).first()
    if doubt is None or by.staff_id not in review.judges_of(doubt):
        raise UnusableInput("intake.doubt.not_yours", Text("没有可以撤回的判断", "there is no answer of yours to undo"))
    change = _take_back(doubt.merge_id, by) if doubt.merge_id else None
    doubt.verdict = doubt.merge_id = doubt.closed_at = doubt.closed_staff_id = None
    if doubt.first_staff_id == by.staff_id:
        doubt.first_verdict, doubt.first_staff_id = doubt.second_verdict, doubt.second_staff_id
        doubt.first_at = doubt.second_at
    if by.staff_id in (doubt.first_staff_id, doubt.second_staff_id) or doubt.first_staff_id == doubt.second_staff_id:
        doubt.second_verdict = doubt.second_staff_id = doubt.second_at = None
    doubt.ask_on, doubt.note, doubt.note_staff_id = clock.today(), "", None
    doubt.save()
    audit.record("intake.doubt.undone", by=by, subjects=[doubt.person_id, doubt.other_id], detail={"doubt": doubt.pk})
    return Decided(doubt.pk, "reopened", change)


@transaction.atomic
def take_back_change(*, change_id: int, by: Actor) -> Change:
    """Take a merge or a split back from the person's page; a doubt that led to it is not asked again."""
    change = _take_back(change_id, by)
    opposite = DIFFERENT if change.kind == "merge" else SAME
    Doubt.objects.filter(merge_id=change_id).update(verdict=opposite, closed_staff_id=by.staff_id)
    audit.record("intake.change.taken_back", by=by, subjects=[change.person_id], detail={"change": change_id})
    return change


@transaction.atomic
def part_records(*, person_id: int, records: list[int], by: Actor, into: int | None = None) -> Change:
    """Part records from a person, as a person of their own or back to one who was merged into this person."""
    change = people.split_person(person_id=person_id, records=records, into=into, by=by)
    _follow(change, by)
    audit.record("intake.records.parted", by=by, subjects=[person_id], detail={"records": len(records)})
    return change


def settle_change(*, change_id: int, by: Actor) -> None:
    """Finish what a post began within its own sight: profiles, deliveries, windows and doubts of everyone concerned."""
    with acting(by):
        change = merges.find_change(change_id)
        if change is None:
            raise UnusableInput("people.change.unknown", Text("没有这次改动", "there is no such change"))
        persons = [change.person_id, change.other_id]
        persons += [merges.current(one) for one in persons]
        before = set(registry.territories(persons).values())
        people.settle_persons(persons=persons, by=by)
        _follow_persons(persons, by)
        _close_settled(persons, by)
        places = before | set(registry.territories(persons).values())
        audit.record("intake.change.settled", by=by, subjects=persons, detail={"change": change_id})
    for place in sorted(places):
        work.ask_for_job("tongdeng.insight.tasks.refresh_place", lock=f"place-{place}", community=place)


def send_up(*, doubt_id: int, by: Actor) -> None:
    """Let a doubt over which two clerks disagree lie with the division above, whose posts see it from now on."""
    with acting(by):
        doubt = _lock(doubt_id)
        Doubt.objects.filter(pk=doubt_id).update(territory=review.place_above(doubt))
        audit.record("intake.doubt.sent_up", by=by, detail={"doubt": doubt_id})


# ---- answers ----


def _lock(doubt_id: int) -> Doubt:
    doubt = Doubt.objects.select_for_update().filter(pk=doubt_id).first()
    if doubt is None or doubt.closed_at is not None:
        raise UnusableInput(
            "intake.doubt.closed",
            Text("这处存疑已经有人判断过", "this doubt has been answered by somebody already"),
            remedy=Text("看下一处", "go on to the next one"),
        )
    return doubt


def _put_back(doubt: Doubt, note: str, settler: str, by: Actor) -> Decided:
    note = note.strip()
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise UnusableInput(
            "intake.doubt.note", Text("备注最多 200 个字，不能换行", "a note has at most 200 characters on one line")
        )
    if settler not in review.SETTLERS:
        raise UnusableInput("intake.doubt.settler", Text("请选谁能说清", "choose who could settle it"))
    doubt.ask_on = clock.today() + timedelta(days=PUT_BACK_DAYS)
    doubt.due_on = max(doubt.due_on, doubt.ask_on + timedelta(days=PUT_BACK_DAYS))
    doubt.note, doubt.settler, doubt.note_staff_id = note, settler, by.staff_id
    doubt.save(update_fields=["ask_on", "due_on", "note", "settler", "note_staff_id"])
    return Decided(doubt.pk, "put_back")


def _one_of_two(doubt: Doubt, verdict: str, by: Actor) -> Decided:
    if doubt.first_verdict is None:
        doubt.first_verdict, doubt.first_staff_id, doubt.first_at = verdict, by.staff_id, clock.now()
        doubt.save(update_fields=["first_verdict", "first_staff_id", "first_at"])
        return Decided(doubt.pk, "waits")
    review.refuse_judge(doubt, by)
    doubt.second_verdict, doubt.second_staff_id, doubt.second_at = verdict, by.staff_id, clock.now()
    doubt.save(update_fields=["second_verdict", "second_staff_id", "second_at"])
    if verdict == doubt.first_verdict:
        return _close(doubt, verdict, by)
    work.ask_for_job("tongdeng.intake.tasks.send_up_doubt", lock=f"doubt-{doubt.pk}", doubt=doubt.pk)
    return Decided(doubt.pk, "sent_up")


def _close(doubt: Doubt, verdict: str, by: Actor) -> Decided:
    change = _apply(doubt, verdict, by)
    doubt.verdict, doubt.closed_at, doubt.closed_staff_id = verdict, clock.now(), by.staff_id
    doubt.merge_id = change.id if change else None
    doubt.save(update_fields=["verdict", "closed_at", "closed_staff_id", "merge_id"])
    if verdict == DIFFERENT and doubt.kind != "sample":
        _close_twins(doubt, by)
    names = {True: {SAME: "confirmed", DIFFERENT: "parted"}, False: {SAME: "merged", DIFFERENT: "kept_apart"}}
    return Decided(doubt.pk, names[doubt.kind == "sample"][verdict], change)


def _apply(doubt: Doubt, verdict: str, by: Actor) -> Change | None:
    if not review.changes_persons(doubt.kind, verdict):
        return None
    weights = {"doubt": doubt.pk}
    if doubt.kind == "sample":
        person, records = merges.current(doubt.person_id), [doubt.record_id] if doubt.record_id else []
        change = people.split_person(person_id=person, records=records, weights=weights, by=by)
    else:
        change = people.merge_persons(survivor_id=doubt.person_id, merged_id=doubt.other_id, weights=weights, by=by)
    _follow(change, by)
    return change


# ---- what follows ----


def _take_back(change_id: int, by: Actor) -> Change:
    change = merges.find_change(change_id)
    if change is not None and change.kind == "split":
        change = people.take_back_split(change_id=change_id, by=by)
    else:
        change = people.unmerge(merge_id=change_id, by=by)
    _follow(change, by)
    return change


def _follow(change: Change, by: Actor) -> None:
    """Show at once what the post may see, and have a job finish it."""
    _follow_persons([change.person_id, change.other_id], by)
    work.ask_for_job("tongdeng.intake.tasks.settle_change", lock=f"change-{change.id}", change=change.id)


def _follow_persons(persons: list[int], by: Actor) -> None:
    delivery.follow_links(persons=persons, by=by)
    delivery.follow_persons(persons=persons, by=by)
    owed.forget_persons(persons=registry.merged_or_silent(persons), by=by)


def _close_twins(doubt: Doubt, by: Actor) -> None:
    """Give the same answer to a question that became the same by a merge."""
    pair = {merges.current(doubt.person_id), merges.current(doubt.other_id)}
    for one in review.open_about(pair):
        if {merges.current(one.person_id), merges.current(one.other_id)} == pair:
            one.verdict, one.closed_at, one.closed_staff_id = DIFFERENT, clock.now(), by.staff_id
            one.save(update_fields=["verdict", "closed_at", "closed_staff_id"])


def _close_settled(persons: list[int], by: Actor) -> None:
    """Close the questions about these persons that are none any more: both have become one."""
    for doubt in review.open_about(persons):
        if merges.current(doubt.person_id) == merges.current(doubt.other_id):
            doubt.verdict, doubt.closed_at, doubt.closed_staff_id = SAME, clock.now(), by.staff_id
            doubt.save(update_fields=["verdict", "closed_at", "closed_staff_id"])
