"""The only clock. `TONGDENG_TODAY` sets the day, for tests and for a dated demonstration.

`TONGDENG_CLOCK_SHIFT`, in seconds, moves the time of such a day: tests begin in the morning, or whichever of them runs
across China's midnight would see time go back by a day.
"""

import os
from datetime import UTC, date, datetime, timedelta, timezone

# China keeps one civil time everywhere and has had no daylight saving since 1991.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """Return the instant, in UTC. With `TONGDENG_TODAY` set: that day, at the real time of day, shifted."""
    real = datetime.now(UTC)
    fixed = os.environ.get("TONGDENG_TODAY")
    if not fixed:
        return real
    local = real.astimezone(CHINA) + timedelta(seconds=int(os.environ.get("TONGDENG_CLOCK_SHIFT", "0")))
    return datetime.combine(date.fromisoformat(fixed), local.timetz()).astimezone(UTC)


def today() -> date:
    """Return the civil date in China."""
    return now().astimezone(CHINA).date()
