"""What reading a roll yields: findings, rows and counts; and what is left for a clerk: doubts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tongdeng.kernel.errors import Text

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
class Counts:
    """How many rows were read so far; `warned` counts rows, not findings, and only among the accepted."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    warned: int = 0

    def add(self, row: RowIn) -> None:
        """Count one row."""
        self.rows += 1
        if row.errors:
            self.rejected += 1
            return
        self.accepted += 1
        if row.warnings:
            self.warned += 1

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
