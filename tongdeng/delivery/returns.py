"""What bureaus state about registered residents, each place told once, and what one delivery cost them."""

from typing import NamedTuple

from tongdeng.delivery.models import Return
from tongdeng.kernel import clock
from tongdeng.org import selectors as org
from tongdeng.org.types import town_of


class ReturnCell(NamedTuple):
    """Registered residents of one place, age group and sex: due, served, spent."""

    place: str
    service: str
    age_group: str
    sex: str
    due: int
    served: int
    spent_fen: int | None


class UnitCost(NamedTuple):
    """Expenditure divided by people served, of the newest year in which a bureau stated both."""

    year: int
    fen: int
    spent_fen: int
    served: int


def live_returns(year: int) -> list[ReturnCell]:
    """Return the bureaus' live figures of a year."""
    rows = Return.objects.filter(year=year, superseded_at=None).values_list(
        "place", "service", "age_group", "sex", "due", "served", "spent_fen"
    )
    return [ReturnCell(*row) for row in rows]


def counted_cells(year: int) -> list[ReturnCell]:
    """Return the live figures that count for the county, so that nobody is in two of them.

    A town's own row counts instead of its communities'; a row for all ages instead of rows by age, and so for sex.
    """
    cells = _told_once(live_returns(year))
    towns = {(cell.service, cell.place) for cell in cells if cell.place.endswith("000")}
    whole_age = {(cell.service, cell.place) for cell in cells if not cell.age_group}
    whole_sex = {(cell.service, cell.place, cell.age_group) for cell in cells if not cell.sex}
    return [
        cell
        for cell in cells
        if not (
            (not cell.place.endswith("000") and (cell.service, town_of(cell.place)) in towns)
            or (cell.age_group and (cell.service, cell.place) in whole_age)
            or (cell.sex and (cell.service, cell.place, cell.age_group) in whole_sex)
        )
    ]


def resident_counts(year: int) -> dict[str, tuple[int, int, int | None]]:
    """Return (served, due, spent fen) of registered residents by service for the county."""
    found: dict[str, tuple[int, int, int | None]] = {}
    for cell in counted_cells(year):
        served, due, spent = found.get(cell.service, (0, 0, None))
        money = spent if cell.spent_fen is None else (spent or 0) + cell.spent_fen
        found[cell.service] = (served + cell.served, due + cell.due, money)
    return found


def unit_costs() -> dict[str, UnitCost]:
    """Return what one delivery cost, by service, as far as bureaus stated it."""
    found: dict[str, UnitCost] = {}
    years = Return.objects.filter(superseded_at=None).order_by("-year").values_list("year", flat=True).distinct()
    for year in years:
        sums: dict[str, tuple[int, int]] = {}
        for cell in counted_cells(year):
            # A place that states no money would make the others' money look like that of everybody served.
            if cell.spent_fen is not None:
                spent, served = sums.get(cell.service, (0, 0))
                sums[cell.service] = (spent + cell.spent_fen, served + cell.served)
        for service, (spent, served) in sums.items():
            if served > 0 and service not in found:
                found[service] = UnitCost(year, (2 * spent + served) // (2 * served), spent, served)
    return found


def _told_once(cells: list[ReturnCell]) -> list[ReturnCell]:
    """Return the cells without those of an ended place whose follower tells of the same: nobody is counted twice."""
    ended = org.ended_codes(clock.today())
    told = {(cell.place, *cell[1:4]) for cell in cells}
    return [one for one in cells if not any((later, *one[1:4]) in told for later in ended.get(one.place, ()))]
