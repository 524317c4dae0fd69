"""Who is called next, and how long a newcomer waits: the plain form, which the database's must equal."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

ROUNDED_TO = 5  # minutes: more exactly nobody knows it
FEWEST = 3  # ended tickets from which a time is taken


@dataclass(frozen=True)
class Waiting:
    """What decides when a number is called."""

    id: int
    business: str
    is_priority: bool
    due_at: datetime | None
    wanted_window: int | None
    waits_since: datetime

    def is_preferred(self, now: datetime) -> bool:
        """Tell whether it goes before the ordinary line: by priority, or because its appointment's time has come."""
        return self.is_priority or (self.due_at is not None and self.due_at <= now)


def next_of(
    line: Sequence[Waiting],
    *,
    window: int,
    businesses: Collection[str],
    staffed: Collection[int],
    now: datetime,
    preferred_before: int,
    most: int,
) -> int | None:
    """Return the number that a window calls next.

    Preferred ones first, each kind by how long it has waited; but after `most` preferred ones in a row
    (`preferred_before` of them were called at this window last) comes one from the ordinary line, if anybody is there.
    What was handed over to another window waits for it as long as somebody sits there.
    """
    mine = [
        one for one in line
        if one.wanted_window == window or (one.wanted_window not in staffed and one.business in businesses)
    ]  # fmt: skip
    mine.sort(key=lambda one: (one.waits_since, one.id))
    first = next((one.id for one in mine if one.is_preferred(now)), None)
    other = next((one.id for one in mine if not one.is_preferred(now)), None)
    order = (other, first) if preferred_before >= most else (first, other)
    return next((one for one in order if one is not None), None)


def preferred_run(newest_first: Sequence[bool]) -> int:
    """Return how many of the newest calls in a row were of preferred numbers."""
    return next((at for at, is_preferred in enumerate(newest_first) if not is_preferred), len(newest_first))


def minutes_each(ended: Sequence[float], usual: int) -> float:
    """Return how many minutes one person takes: half of the newest took at most so long; `usual` until some ended."""
    return median(ended) if len(ended) >= FEWEST else float(usual)


def minutes_to_wait(ahead: int, windows: int, each: float) -> int:
    """Return the minutes that somebody waits with so many ahead, rounded up to 5; with no window open, as for one."""
    if not ahead:
        return 0
    return math.ceil(ahead * each / max(windows, 1) / ROUNDED_TO) * ROUNDED_TO
