"""How time runs for a case: pure counting over the calendar, no database.

The first day does not count. The day of suspension does not count, the day of resumption does. What runs in legs (a
term and its extension) runs them one after the other, each in its own kind of days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tongdeng.desk.types import Clock, ClockFace, Leg
from tongdeng.work.exports import calendar


@dataclass(frozen=True)
class Run:
    """A clock since it was started. A pause without an end still lasts."""

    started_on: date
    legs: tuple[Leg, ...]
    pauses: tuple[tuple[date, date | None], ...] = ()
    stopped_on: date | None = None

    @property
    def total(self) -> int:
        """Return the days of all legs."""
        return sum(leg.days for leg in self.legs)

    @property
    def paused_since(self) -> date | None:
        """Return since when it stands still, or None."""
        return self.pauses[-1][0] if self.pauses and self.pauses[-1][1] is None else None

    def is_paused_on(self, day: date) -> bool:
        """Tell whether a day falls into a pause: its first day does, the day of resumption does not."""
        return any(since <= day and (until is None or day < until) for since, until in self.pauses)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "started_on": self.started_on.isoformat(),
            "legs": [[leg.days, leg.kind] for leg in self.legs],
            "pauses": [[since.isoformat(), until and until.isoformat()] for since, until in self.pauses],
            "stopped_on": self.stopped_on and self.stopped_on.isoformat(),
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Run":
        """Return what `as_json` kept."""
        day = date.fromisoformat
        return cls(
            day(kept["started_on"]),
            tuple(Leg(days, kind) for days, kind in kept["legs"]),
            tuple((day(since), day(until) if until else None) for since, until in kept["pauses"]),
            day(kept["stopped_on"]) if kept["stopped_on"] else None,
        )


def stop(run: Run, on: date) -> Run:
    """Stop a clock for good; one that has stopped stays as it is."""
    return run if run.stopped_on else replace(run, stopped_on=on)


def pause(run: Run, on: date) -> Run:
    """Let a clock stand still from a day on."""
    return run if run.stopped_on or run.paused_since else replace(run, pauses=(*run.pauses, (on, None)))


def go_on(run: Run, on: date) -> Run:
    """Let a clock that stands still go on; this day counts."""
    if run.stopped_on or not run.paused_since:
        return run
    return replace(run, pauses=(*run.pauses[:-1], (run.paused_since, on)))


def lengthen(run: Run, more: tuple[Leg, ...]) -> Run:
    """Add legs."""
    return replace(run, legs=run.legs + more)


def due_on(run: Run) -> date | None:
    """Return the last day in time, or None where the clock stands still before it."""
    return _day_of(run, run.total)


def _day_of(run: Run, wanted: int) -> date | None:
    """Return the day on which so many days have been counted."""
    day, still = run.started_on, run.paused_since
    for leg in run.legs:
        for _ in range(min(leg.days, wanted)):
            day += calendar.DAY
            while run.is_paused_on(day) or not calendar.counts(day, leg.kind):
                if still and day >= still:
                    return None
                day += calendar.DAY
        wanted -= min(leg.days, wanted)
    return day


def used(run: Run, today: date) -> int:
    """Return how many days have been counted by the end of a day; more than `total` once time is over."""
    end = min(today, run.stopped_on) if run.stopped_on else today
    legs, counted, in_leg = list(run.legs), 0, 0
    day = run.started_on
    while (day := day + calendar.DAY) <= end:
        while len(legs) > 1 and in_leg >= legs[0].days:
            legs.pop(0)
            in_leg = 0
        if not run.is_paused_on(day) and calendar.counts(day, legs[0].kind):
            counted, in_leg = counted + 1, in_leg + 1
    return counted


def is_over(run: Run, today: date) -> bool:
    """Tell whether the last day has passed, or had passed when the clock was stopped."""
    last = due_on(run)
    return last is not None and (min(today, run.stopped_on) if run.stopped_on else today) > last


def day_with_left(run: Run, left: int) -> date | None:
    """Return the first day at whose end no more than so many days are left."""
    return _day_of(run, max(run.total - left, 0))


def face(clock: Clock, run: Run, today: date) -> ClockFace:
    """Return how a clock stands on a day."""
    last = due_on(run)
    return ClockFace(
        clock, run.legs, run.started_on, last, run.stopped_on, used(run, today), run.total,
        last is not None and calendar.is_provisional(last),
    )  # fmt: skip
