"""Data quality: by source, by place, and one source in detail."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Link, Words


@dataclass(frozen=True)
class Ratio:
    """So many of so many; `target` where the county set one."""

    numerator: int
    denominator: int
    target: float | None = None

    @property
    def value(self) -> float | None:
        """Return the share; None where there is nothing to share."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def is_below(self) -> bool:
        """Tell whether a target is missed."""
        return self.target is not None and self.value is not None and self.value < self.target


@dataclass(frozen=True)
class QualityLine:
    """One source or one place. None: this kind of roll does not tell, or not by place."""

    name: Words
    url: str
    as_at: date | None
    rows: int
    filled: Ratio | None
    timely: Ratio | None
    bad_numbers: int
    conflicts: int
    stale: int
    doubts: int
    is_total: bool = False


@dataclass(frozen=True)
class QualityPage:
    """All sources of a place, or its places over all sources. An empty Link.url is the one shown."""

    views: tuple[Link, ...]
    head: Text
    lines: tuple[QualityLine, ...]
    measured_at: datetime | None
    by_place: bool
    timely_days: int


@dataclass(frozen=True)
class ColumnLine:
    """How full one column of the newest roll is, and how often a value could not be used."""

    name: Words
    is_required: bool
    is_needed: bool
    filled: Ratio
    dropped: int


@dataclass(frozen=True)
class CountLine:
    """A number with its words; `note` says what to make of it."""

    text: Text
    number: int
    note: Text | None = None


@dataclass(frozen=True)
class BatchLine:
    """One roll and how many of its rows bear a value that recurs more often than people would have it."""

    file: str
    as_at: date
    rows: int
    recurring: tuple[CountLine, ...]


@dataclass(frozen=True)
class SourcePage:
    """One source in one place."""

    title: Text
    source: str
    as_at: date | None
    rows: int
    people: int
    filled: Ratio
    timely: Ratio | None
    timely_words: Text
    columns: tuple[ColumnLine, ...]
    ages: tuple[CountLine, ...]
    conflicts: tuple[CountLine, ...]
    stands: tuple[CountLine, ...]
    warnings: tuple[CountLine, ...]
    rejected: tuple[CountLine, ...]
    batches: tuple[BatchLine, ...]
    measured_at: datetime | None
    export_urls: tuple[Link, ...]
    back: str
