"""law/hall.toml: the kinds of business, and the hall that stands at a division."""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings

from tongdeng.hall.types import Business, Plan
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org.types import county_of, level_of, town_of
from tongdeng.work.exports import calendar

EVERYTHING = "*"


@lru_cache(maxsize=1)
def law() -> dict[str, Any]:
    """Return what the file says."""
    return tomllib.loads((settings.TONGDENG_LAW / "hall.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def businesses() -> dict[str, Business]:
    """Return every kind of business by its code."""
    return {
        code: Business(code, said["letter"], Text(**said["name"]), tuple(said["services"]), int(said["minutes"]))
        for code, said in law()["businesses"].items()
    }


@lru_cache(maxsize=1)
def needs() -> dict[str, Text]:
    """Return what somebody may ask to find ready, by code."""
    return {code: Text(**said) for code, said in law()["needs"].items()}


def business_of(service: str) -> str | None:
    """Return the kind of business under which a service is dealt with: by its code, else by its bureau."""
    for wanted in (service, service.partition("-")[0]):
        for one in businesses().values():
            if wanted in one.services:
                return one.code
    return None


def plan_of(division: str) -> Plan | None:
    """Return the hall at a division; None where the county keeps none at such a level."""
    said = law()["levels"].get(level_of(division).value)
    if said is None:
        return None
    every = tuple(businesses())
    return Plan(
        division=division,
        name=Text(**said["name"]),
        hours=tuple((time.fromisoformat(first), time.fromisoformat(last)) for first, last in said["hours"]),
        windows={
            int(number): every if EVERYTHING in kinds else tuple(kinds) for number, kinds in said["windows"].items()
        },
        places=dict(said["places"]),
    )


def halls_for(territory: str) -> list[Plan]:
    """Return the halls that serve whoever lives in a division: its own, its town's, the county's."""
    chain = dict.fromkeys((territory, town_of(territory), county_of(territory)))
    return [plan for code in chain if (plan := plan_of(code))]


def served_here(plan: Plan) -> list[str]:
    """Return the kinds of business that any window of a hall takes, in the order of the file."""
    taken = {kind for kinds in plan.windows.values() for kind in kinds}
    return [code for code in businesses() if code in taken]


def slots_on(plan: Plan, day: date) -> list[datetime]:
    """Return when the slots of a day begin; none where offices are closed that day."""
    if not calendar.is_working_day(day):
        return []
    step, found = timedelta(minutes=law()["appointments"]["minutes"]), []
    for first, last in plan.hours:
        at, end = (datetime.combine(day, hour, clock.CHINA) for hour in (first, last))
        while at + step <= end:
            found.append(at)
            at += step
    return found


def bookable_days(today: date) -> list[date]:
    """Return the working days for which appointments are made now."""
    ahead = (today + timedelta(days=step) for step in range(law()["appointments"]["days_ahead"] + 1))
    return [day for day in ahead if calendar.is_working_day(day)]


def is_in_time(starts_at: datetime, now: datetime) -> bool:
    """Tell whether a slot can still be booked: soon after now it is for whoever comes and takes a number."""
    return starts_at >= now + timedelta(minutes=law()["appointments"]["earliest_minutes"])


def can_move_up(starts_at: datetime, now: datetime) -> bool:
    """Tell whether somebody on the waiting list could still come to a slot that has come free."""
    return starts_at >= now + timedelta(hours=law()["appointments"]["move_up_hours"])
