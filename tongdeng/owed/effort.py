"""What more or fewer deliveries mean in money and staff: bureaus' measured cost, the county's estimated minutes."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from django.conf import settings

from tongdeng.catalogue.types import ServiceEffect
from tongdeng.delivery import selectors as delivery
from tongdeng.rules.model import Rhythm, Version

# What comes on request, nobody can count ahead.
TIMES_A_YEAR = {Rhythm.ONCE: 1, Rhythm.YEARLY: 1, Rhythm.QUARTERLY: 4, Rhythm.MONTHLY: 12}


@dataclass(frozen=True)
class Effort:
    """What law/effort.toml says: minutes per delivery by service, and the hours of a full-time post."""

    hours_a_year: int
    minutes: Mapping[str, int]


@lru_cache(maxsize=1)
def effort() -> Effort:
    """Return the county's own estimates."""
    raw = tomllib.loads((settings.TONGDENG_LAW / "effort.toml").read_text(encoding="utf-8"))
    return Effort(int(raw["hours_a_year"]), {code: int(known) for code, known in raw["minutes"].items()})


def times_a_year(version: Version | None) -> int | None:
    """Return how often a year a service comes to somebody entitled to it; None where only on request."""
    return TIMES_A_YEAR.get(version.rhythm) if version else None


def priced(effects: Iterable[ServiceEffect]) -> tuple[ServiceEffect, ...]:
    """Return the effects with the money and the hours of a year, where they can be known."""
    costs, minutes = delivery.unit_costs(), effort().minutes
    return tuple(_priced(one, costs.get(one.service), minutes.get(one.service)) for one in effects)


def _priced(one: ServiceEffect, cost: delivery.UnitCost | None, minutes: int | None) -> ServiceEffect:
    more = (one.gains - one.loses) * one.times_a_year if one.times_a_year is not None else None
    known = more is not None
    return replace(
        one,
        unit_cost_fen=cost.fen if cost else None,
        cost_year=cost.year if cost else None,
        money_fen=more * cost.fen if cost and known else None,
        minutes=minutes,
        hours=round(more * minutes / 60, 1) if minutes is not None and known else None,
    )


def money(effects: Iterable[ServiceEffect]) -> int | None:
    """Return the money of all effects whose cost is known; None where it is known of none."""
    known = [one.money_fen for one in effects if one.money_fen is not None]
    return sum(known) if known else None


def hours(effects: Iterable[ServiceEffect]) -> float | None:
    """Return the hours of all effects whose minutes are estimated; None where there are none."""
    known = [one.hours for one in effects if one.hours is not None]
    return round(sum(known), 1) if known else None


def posts(hours_of_staff: float | None) -> float | None:
    """Return how many full-time posts these hours are."""
    return None if hours_of_staff is None else round(hours_of_staff / effort().hours_a_year, 2)
