"""Moves between communities, as pages show them: what one is asked, what one has asked for, what came of it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongdeng.intake.models import Move
from tongdeng.kernel import clock
from tongdeng.org.types import territory_of
from tongdeng.people import selectors as registry
from tongdeng.people.exports import merges
from tongdeng.work import selectors as work
from tongdeng.work.types import OpenTask

ASK, DECIDE = "intake.move", "intake.move.dispute"  # kinds of task: for the former community; for who holds both
# A week: long enough for a community with one worker who visits on Saturdays, short enough that nobody waits a month
# for a permit. The verification of the migrants' exchange (2009) gave offices 15 working days and a letter's way.
DAYS_TO_ANSWER = 7
SHOWN_DAYS = 30  # how long what was settled stays on the page


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a community, or to whoever holds both: has the person left?"""

    task_id: int
    kind: str
    person_id: int
    name: str
    from_place: str
    to_place: str
    arrived_on: date
    source: str
    due_on: date
    outcome: str | None
    closed_at: datetime | None
    closed_staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """One move a community has asked for. Who the person is stays masked until it is settled."""

    move_id: int
    person_id: int
    from_place: str
    to_place: str
    arrived_on: date
    state: str
    how: str
    left_on: date | None
    due_on: date | None
    source: str
    batch_id: int | None


def _asked(tasks: Iterable[OpenTask]) -> list[Asked]:
    listed = list(tasks)
    current = merges.currents(int(task.detail["person"]) for task in listed)
    now = {task.id: current[int(task.detail["person"])] for task in listed}
    names = registry.names_of(set(current.values()))
    return [
        Asked(
            task.id, task.kind, now[task.id], names.get(now[task.id], ""),
            task.detail["from"], task.detail["to"], date.fromisoformat(task.detail["arrived_on"]),
            task.detail["source"], task.due_on, task.outcome, task.closed_at,
            task.closed_staff_id,
        )
        for task in listed
    ]  # fmt: skip


def can_take_back(task: Asked | OpenTask, colleagues: Set[int]) -> bool:
    """Tell whether a post may take an answer back: of today, and given by somebody of its `colleagues`."""
    if task.closed_at is None or (task.outcome or "").partition(" ")[0] not in ("left", "stays"):
        return False
    is_today = task.closed_at.astimezone(clock.CHINA).date() == clock.today()
    return is_today and task.closed_staff_id in colleagues


def questions(place: str) -> list[Asked]:
    """Return the open questions of a division, the most urgent first; disagreements come last."""
    lo, hi = territory_of(place)
    return _asked([*work.open_tasks(ASK, lo, hi), *work.open_tasks(DECIDE, lo, hi)])


def answered(place: str) -> list[Asked]:
    """Return the questions of a division that were answered or ran out lately."""
    lo, hi = territory_of(place)
    since = clock.now() - timedelta(days=SHOWN_DAYS)
    return _asked([*work.closed_tasks(ASK, lo, hi, since), *work.closed_tasks(DECIDE, lo, hi, since)])


def questions_about(person_id: int, ever: Sequence[int] = ()) -> list[Asked]:
    """Return the open questions about one person that the reader may see."""
    return _asked(work.open_tasks_naming((ASK, DECIDE), ever or merges.ids_of(person_id)))


def count_questions(place: str) -> int:
    """Return how many questions wait for an answer in a division."""
    lo, hi = territory_of(place)
    return work.count_open((ASK, DECIDE), lo, hi)


def _wish(move: Move, current: Mapping[int, int]) -> Wish:
    due = move.asked_at.astimezone(clock.CHINA).date() + timedelta(days=DAYS_TO_ANSWER)
    return Wish(
        move.pk, current[move.subject_id], move.from_place, move.territory, move.arrived_on, move.state,
        move.how, move.left_on, due if move.state == "asked" else None, move.source, move.batch_id,
    )  # fmt: skip


def wishes(place: str) -> list[Wish]:
    """Return the moves a division asks for or asked for lately, newest first; those that rolls showed among them."""
    lo, hi = territory_of(place)
    since = clock.now() - timedelta(days=SHOWN_DAYS)
    found = Move.objects.filter(territory__gte=lo, territory__lt=hi).exclude(state="withdrawn")
    late = [one for one in found.order_by("-asked_at", "-id") if one.settled_at is None or one.settled_at >= since]
    return _wishes(late)


def _wishes(found: list[Move]) -> list[Wish]:
    current = merges.currents(one.subject_id for one in found)
    return [_wish(one, current) for one in found]


def wishes_of(batch_id: int) -> dict[int, Wish]:
    """Return the moves that one entry waits for, by the member's position."""
    found = list(Move.objects.filter(batch_id=batch_id))
    return {one.row_number: wish for one, wish in zip(found, _wishes(found), strict=True)}
