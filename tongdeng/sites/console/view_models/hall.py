"""The hall: windows, kiosk, screen, figures, appointments and one-time notices."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models.person import ServiceGroup
from tongdeng.sites.shell.frame import Choice, Fault, Link


@dataclass(frozen=True)
class LineRow:
    """How a kind of business stands now."""

    code: str
    letter: str
    name: Text
    waiting: int
    windows: int
    minutes: int


@dataclass(frozen=True)
class NumberRow:
    """A number as staff see it; `window` is where it was called or handed over to."""

    id: int
    label: str
    business: Text
    is_priority: bool
    window: int | None
    since: datetime
    minutes: int
    appointment: str  # `09:30`; empty: none
    calls: int = 0


@dataclass(frozen=True)
class WindowChoice:
    """A window that can be chosen, or to which a number can be handed over."""

    number: int
    kinds: Text
    is_open: bool


@dataclass(frozen=True)
class Hit:
    """Somebody whom a search found, or who holds the appointment."""

    name: str
    ref: str
    masked_number: str
    place: Text
    url: str


@dataclass(frozen=True)
class AtWindow:
    """The person in front of the window, and how they stand to each service."""

    name: str
    ref: str
    told: Text
    groups: tuple[ServiceGroup, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class WindowPage:
    """A window at work. `window` None: none is chosen yet; `current` None: nobody is called."""

    hall: Text
    window: int | None
    windows: tuple[WindowChoice, ...]
    current: NumberRow | None
    needs: Text | None
    ended: tuple[NumberRow, ...]  # at this window, the newest first
    waiting: tuple[NumberRow, ...]
    others: int
    query: str
    hits: tuple[Hit, ...]
    is_cut: bool
    person: AtWindow | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class DayRow:
    """A day's figures of one kind of business."""

    name: Text
    taken: int
    served: int
    absent: int
    waiting: int
    typical: int | None
    longest: int | None
    booked: int
    missed: int


@dataclass(frozen=True)
class HallPage:
    """A hall's day, and its reception where it is the reader's own hall."""

    hall: Text
    hours: Text
    day: date
    newest: date
    is_today: bool
    is_own: bool
    rows: tuple[DayRow, ...]
    total: DayRow | None
    lines: tuple[LineRow, ...]
    absent: tuple[NumberRow, ...]
    businesses: tuple[Choice, ...]
    reasons: Text
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class AgendaRow:
    """One appointment of a hall's day. `name` is empty where the reader's post may not see who holds it."""

    id: int
    time: str
    business: Text
    code: str
    name: str
    url: str
    mark: str
    state: Text
    needs: Text | None
    is_open: bool
    to_tell: bool  # moved up, and no message went


@dataclass(frozen=True)
class NoticeLine:
    """A service of which a one-time notice can be printed."""

    code: str
    name: Text
    bureau: Text
    url: str


@dataclass(frozen=True)
class NoticePage:
    """Everything somebody has to know for a service, once, in both languages."""

    code: str
    name: Text
    bureau: Text
    who: tuple[Text, ...]
    materials: tuple[Text, ...]
    where: tuple[Text, ...]
    hours: Text | None
    promised: Text | None
    statutory: Text | None
    fee: Text
    note: Text | None
    basis: tuple[Text, ...]
    law: str
    day: date
