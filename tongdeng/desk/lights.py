"""From which days on a case shows which light, and by when something is due. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from tongdeng.desk import clocks
from tongdeng.desk.judging import OFFICE
from tongdeng.desk.progress import Progress
from tongdeng.desk.types import Clock, Signal, State

PERSON = (Clock.CORRECTION, Clock.GAPS)
BREAKS = {  # what the end of a term means
    Clock.COMPLETENESS: Signal.YELLOW,
    Clock.PROMISED: Signal.YELLOW,
    Clock.STATUTORY: Signal.RED,
    Clock.SUSPENSION: Signal.YELLOW,
    Clock.SERVING: Signal.RED,
}


@dataclass(frozen=True)
class Lights:
    """Days that lists are cut and ordered by; None where nothing runs towards one."""

    due_on: date | None = None  # the next end of a term that the office answers for
    person_due_on: date | None = None
    amber_on: date | None = None
    yellow_on: date | None = None
    red_on: date | None = None

    def on(self, day: date) -> Signal:
        """Return the light on a day."""
        for signal, since in (
            (Signal.RED, self.red_on),
            (Signal.YELLOW, self.yellow_on),
            (Signal.AMBER, self.amber_on),
        ):
            if since is not None and since <= day:
                return signal
        return Signal.GREEN


def broken(now: Progress, today: date, shown: Lights) -> list[tuple[Signal, Clock]]:
    """Return each light that a case shows today, with the term that it is about."""
    ends = _running(now, OFFICE)
    found = [(BREAKS[clock], clock) for clock, last in ends.items() if last < today]
    if not found and shown.on(today) is Signal.AMBER:
        found = [(Signal.AMBER, min(ends, key=lambda clock: ends[clock]))]
    return found


def _running(now: Progress, wanted: tuple[Clock, ...]) -> dict[Clock, date]:
    found = {}
    for clock in wanted:
        run = now.runs.get(clock)
        if clock is Clock.SUSPENSION and now.state is not State.SUSPENDED:
            continue  # it stands still, whatever its end was
        if run and run.stopped_on is None and (last := clocks.due_on(run)):
            found[clock] = last
    return found


def _amber_on(now: Progress, clock: Clock, days: int, share: float) -> date | None:
    run = now.runs[clock]
    few = max(days, _less_than(share, run.total))
    return clocks.day_with_left(run, few)


def _less_than(share: float, total: int) -> int:
    """Return the largest number of days that is less than a share of the total."""
    return max(ceil(share * total) - 1, 0)


def lights(now: Progress, *, amber_days: int, amber_share: float) -> Lights:
    """Return the days on which the lights of a case turn."""
    ends = _running(now, OFFICE)
    broken = {
        colour: min((day + timedelta(days=1) for clock, day in ends.items() if BREAKS[clock] is colour), default=None)
        for colour in (Signal.YELLOW, Signal.RED)
    }
    # Where both run, the promise is what the amber light watches.
    watched = [clock for clock in ends if not (clock is Clock.STATUTORY and Clock.PROMISED in ends)]
    ambers = [day for clock in watched if (day := _amber_on(now, clock, amber_days, amber_share))]
    return Lights(
        due_on=min(ends.values(), default=None),
        person_due_on=min(_running(now, PERSON).values(), default=None),
        amber_on=min(ambers, default=None),
        yellow_on=broken[Signal.YELLOW],
        red_on=broken[Signal.RED],
    )
