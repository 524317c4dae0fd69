"""Windows and deliveries as the plain path has them, and its calendar."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(slots=True)
class Window:
    """One service for one person once; a closed one has a day, and an outcome, a lapse or neither (missed).

    `ends_on` is the first day on which it takes no delivery, where that is not the day it closes.
    """

    opens_on: date
    due_on: date
    closes_on: date | None = None
    outcome: str = ""
    is_lapsed: bool = False
    ends_on: date | None = None

    def takes(self, day: date) -> bool:
        """Return whether a delivery of a day falls into the window."""
        ends = [end for end in (self.closes_on, self.ends_on) if end]
        return self.opens_on <= day and (not ends or day < min(ends))

    def as_known_on(self, day: date) -> "Window":
        """Return the window without what is dated later."""
        if self.closes_on is None or self.closes_on <= day:
            return self
        return Window(self.opens_on, self.due_on)


@dataclass(frozen=True, slots=True)
class Given:
    """A service given, or declined with the person's own confirmation."""

    service: str
    on: date
    outcome: str
    record: int = 0


def shifted(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    after = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(day.day - 1), after - timedelta(1))
