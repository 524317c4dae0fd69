"""Working days in China: weekends, the State Council's holidays, and the weekends worked in exchange.

A county's own table for a year, `law/working_days/<year>.toml`, goes before what is published for the whole country.
"""

import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings

DAY = timedelta(days=1)
WORKING, EVERY = "working", "calendar"  # kinds of days, as the law's files name them
FRESH = 60  # seconds: a day that the county adds counts so soon in every process, and none writes another day


@dataclass(frozen=True)
class Table:
    """A county's own days of one year; `is_complete` where it is all that will be published."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    is_complete: bool = False


def _period() -> int:
    return int(time.monotonic() // FRESH)


@lru_cache(maxsize=32)
def _own(year: int, _period: int) -> Table:
    path = settings.TONGDENG_LAW / "working_days" / f"{year}.toml"
    if not path.exists():
        return Table()
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Table(frozenset(raw.get("off", ())), frozenset(raw.get("worked", ())), bool(raw.get("is_complete", False)))


def look_again() -> None:
    """Read the county's tables anew when they are next asked for."""
    _own.cache_clear()
    _is_working.cache_clear()


@lru_cache(maxsize=4096)
def _published(day: date) -> bool | None:
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def is_provisional(day: date) -> bool:
    """Tell whether nobody has published the holidays of that year yet, so that only its weekends are known."""
    return not _own(day.year, _period()).is_complete and _published(date(day.year, 1, 1)) is None


def is_working_day(day: date) -> bool:
    """Tell whether offices are open. Years whose holidays are not published yet have their weekends only."""
    return _is_working(day, _period())


@lru_cache(maxsize=8192)
def _is_working(day: date, period: int) -> bool:
    own = _own(day.year, period)
    if day in own.worked or day in own.off:
        return day in own.worked
    known = None if own.is_complete else _published(day)
    return day.weekday() < 5 if known is None else known


def counts(day: date, kind: str) -> bool:
    """Tell whether a day counts in a term of such days."""
    return kind == EVERY or is_working_day(day)


def days_after(start: date, kind: str) -> Iterator[date]:
    """Yield the days after a day that count, without end."""
    day = start
    while True:
        day += DAY
        if counts(day, kind):
            yield day


def next_working_day(day: date) -> date:
    """Return the first working day after a day."""
    return next(days_after(day, WORKING))


def add_days(start: date, days: int, kind: str = WORKING) -> date:
    """Return the last day of a term; the first day does not count, so a term of no days ends on it."""
    return start if days == 0 else next(day for number, day in enumerate(days_after(start, kind), 1) if number == days)


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start`, up to and including `end`; negative when `end` is earlier.

    One working day lies between a Friday and the Monday after it.
    """
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + DAY * step) for step in range(1, (end - start).days + 1))
