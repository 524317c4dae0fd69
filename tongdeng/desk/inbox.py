"""What lies before a post: cut, counted and read page by page along an index, by the day something is due."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet

from tongdeng.desk.models import Case
from tongdeng.desk.types import Signal, State

LIGHTS = {Signal.RED: "red_on", Signal.YELLOW: "yellow_on", Signal.AMBER: "amber_on"}  # the worst first


@dataclass(frozen=True)
class Cut:
    """Which cases of the territories [lo, hi) are wanted. None or empty: whatever it is."""

    lo: str
    hi: str
    today: date
    services: Sequence[str] = ()
    states: Sequence[State] = ()
    signal: Signal | None = None
    holders: Sequence[int] | None = None  # posts that hold them
    persons: Sequence[int] | None = None
    number: str = ""
    is_open: bool = True


@dataclass(frozen=True)
class Cursor:
    """The last case of a page: where the next one begins, whatever came or went meanwhile."""

    on: date | None
    id: int

    def __str__(self) -> str:
        """Return it as an address carries it."""
        return f"{self.on.isoformat() if self.on else ''}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return what an address carries; None for anything else."""
        on, _, number = text.partition(".")
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            return None
        try:
            return cls(date.fromisoformat(on) if on else None, int(number))
        except ValueError:
            return None


def cases(cut: Cut) -> QuerySet[Case]:
    """Return the wanted cases without an order; drafts lie before nobody."""
    found = Case.objects.filter(territory__gte=cut.lo, territory__lt=cut.hi, closed_on__isnull=cut.is_open)
    found = found.exclude(state=State.DRAFT)
    if cut.services:
        found = found.filter(service__in=cut.services)
    if cut.states:
        found = found.filter(state__in=cut.states)
    if cut.signal is not None:
        found = found.filter(showing(cut.signal, cut.today))
    if cut.holders is not None:
        found = found.filter(holder_id__in=cut.holders)
    if cut.persons is not None or cut.number:
        found = found.filter(Q(person_id__in=cut.persons or ()) | Q(number=cut.number))
    return found


def ordered(cut: Cut) -> QuerySet[Case]:
    """Return the wanted cases: open ones by what is due, closed ones by when they were closed, the newest first."""
    order = (F("due_on").asc(nulls_last=True), "id") if cut.is_open else ("-closed_on", "-id")
    return cases(cut).order_by(*order)


def page(cut: Cut, after: Cursor | None, size: int) -> tuple[list[Case], Cursor | None]:
    """Return a page of cases and where the next one begins; None on the last page.

    Each part is a range of its index, so that the hundredth page costs what the first one does.
    """
    rows: list[Case] = []
    with in_order(cut):
        for part in parts(cut, after):
            if len(rows) <= size:
                rows += part[: size + 1 - len(rows)]
    more, rows = len(rows) > size, rows[:size]
    last = rows[-1] if more else None
    return rows, Cursor(last.due_on if cut.is_open else last.closed_on, last.pk) if last else None


@contextmanager
def in_order(cut: Cut) -> Iterator[None]:
    """Let a page of the county or a town be read along the days, and one of a community by its place.

    The planner cannot know how much of the county row security lets through, takes it for next to nothing, and would
    read and sort every open case for each page.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if cut.lo.endswith("000"):
            cursor.execute("SET LOCAL enable_sort = off")
        yield
        cursor.execute("SET LOCAL enable_sort = on")


def parts(cut: Cut, after: Cursor | None) -> Iterable[QuerySet[Case]]:
    """Yield the queries of a page, each in the order of an index: what has a day, and then what has none."""
    found = cases(cut)
    if not cut.is_open:
        if after is not None and after.on is not None:
            found = found.filter(Q(closed_on__lt=after.on) | Q(id__lt=after.id), closed_on__lte=after.on)
        yield found.order_by("-closed_on", "-id")
        return
    dated, undated = found.filter(due_on__isnull=False), found.filter(due_on=None)
    if after is None or after.on is not None:
        if after is not None:
            dated = dated.filter(Q(due_on__gt=after.on) | Q(id__gt=after.id), due_on__gte=after.on)
        yield dated.order_by("due_on", "id")
    elif after is not None:
        undated = undated.filter(id__gt=after.id)
    yield undated.order_by("due_on", "id")  # the day is none, but so the same index has them in order


def showing(signal: Signal, today: date) -> Q:
    """Return the condition of showing a light today: its day has come, that of no worse one has."""
    shown = Q(**{f"{LIGHTS[signal]}__lte": today}) if signal in LIGHTS else Q()
    for worse, column in LIGHTS.items():
        if worse is signal:
            break
        shown &= Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": today})
    return shown


def counts(cut: Cut) -> dict[Signal, int]:
    """Return how many of the wanted cases show each light, in one reading."""
    found = cases(replace(cut, signal=None))
    return found.aggregate(**{
        signal.value: Count("id", filter=showing(signal, cut.today)) for signal in Signal
    })  # fmt: skip
