"""Reads of the map, the bureaus and the posts."""

from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Q

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org.models import BureauName, Division, Post, Staff
from tongdeng.org.types import Level, Place

__all__ = ["Post", "Staff", "bureau_names", "community_codes", "county", "places", "places_below"]


def _valid_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def places(day: date) -> dict[str, Place]:
    """Return every division of the county on a day, by code, in code order."""
    rows = (
        Division.objects.filter(_valid_on(day))
        .order_by("code")
        .values_list("code", "name_zh", "name_en", "level", "parent_id")
    )
    return {code: Place(code, zh, en, Level(level), parent) for code, zh, en, level, parent in rows}


def places_below(code: str, day: date) -> list[Place]:
    """Return the divisions directly below one."""
    return [place for place in places(day).values() if place.parent == code]


def county(day: date) -> Place:
    """Return the county of this installation; before its own first day, as it was then."""
    there = next((place for place in places(day).values() if place.level is Level.COUNTY), None)
    if there is not None:
        return there
    first = Division.objects.filter(level=Level.COUNTY.value).order_by("valid_from").first()
    if first is None:
        raise UnusableInput(
            "org.no_county", Text("还没有登记县的区划", "no county is registered yet"),
            remedy=Text("运行 tongdeng doctor", "run `tongdeng doctor`"),
        )  # fmt: skip
    return Place(first.code, first.name_zh, first.name_en, Level.COUNTY, None)


def community_codes(day: date) -> frozenset[str]:
    """Return the codes a roll may name."""
    return frozenset(place.code for place in places(day).values() if place.level is Level.COMMUNITY)


@lru_cache(maxsize=8)
def bureau_names(day: date) -> dict[str, tuple[str, str]]:
    """Return each bureau's name on a day, Chinese and English, by code."""
    rows = BureauName.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day)
    )
    return {row.bureau_id: (row.name_zh, row.name_en) for row in rows}


def is_demo() -> bool:
    """Tell whether this database was marked as a demo when it was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_demo FROM access_installation WHERE id = 1")
        row = cursor.fetchone()
    return bool(row and row[0])


def has_staff() -> bool:
    """Tell whether anybody can sign in."""
    return Staff.objects.exists()
