"""What the nightly check found, as the office is told."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.owed.models import Reconciliation
from tongdeng.owed.reconcile import Cell


@dataclass(frozen=True)
class Check:
    """One nightly check: `state` is same, differs or waits; the places with most differences come first."""

    day: date
    finished_at: datetime
    state: str
    windows: int
    differing: int
    waiting: int
    cells: tuple[Cell, ...]

    @property
    def by_community(self) -> list[tuple[str, int]]:
        """Return how many rows differed in each community, most first."""
        found: dict[str, int] = {}
        for cell in self.cells:
            found[cell.community] = found.get(cell.community, 0) + cell.windows
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def last_check() -> Check | None:
    """Return the newest nightly check; None before the first."""
    row = Reconciliation.objects.order_by("-id").first()
    if row is None:
        return None
    cells = tuple(Cell(**cell) for cell in row.cells)
    return Check(row.day, row.finished_at, row.state, row.windows, row.differing, row.waiting, cells)
