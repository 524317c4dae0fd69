"""Reads of the cube."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import Substr

from tongdeng.catalogue import selectors as catalogue
from tongdeng.delivery.selectors import resident_counts
from tongdeng.insight import intervals, restated
from tongdeng.insight.models import Cell, Run
from tongdeng.insight.types import Figure, Gap
from tongdeng.org import selectors as org
from tongdeng.org.types import Level, level_of
from tongdeng.people import selectors as registry

DIGITS = {Level.COUNTY: 6, Level.TOWN: 9, Level.COMMUNITY: 12}
MEASURES = ("S1a", "S1b", "S1c", "S9")


@lru_cache(maxsize=1)
def indicators() -> dict[str, Any]:
    """Return the definitions of the measures from law/indicators."""
    text = (settings.TONGDENG_LAW / "indicators" / "coverage.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)["indicators"])


def target_of(measure: str, day: date) -> float | None:
    """Return the target of a measure on a day; None where there is none."""
    for target in indicators().get(measure, {}).get("targets", []):
        if target["from"] <= day and day <= target.get("until", date.max):
            return float(target["at_least"])
    return None


def latest_day() -> date | None:
    """Return the day the newest figures stand for."""
    return Run.objects.filter(is_now=True).order_by("-id").values_list("day", flat=True).first()


def latest_run() -> Run | None:
    """Return the newest run."""
    return Run.objects.filter(is_now=True).order_by("-id").first()


def own_days() -> set[date]:
    """Return the days that were measured on themselves, not later with more knowledge."""
    return set(Run.objects.filter(is_now=True).values_list("day", flat=True))


def law_of_days() -> dict[date, str]:
    """Return the digest of the law by which each measured day's figures were counted."""
    runs = Run.objects.order_by("id").values_list("days", "law_digest")
    return {date.fromisoformat(day): digest for days, digest in runs for day in days}


def figures(
    day: date,
    level: Level,
    *,
    within: str = "",
    measures: Iterable[str] = (*MEASURES, "unknown"),
    on_map: date | None = None,
) -> list[Figure]:
    """Return every measure of every division of a level on a day, below the code prefix `within`.

    The divisions are those of the day, or of the day `on_map`, and any other that has counts: their sum is the whole.
    """
    digits, measures = DIGITS[level], list(measures)
    if on_map is None:
        found, inexact = _counted(day, measures, digits), set[str]()
    else:
        found, inexact = restated.cells(day, measures, on_map, lambda code: code[:digits].ljust(12, "0"))
    listed = {p.code for p in org.places(on_map or day).values() if p.level is level}
    places = sorted(code for code in listed | {place for place, _ in found} if code.startswith(within))
    return [
        Figure(measure, place, day, *found.get((place, measure), (0, 0)), target_of(measure, day), place not in inexact)
        for place in places
        for measure in measures
    ]


def _counted(day: date, measures: list[str], digits: int) -> restated.Counted:
    rows = (
        Cell.objects.filter(day=day, measure__in=measures)
        .annotate(place=Substr("community", 1, digits))
        .values_list("place", "measure")
        .annotate(Sum("numerator"), Sum("denominator"))
    )
    return {(place.ljust(12, "0"), measure): (a, n) for place, measure, a, n in rows}


def figure(day: date, measure: str, place: str) -> Figure:
    """Return one measure of one division."""
    prefix = place[: DIGITS[level_of(place)]]
    total = Cell.objects.filter(day=day, measure=measure, community__startswith=prefix).aggregate(
        a=Sum("numerator"), n=Sum("denominator")
    )
    return Figure(measure, place, day, total["a"] or 0, total["n"] or 0, target_of(measure, day))


def coverage(place: str) -> Figure | None:
    """Return S1a of a place on the newest day; None before the first run."""
    day = latest_day()
    return figure(day, "S1a", place) if day else None


def series(measure: str, place: str, until: date) -> list[Figure]:
    """Return a measure of a division at each measured day of the year, oldest first, on the map of the last day."""
    prefix = place[: DIGITS[level_of(place)]]
    ours = Cell.objects.filter(measure=measure, day__gte=until.replace(month=1, day=1), day__lte=until)
    known = org.successors(until)
    if known:
        codes = list(ours.values_list("community", flat=True).distinct())
        ours = ours.filter(community__in=restated.codes_of(prefix, known, codes))
    else:
        ours = ours.filter(community__startswith=prefix)
    rows = ours.values_list("day").annotate(Sum("numerator"), Sum("denominator")).order_by("day")
    return [Figure(measure, place, day, a, n, target_of(measure, day)) for day, a, n in rows]


def by_service(day: date, measure: str, place: str) -> dict[str, Figure]:
    """Return a measure of a division for each service."""
    prefix = place[: DIGITS[level_of(place)]]
    rows = (
        Cell.objects.filter(day=day, measure=measure, community__startswith=prefix)
        .values_list("service")
        .annotate(Sum("numerator"), Sum("denominator"))
    )
    return {service: Figure(measure, place, day, a, n) for service, a, n in rows}


def gaps(day: date, county: str) -> list[Gap]:
    """Return every service for which both rates are known, the widest gap to migrants' disadvantage first."""
    residents = resident_counts(day.year)
    found = []
    for service, migrants in by_service(day, "S1b", county).items():
        served, due, _ = residents.get(service, (0, 0, None))
        interval = intervals.difference(migrants.numerator, migrants.denominator, served, due)
        if interval is None:
            continue
        theirs = Figure("residents", county, day, served, due)
        difference = migrants.numerator / migrants.denominator - served / due
        found.append(Gap(service, migrants, theirs, difference, interval))
    return sorted(found, key=lambda gap: gap.difference)


def measured_days(until: date) -> list[date]:
    """Return the days of the year that have figures, up to and including one."""
    first = until.replace(month=1, day=1)
    return list(Cell.objects.filter(day__range=(first, until)).values_list("day", flat=True).distinct().order_by("day"))


def is_stale() -> bool:
    """Tell whether a roll was taken in or taken back, or a law published, since the newest figures."""
    run = latest_run()
    return run is None or is_of_former_law() or registry.changed_since(run.finished_at)


def is_of_former_law() -> bool:
    """Tell whether the newest figures were counted by a law that has been replaced since."""
    run = latest_run()
    return run is not None and run.law_digest != catalogue.current_digest()
