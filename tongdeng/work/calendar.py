"""Working days in China: weekends, the State Council's holidays, and the weekends worked in exchange."""

from datetime import date, timedelta

import chinese_calendar

DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Tell whether offices are open. Years whose holidays are not published yet have their weekends only."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def next_working_day(day: date) -> date:
    """Return the first working day after a day."""
    day += DAY
    while not is_working_day(day):
        day += DAY
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start`, up to and including `end`; negative when `end` is earlier.

    One working day lies between a Friday and the Monday after it.
    """
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + DAY * step) for step in range(1, (end - start).days + 1))
