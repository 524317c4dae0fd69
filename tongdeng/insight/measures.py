"""Fills the cube from a determination's tables."""

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from tongdeng.access.exports import bulk
from tongdeng.insight.models import Cell

FOLDER = Path(__file__).parent
COLUMNS = ("day", "measure", "community", "service", "numerator", "denominator")


def compute(link: Any) -> None:
    """Make the table `cell` from the tables of a determination."""
    for name in ("arrivals.sql", "cells.sql"):
        link.execute((FOLDER / name).read_text(encoding="utf-8"))


def days(link: Any) -> list[date]:
    """Return the measured days."""
    return [row[0] for row in link.execute("SELECT day FROM measured ORDER BY day").fetchall()]


def snapshot(link: Any) -> int:
    """Return the number of the snapshot that the tables were computed on."""
    return int(link.execute("SELECT getvariable('snapshot')").fetchall()[0][0])


def replace_cells(link: Any, wanted: Collection[date], community: str | None = None) -> int:
    """Put the computed cells of these days, of one community or of all, in the place of the stored ones."""
    stored = Cell.objects.filter(day__in=wanted)
    listed = ", ".join(f"DATE '{day}'" for day in sorted(wanted))
    condition = f"day IN ({listed})"
    if community:
        stored = stored.filter(community=community)
        condition += f" AND community = '{community}'"
    stored.delete()
    rows: Iterable[Any] = link.execute(f"SELECT {', '.join(COLUMNS)} FROM cell WHERE {condition}").fetchall()
    return bulk.insert("insight_cell", COLUMNS, rows)
