"""law/rights.toml: deadlines, desks, and the limits of signing in."""

import tomllib
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

from tongdeng.people.exports import sources
from tongdeng.privacy.types import RequestKind, Term
from tongdeng.work.exports import calendar

OFFICE = "office"


@lru_cache(maxsize=1)
def law() -> dict[str, Any]:
    """Return what the file says."""
    return tomllib.loads((settings.TONGDENG_LAW / "rights.toml").read_text(encoding="utf-8"))


def term(kind: RequestKind) -> Term:
    """Return how a kind of request is dealt with."""
    return Term(**law()["requests"][kind.value])


def due_on(start: date, days: int) -> date:
    """Return the last day on which an answer is in time; the first day does not count."""
    day = start
    for _ in range(days):
        day = calendar.next_working_day(day)
    return day


def desk_for(kind: RequestKind, source: str = "") -> str:
    """Return the kind of post that answers: for a correction the bureau that says what is wrong."""
    desk = term(kind).desk
    if desk != "source":
        return desk
    known = sources.known().get(source)
    desks = law()["desks"]
    return str(desks.get(source) or (desks.get(known.bureau) if known else None) or OFFICE)


def desks() -> list[str]:
    """Return every kind of post that may have a request on its desk."""
    return sorted({OFFICE, *law()["desks"].values()})
