"""Moves: the former community is asked; the stay ends there and begins here. Jobs carry out what crosses a border."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from django.db import connection
from django.db.models import QuerySet

from tongdeng.access import actions as access
from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake import resemblance
from tongdeng.intake.actions.doubts import open_doubts
from tongdeng.intake.actions.households import FORM, entry_digest, entry_record
from tongdeng.intake.actions.presence import open_stays, stay_words
from tongdeng.intake.models import Move
from tongdeng.intake.moves import ASK, DAYS_TO_ANSWER, DECIDE
from tongdeng.intake.types import Doubt
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org.types import county_of, town_of
from tongdeng.owed import actions as owed
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch, dwellings, profiles, records
from tongdeng.work import actions as work
from tongdeng.work import selectors as tasks
from tongdeng.work.types import OpenTask

LEFT, STAYS, LAPSED = "left", "stays", "lapsed"
SETTLE = "tongdeng.intake.tasks.settle_moves"
# Two open stays, both believed: the later arrival is where the person is taken to live, the earlier one is asked.
TWICE = """
SELECT DISTINCT ON (was.person_id) was.person_id, was.community, now.community, now.starts_on
FROM people_stay was
JOIN people_stay now ON now.person_id = was.person_id AND now.community <> was.community AND now.rank = 1
    AND (now.starts_on, now.as_at, now.community) > (was.starts_on, was.as_at, was.community)
WHERE was.rank = 1 AND was.starts_on <= %(today)s AND now.starts_on <= %(today)s
  AND (was.ends_on IS NULL OR was.ends_on > %(today)s) AND (now.ends_on IS NULL OR now.ends_on > %(today)s)
  AND NOT EXISTS (SELECT 1 FROM intake_move m WHERE m.subject_id = was.person_id AND m.from_place = was.community
                  AND m.territory = now.community AND m.arrived_on = now.starts_on AND m.state <> 'withdrawn')
