"""The owed list with its record panel."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Fault, Pager, Words


@dataclass(frozen=True)
class OwedSummary:
    """The place's arithmetic, above the list: what was measured (`coverage` None: not yet), and what is open now."""

    all: int
    served: int
    declined: int
    owed: int
    people: int
    coverage: float | None
    target: float
    as_of_at: datetime

    @property
    def missed(self) -> int:
        """Return how many of all were neither received nor declined; ran-out windows are among them."""
        return self.all - self.served - self.declined


@dataclass(frozen=True)
class Tab:
    """One list of the page; `state` is a mark's name."""

    state: str
    text: Text
    count: int
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Filter:
    """One narrowing of the list; the address switches it on or off."""

    text: Text
    count: int | None
    url: str
    is_on: bool = False


@dataclass(frozen=True)
class OwedItem:
    """One service owed to one person. `signal` is `overdue`, `amber` or empty."""

    service: Text
    reason: Text
    due_on: date | None
    due_note: Text | None
    contact: Words
    signal: str = ""
    is_offered: bool = False
    mark: str = ""


@dataclass(frozen=True)
class OwedPerson:
    """A person in the list with what the list says about them."""

    ref: str
    name: str
    sex: str | None
    age: int | None
    url: str
    items: tuple[OwedItem, ...]


@dataclass(frozen=True)
class OwedGroup:
    """People under one heading: a dwelling or a due date. No title: no heading row."""

    title: Words
    people: tuple[OwedPerson, ...]

    @property
    def items(self) -> int:
        """Return how many services the group's people have in the list."""
        return sum(len(person.items) for person in self.people)


@dataclass(frozen=True)
class RecordPanel:
    """The form beside the list. What was typed comes back with the faults; a fresh form has no result."""

    ref: str
    name: str
    sex: str | None
    age: int | None
    person_url: str
    id_number: str
    phone: str
    address: str
    since: date | None
    services: tuple[Choice, ...]
    channels: tuple[Choice, ...]
    action: str
    back: str
    day: str
    newest_day: date
    result: str = ""
    confirmation: str = ""
    note: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class OwedPage:
    """A place's owed list."""

    summary: OwedSummary
    tabs: tuple[Tab, ...]
    filters: tuple[Filter, ...]
    services: tuple[Filter, ...]
    service: Text | None
    is_by_dwelling: bool
    other_order_url: str
    groups: tuple[OwedGroup, ...]
    pager: Pager
    panel: RecordPanel | None
    export_url: str
    norights: Text | None = None
    empty: Text | None = None

    @property
    def state(self) -> str:
        """Return the mark of the list being shown."""
        return next((tab.state for tab in self.tabs if tab.is_current), "owed")
