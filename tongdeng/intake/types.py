"""What reading a roll yields: findings, rows and counts; and what is left for a clerk: doubts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, NamedTuple

from tongdeng.kernel.errors import Text
from tongdeng.people.types import Columns

Value = str | int


class Finding(NamedTuple):
    """One thing noticed about a cell or a row. `column` is the header as the sender wrote it, or empty."""

    column: str
    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class RowIn:
    """One data row after validation, by canonical keys. With `errors` it is rejected; `notes` are repairs only."""

    number: int
    values: dict[str, Value]
    extra: dict[str, str]
    raw: tuple[str, ...]
    warnings: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> bool:
        """Tell whether the row may be stored."""
        return not self.errors


@dataclass(slots=True)
class RowsIn:
    """Some rows after validation, column by column. `told` has those about which there is something to say, by place.

    Rejected rows are among them until `good` leaves them out.
    """

    numbers: Sequence[int]
    cells: Sequence[Sequence[str]]
    columns: Columns
    extra: Sequence[dict[str, str]]  # of each row; empty where the file has no unknown columns
    told: dict[int, RowIn]

    @property
    def rejected(self) -> list[RowIn]:
        """Return the rows that may not be stored."""
        return [row for row in self.told.values() if row.errors]

    def good(self) -> "RowsIn":
        """Return the rows that may be stored."""
        bad = {at for at, row in self.told.items() if row.errors}
        if not bad:
            return self
        keep = [at not in bad for at in range(len(self.numbers))]
        columns = Columns(len(keep) - len(bad), {key: list(compress(v, keep)) for key, v in self.columns.items()})
        numbers = list(compress(self.numbers, keep))
        at_number = {number: at for at, number in enumerate(numbers)}
        told = {at_number[row.number]: row for row in self.told.values() if not row.errors}
        return RowsIn(numbers, list(compress(self.cells, keep)), columns, list(compress(self.extra, keep)), told)

    def rows(self) -> list[RowIn]:
        """Return each row by itself."""
        extra = self.extra or [{} for _ in self.numbers]
        each = zip(self.numbers, self.columns.values_of_each(), extra, map(tuple, self.cells), strict=True)
        return [self.told.get(at) or RowIn(*row) for at, row in enumerate(each)]


@dataclass(slots=True)
class Counts:
    """How many rows were read so far; `warned` counts rows, not findings, and only among the accepted."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    warned: int = 0

    @classmethod
    def of(cls, rows: RowsIn) -> "Counts":
        """Count some rows."""
        count, rejected = len(rows.numbers), len(rows.rejected)
        warned = sum(1 for row in rows.told.values() if row.warnings and not row.errors)
        return cls(count, count - rejected, rejected, warned)

    def merge(self, other: "Counts") -> None:
        """Add what was counted elsewhere of the same roll."""
        self.rows += other.rows
        self.accepted += other.accepted
        self.rejected += other.rejected
        self.warned += other.warned


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two persons who may be one, or one record that may not be its person's: a question for a clerk.

    `kind`: `row` (a row in doubt got its own person), `proposal` (two existing persons look like one now), `sample` (an
    automatic link drawn for checking; `record_id` is the link's record, and both persons are its person).
    """

    person_id: int
    other_id: int
    record_id: int | None
    kind: str
    weights: Mapping[str, Any]
