"""Determining and measuring in one go: windows and figures never tell of different moments."""

from datetime import date
from typing import Any

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import selectors as desk
from tongdeng.insight import measures
from tongdeng.insight.models import Cell, Run
from tongdeng.kernel import clock
from tongdeng.owed import actions as owed
from tongdeng.owed.types import Totals
from tongdeng.privacy import selectors as privacy
from tongdeng.snapshots import selectors as frozen

HANDLING = ("R1", "R2", "R3", "R4")  # of applications and complaints: counted in the database, not on a snapshot


def refresh_everyone(*, as_of: date, by: Actor, engine: str = "duckdb") -> Totals:
    """Determine everyone on a day and fill the cube for it and for the month's ends that have no figure of their own.

    A month's end measured on that very day is history and stays; one measured later shows today's knowledge. A day
    before the newest one is measured by today's knowledge too, and windows and the newest figures stay as they are.
    """
    newest = Run.objects.filter(is_now=True).order_by("-id").values_list("day", flat=True).first()
    is_now = newest is None or as_of >= newest

    def measure(link: Any) -> None:
        measures.compute(link)
        own = set(Run.objects.filter(is_now=True).values_list("day", flat=True))
        wanted = [day for day in measures.days(link) if day == as_of or (is_now and day not in own)]
        measures.replace_cells(link, wanted)
        if is_now:
            _count_cases(as_of)
        snapshot = measures.snapshot(link)
        Run.objects.create(
            day=as_of, law_digest=frozen.law_digest_of(snapshot), snapshot_id=snapshot, finished_at=clock.now(),
            days=[day.isoformat() for day in wanted], is_now=is_now,
        )  # fmt: skip

    totals = owed.determine_everyone(as_of=as_of, by=by, then=measure, is_now=is_now, engine=engine)
    with acting(by):
        audit.record("insight.everyone.measured", by=by, detail={"day": as_of.isoformat()})
    return totals


def _count_cases(as_of: date) -> None:
    """Put in place how well applications and complaints were handled this year, up to a day."""
    first = as_of.replace(month=1, day=1)
    found = [*desk.tallies(first, as_of), *privacy.complaint_tallies(first, as_of)]
    Cell.objects.filter(day=as_of, measure__in=HANDLING).delete()
    Cell.objects.bulk_create(
        Cell(
            day=as_of, measure=one.measure, community=one.place, service=one.service, numerator=one.good,
            denominator=one.all,
        )
        for one in found
    )  # fmt: skip


def refresh_place(*, community: str, as_of: date, by: Actor) -> None:
    """Determine one community anew and put its figures of the day in place."""

    def measure(link: Any) -> None:
        measures.compute(link)
        measures.replace_cells(link, [as_of], community)

    owed.determine_place(community=community, as_of=as_of, by=by, then=measure)
    with acting(by):
        audit.record("insight.place.measured", by=by, detail={"community": community})
