"""Statements go in, profiles come out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tongdeng.kernel.errors import Text

Values = Mapping[str, Any]  # canonical keys; dates as ISO text, whole numbers as int


class Columns(dict[str, list[Any]]):
    """What some rows say, column by column: a value for each row, None where it says nothing. The same for columns.

    A column that no row of these has is a column of nothing.
    """

    def __init__(self, rows: int, columns: Mapping[str, list[Any]] | None = None) -> None:
        super().__init__(columns or {})
        self.rows = rows
        self._nothing: list[Any] = [None] * rows

    def __missing__(self, key: str) -> list[Any]:
        return self._nothing

    def values_of_each(self) -> list[dict[str, Any]]:
        """Return what each row says, as a dictionary of its own."""
        keys = tuple(self)
        if not keys:
            return [{} for _ in range(self.rows)]
        rows = zip(*self.values(), strict=True)
        return [{key: value for key, value in zip(keys, row, strict=True) if value is not None} for row in rows]


@dataclass(frozen=True, slots=True)
class Source:
    """A roll, or another way in which records come.

    `makes` names the spells its rows tell of (stay, permit, job, insurance, schooling, tenancy, dwelling, delivery);
    two rows are one spell when they agree on the keys of `spell`. `gives` are attributes it may state though the law
    ranks it nowhere. With `shown_to`, pages name it to posts of that domain only.
    """

    name: str
    bureau: str
    domain: str
    title: Text
    short: Text
    makes: frozenset[str] = frozenset()
    spell: tuple[str, ...] = ()
    stay_rank: int = 0
    gives: tuple[str, ...] = ()
    shown_to: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One live source record, unsealed."""

    record_id: int
    source: str
    values: Values
    as_at: date
    row_on: date | None
    recorded_at: datetime
    digest: bytes

    @property
    def newness(self) -> tuple[date, date, datetime, bytes]:
        """Return what orders statements of one rank: the row's own date, else the roll's; the roll's, arrival, digest.

        A roll true as at an earlier day does not win by being sent later.
        """
        return (self.row_on or self.as_at, self.as_at, self.recorded_at, self.digest)


@dataclass(frozen=True, slots=True)
class Believed:
    """The value chosen for an attribute and every record that states one, chosen first."""

    value: Any
    records: tuple[int, ...]
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class Spell:
    """One dated row of a cache table; `values` are its own columns."""

    record_id: int
    as_at: date
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the linked records say about one person."""

    attributes: dict[str, Believed]
    community: str | None
    has_police_row: bool
    spells: dict[str, list[Spell]] = field(default_factory=dict)  # by table: stay, permit, job, ...


@dataclass(frozen=True, slots=True)
class Change:
    """Two persons made one, or one made two: the register's note of it, by which it is taken back."""

    id: int
    kind: str  # merge, split
    person_id: int  # who kept the records of a merge, or gave up those of a split
    other_id: int
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A row about to be stored: what it says, whose it is, and how that was decided."""

    source: str
    digest: bytes
    values: Values
    domain: str
    as_at: date
    row_on: date | None
    row_number: int
    person_id: int | None  # None: a dwelling without a tenant
    is_new_person: bool
    method: str
    weights: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doomed:
    """Somebody who is being deleted: all ids, all records ever linked, and the numbers and phones they state."""

    persons: frozenset[int]
    records: tuple[int, ...]
    secrets: frozenset[str]
