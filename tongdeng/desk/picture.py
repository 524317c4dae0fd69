"""The lifecycle as a way to go, and a clock as a row of days: both made from what the program itself runs on."""

from collections import deque
from dataclasses import dataclass
from datetime import date

from tongdeng.desk import clocks, lifecycle
from tongdeng.desk.clocks import Run
from tongdeng.desk.types import Role, State
from tongdeng.work.exports import calendar

LONGEST = 75  # days that still can be told apart
BY_HAND = frozenset({Role.CLERK, Role.HANDLER})


def way(goal: State = State.COMPLETED) -> tuple[State, ...]:
    """Return the shortest way from a draft to an end, by the table."""
    before: dict[State, State | None] = {State.DRAFT: None}
    ahead = deque([State.DRAFT])
    while goal not in before:
        state = ahead.popleft()
        for move in lifecycle.moves_from(state, BY_HAND):
            if move.to(state) not in before:
                before[move.to(state)] = state
                ahead.append(move.to(state))
    found: list[State] = []
    step: State | None = goal
    while step is not None:
        found.append(step)
        step = before[step]
    return tuple(reversed(found))


@dataclass(frozen=True)
class Cell:
    """One day of a clock: its number where it counts, else why it does not."""

    day: date
    number: int | None
    is_paused: bool
    is_past: bool


def days_of(run: Run, today: date) -> tuple[Cell, ...]:
    """Return the days from the start to the end of a clock, or to today where it stands still; none if too many."""
    end = clocks.due_on(run) or today
    if (end - run.started_on).days > LONGEST:
        return ()
    cells, day, counted = [], run.started_on, 0
    while day < end:
        day += calendar.DAY
        now = clocks.used(run, day) if run.stopped_on is None or day <= run.stopped_on else counted
        number = now if now > counted else None
        counted = now
        cells.append(Cell(day, number, run.is_paused_on(day), day < today))
    return tuple(cells)
