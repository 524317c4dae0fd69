"""Search results, measures by place, and the form before an export."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Fault, Link, Pager, Words


@dataclass(frozen=True)
class FoundPerson:
    """A person found; `place` None where the person lives elsewhere and only that may be said."""

    name: str
    sex: str | None
    age: int | None
    id_number: str
    place: Words | None
    owed: int | None
    url: str = ""


@dataclass(frozen=True)
class PeoplePage:
    """Search results. `query` empty: the people of the place, by name."""

    query: str
    people: tuple[FoundPerson, ...]
    pager: Pager
    hint: Text | None = None


@dataclass(frozen=True)
class MeasureRow:
    """One place's measure. `missing` is how many more would reach the target; value None where nothing was due."""

    name: Words
    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    unknown: int | None
    url: str = ""
    is_total: bool = False
    missing: int | None = None


@dataclass(frozen=True)
class MeasuresPage:
    """One measure by place, and what it means."""

    measures: tuple[Link, ...]
    code: str
    title: Text
    meaning: Text
    target: float | None
    levels: tuple[Link, ...]
    level: Text
    rows: tuple[MeasureRow, ...]
    as_of_at: datetime
    export_url: str
    order_urls: tuple[Link, ...] = ()


@dataclass(frozen=True)
class ExportForm:
    """Asks for the purpose of an export before it is made; the file carries it in its first row.

    `rows` is None where they are not counted beforehand.
    """

    what: Text
    rows: int | None
    action: str
    purposes: tuple[Choice, ...]
    expires_on: date
    back: str
    reason: str = ""
    faults: tuple[Fault, ...] = ()
