"""Cells of past days under the divisions of another map: exact where everybody of a place went to one other."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from tongdeng.insight.models import Cell
from tongdeng.org import selectors as org
from tongdeng.org.types import Successors

Counted = dict[tuple[str, str], tuple[int, int]]  # (division, measure) -> numerator, denominator


def cells(day: date, measures: Iterable[str], on_map: date, shorten: Callable[[str], str]) -> tuple[Counted, set[str]]:
    """Return a day's counts by the divisions of another map, and those divisions for which they are not exact.

    A place that was split keeps its own row: nobody knows from the counts alone which part a person would be in.
    """
    known = org.successors(on_map)
    totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = Cell.objects.filter(day=day, measure__in=list(measures))
    for code, measure, numerator, denominator in rows.values_list("community", "measure", "numerator", "denominator"):
        total = totals[shorten(_now(known, code, day)), measure]
        total[0] += numerator
        total[1] += denominator
    return {key: (a, n) for key, (a, n) in totals.items()}, _not_exact(known, day, shorten)


def _now(known: Successors, code: str, day: date) -> str:
    followers = known.followers(code, since=day)
    return followers[0] if len(followers) == 1 else code


def _not_exact(known: Successors, day: date, shorten: Callable[[str], str]) -> set[str]:
    found: set[str] = set()
    for code in known.steps:
        followers = known.followers(code, since=day)
        if len(followers) > 1:
            places = {shorten(one) for one in (*followers, code)}
            found |= places if len(places) > 1 else set()
    return found


def codes_of(place: str, known: Successors, codes: Iterable[str]) -> list[str]:
    """Return those codes whose cells belong to a place (a prefix) on a later map; a split one belongs to itself."""
    return [code for code in codes if _now(known, code, date.min).startswith(place)]