ORDER BY was.person_id, now.starts_on DESC, was.starts_on DESC"""


def answer_move(*, task_id: int, left_on: date | None, by: Actor) -> int:
    """Answer whether somebody has left, with the first day of absence, or with None that they still live there.

    Returns the person. Raises UnusableInput for a question that is not open here, or a day to come.
    """
    with acting(by):
        task = tasks.tasks_by_id([task_id]).get(task_id)
        if task is None or task.kind not in (ASK, DECIDE) or task.closed_at is not None:
            raise _wrong(
                Text("这件事已经答复，或不在本岗位的范围里", "this was answered, or is not this post's to answer")
            )
        if left_on is not None and left_on > clock.today():
            raise _wrong(Text("离开日期不能晚于今天", "nobody has left on a day to come"))
        work.close_tasks(ids=[task_id], outcome=f"{LEFT} {left_on}" if left_on else STAYS, by=by)
        person = int(task.detail["person"])
        audit.record(
            "intake.move.answered", by=by, subjects=[person], detail={"task": task_id, "left": int(bool(left_on))}
        )
        work.ask_for_job(SETTLE, lock="moves")
    return person


def settle_household(*, batch_id: int, by: Actor) -> set[str]:
    """Finish an entry made at a door: place its persons, ask about moves, or take it all back.

    Returns the places that must be determined anew.
    """
    with acting(by):
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        places = _withdraw(batch, by) if batch.state == "withdrawn" else _finish(batch, by)
        audit.record("intake.entry.settled", by=by, detail={"batch": batch_id})
    return places


def settle_moves(*, by: Actor) -> set[str]:
    """Carry out every move that was answered; who disagrees is sent to the division above. Returns the places."""
    places: set[str] = set()
    with acting(by):
        waiting = list(_open_moves())
        closed = tasks.tasks_by_id(move.task_id for move in waiting if move.task_id)
        for move in waiting:
            task = closed.get(move.task_id or 0)
            if task is not None and task.closed_at is not None:
                places |= _settle(move, task, by)
        audit.record("intake.moves.settled", by=by, detail={"places": len(places)})
    return places


def watch_moves(*, by: Actor) -> set[str]:
    """Ask about the moves that rolls show, end the waiting that ran out, hand over tasks. Returns the places."""
    with acting(by):
        asked = _ask_about(_shown_by_rolls(), by)
        over = [task.id for task in tasks.overdue_tasks(ASK, clock.today())]
        work.close_tasks(ids=over, outcome=LAPSED, by=by)
        named = tasks.persons_with_open_tasks()
        homes = registry.territories(named)
        astray = {person: homes[person] for person, places in named.items() if places != {homes.get(person)}}
        # What was typed is kept for as long as the answer can be taken back: to the end of the day.
        Move.objects.filter(state__in=("moved", "stays"), settled_at__lt=_midnight()).update(sealed=None)
        work.hand_over(places={person: home for person, home in astray.items() if home}, by=by)
        audit.record("intake.moves.watched", by=by, detail={"asked": asked, "lapsed": len(over)})
    return settle_moves(by=by)


def _wrong(fact: Text) -> UnusableInput:
    return UnusableInput("intake.move.not_open", fact, place="task")


def _midnight() -> datetime:
    return datetime.combine(clock.today(), time(), clock.CHINA)


def _open_moves() -> QuerySet[Move]:
    # Another job may be at some of them; it will finish what it holds.
    return Move.objects.select_for_update(skip_locked=True).filter(state__in=("asked", "disputed")).order_by("id")


# ---- entries ----


def _withdraw(batch: Batch, by: Actor) -> set[str]:
    moves = list(Move.objects.filter(batch_id=batch.pk).exclude(state="withdrawn"))
    work.close_tasks(ids=[move.task_id for move in moves if move.task_id], outcome="withdrawn", by=by)
    Move.objects.filter(pk__in=[move.pk for move in moves]).update(state="withdrawn", settled_at=clock.now())
    before = registry.territories(dwellings.persons_of(batch.pk))
    gone = people.withdraw_sightings(batch_id=batch.pk, by=by)
    _place_anew(gone.touched, before, by)
    owed.forget_persons(persons=gone.retired, by=by)
    return {*before.values(), *registry.territories(before).values()}


def _finish(batch: Batch, by: Actor) -> set[str]:
    persons = set(dwellings.persons_of(batch.pk))
    before = registry.territories(persons)
    _place_anew(persons, before, by)
    _ask_clerks(persons, by)
    open_doubts(doubts=resemblance.doubts_of(batch.pk, by), by=by)
    places = {*before.values(), *registry.territories(persons).values()}
    fresh = Move.objects.select_for_update().filter(batch_id=batch.pk, state="asked", task_id=None)
    for move in fresh.order_by("row_number"):
        if move.how == "unasked":
            places |= _carry_out(move, move.arrived_on, "unasked", by)
        else:
            _ask(move, ASK, move.from_place, by)
    return places


def _place_anew(persons: Iterable[int], before: Mapping[int, str], by: Actor) -> None:
    """Resolve these persons anew; whatever else hangs on them follows to where they live now."""
    people.rebuild(persons=persons, on=clock.today(), by=by)
    after = registry.territories(before)
    moved = {person: (was, after[person]) for person, was in before.items() if after.get(person, was) != was}
    if moved:
        access.follow_persons(moved=moved, by=by)


def _ask_clerks(persons: set[int], by: Actor) -> None:
    """Ask about whoever of an entry shares a number, or name, birth date and sex, with somebody else."""
    keys = registry.numbers_of(persons)
    bearers = registry.persons_by_key({key for own in keys.values() for _, key in own})
    doubts = {
        (person, other)
        for person, own in keys.items()
        for kind, key in own
        for other in bearers.get(key, ())
        if other != person and (kind == records.ID or not _both_numbered(person, other, keys))
    }
    open_doubts(
        doubts=[Doubt(person, other, None, "row", {"basis": "none"}) for person, other in sorted(doubts)], by=by
    )


def _both_numbered(person: int, other: int, keys: Mapping[int, list[tuple[int, bytes]]]) -> bool:
    """Tell whether two persons bear valid numbers: then they are namesakes born on one day."""
    of_other = keys.get(other) or registry.numbers_of([other]).get(other, [])
    return all(any(kind == records.ID for kind, _ in own) for own in (keys.get(person, []), of_other))


# ---- asking ----


def _ask(move: Move, kind: str, place: str, by: Actor) -> None:
    former = Move.objects.filter(
        subject_id=move.subject_id, territory=move.territory, from_place=move.from_place, state="asked", task_id__gt=0
    ).exclude(pk=move.pk)  # fmt: skip
    asked = former.first() if kind == ASK else None
    if asked is not None:
        # The same question is not asked twice: the newer entry waits for the answer to the older one.
        move.task_id, asked.state, asked.settled_at = asked.task_id, "withdrawn", clock.now()
        asked.task_id = None
        asked.save()
        move.save(update_fields=["task_id"])
        return
    # The person stands in the detail: a task that named them would follow them to where they have moved.
    detail = {
        "move": move.pk, "person": move.subject_id, "from": move.from_place, "to": move.territory,
        "arrived_on": str(move.arrived_on), "source": move.source,
    }  # fmt: skip
    (move.task_id,) = work.open_tasks(
        kind=kind, items=[(None, None, place)], due_in_days=DAYS_TO_ANSWER, details=[detail], by=by
    )
    move.save(update_fields=["task_id", "state"])


def _shown_by_rolls() -> list[tuple[int, str, str, date]]:
    with connection.cursor() as cursor:
        cursor.execute(TWICE, {"today": clock.today()})
        return [(row[0], row[1], row[2], row[3]) for row in cursor.fetchall()]


def _ask_about(shown: Iterable[tuple[int, str, str, date]], by: Actor) -> int:
    count = 0
    for person, was, now, arrived_on in shown:
        move = Move.objects.create(
            subject_id=person, territory=now, from_place=was, arrived_on=arrived_on, source="roll", state="asked",
            asked_at=clock.now(),
        )  # fmt: skip
        _ask(move, ASK, was, by)
        count += 1
    return count


def _common(one: str, other: str) -> str:
    """Return the smallest division that holds both communities."""
    return town_of(one) if town_of(one) == town_of(other) else county_of(one)


# ---- carrying out ----


def _settle(move: Move, task: OpenTask, by: Actor) -> set[str]:
    word, _, day = (task.outcome or "").partition(" ")
    move.answers = [*move.answers, task.id] if word != LAPSED else []
    how = "decided" if move.state == "disputed" else "lapsed" if word == LAPSED else "confirmed"
    if word == LEFT:
        return _carry_out(move, date.fromisoformat(day), how, by)
    if word == LAPSED:
        return _carry_out(move, move.arrived_on, how, by)
    if move.state == "asked":
        move.state = "disputed"
        move.save(update_fields=["answers"])
        _ask(move, DECIDE, _common(move.from_place, move.territory), by)
        return set()
    return _refuse(move, by)


def _refuse(move: Move, by: Actor) -> set[str]:
    """Let the person stay where they were; an arrival that only a roll states has never been a day of presence."""
    places = {move.from_place, move.territory}
    if move.source != FORM:
        _store(move, {(move.territory, move.arrived_on)}, move.arrived_on, by)
    _close(move, "stays", "decided", None)
    return places


def _carry_out(move: Move, left_on: date, how: str, by: Actor) -> set[str]:
    person = profiles.current_id(move.subject_id) or move.subject_id
    profile = profiles.find_profile(person)
    ended = set()
    if profile is not None:
        ended = {
            (community, arrived_on) for community, arrived_on in open_stays(profile, clock.today())
            if community != move.territory and arrived_on <= max(move.arrived_on, left_on)
            and (move.source == FORM or community == move.from_place)
        }  # fmt: skip
    _store(move, ended, left_on, by)
    _close(move, "moved", how, left_on)
    return {move.from_place, move.territory}


def _store(move: Move, ended: set[tuple[str, date]], left_on: date, by: Actor) -> None:
    """Store what ends the stays and what was typed at the new door, in one entry, and let everything follow."""
    person = profiles.current_id(move.subject_id) or move.subject_id
    before = registry.territories([person])
    profile, token = profiles.find_profile(person), secrets.token_hex(16)
    new = stay_words(profile, token, sorted(ended), left_on) if profile else []
    if move.sealed:
        values = records.unseal(move.sealed, "B")
        basis = values.pop("basis", "none")
        if profile is not None:
            values.setdefault("name", profile.name)
        new.append(entry_record(token, move.row_number, values, person, is_new=False, basis=basis))
    if move.batch_id is None:
        move.has_own_batch = True
        move.batch_id = people.open_entry(source=FORM, digest=entry_digest(token), by=by)
    if new:
        move.records = people.store_records(batch_id=move.batch_id, new=new, by=by)
    _place_anew([person], before, by)


def _close(move: Move, state: str, how: str, left_on: date | None) -> None:
    move.state, move.how, move.left_on, move.settled_at = state, how, left_on, clock.now()
    if not move.answers:
        move.sealed = None  # what was typed is a record now, or was refused
    move.save()
