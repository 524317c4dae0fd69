"""Cases at the window and in the departments."""

from dataclasses import dataclass, field
from datetime import date, datetime

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.sites.console.view_models.papers import PaperRow
from tongdeng.sites.shell.frame import Choice, Fault, Link


@dataclass(frozen=True)
class Filter:
    """One way to cut a list."""

    text: Text
    url: str
    is_on: bool
    count: int | None = None
    mark: str = ""


@dataclass(frozen=True)
class CaseRow:
    """One line of the inbox. `light` is a mark's name, or empty."""

    url: str
    number: str
    service: Text
    name: str
    place: Text
    state: Text
    due_on: date | None
    left: Text
    light: str
    value: str = ""  # the case and the version seen, for a batch
    holder: str = ""
    package: Text = NOTHING  # that it is part of
    package_light: str = ""  # the worst one of its open parts


@dataclass(frozen=True)
class CasesPage:
    """What lies before a post, by the day it is due."""

    rows: tuple[CaseRow, ...]
    tabs: tuple[Filter, ...]
    filters: tuple[Filter, ...]
    services: tuple[Filter, ...]
    states: tuple[Filter, ...]
    service: Text | None
    state: Text | None
    next_url: str
    first_url: str
    new_url: str
    export_url: str
    query: str
    hidden: tuple[tuple[str, str], ...]  # what a search keeps of the address
    token: str
    back: str  # the address, for a batch to come back to
    acts: tuple[Choice, ...]  # that may be done with many at once
    colleagues: tuple[Choice, ...]
    away: tuple[str, ...]  # for whom this post stands in
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class BatchRow:
    """What came of one case of a batch."""

    case: Link | None
    text: Text
    is_done: bool


@dataclass(frozen=True)
class BatchPage:
    """What came of a batch, line by line."""

    act: Text
    rows: tuple[BatchRow, ...]
    back: str

    @property
    def done(self) -> int:
        """Return how many were done."""
        return sum(row.is_done for row in self.rows)


@dataclass(frozen=True)
class DelegationRow:
    """Who stands in for whom, and whether the reader may end it."""

    id: int
    post: str
    deputy: str
    from_on: date
    until_on: date
    granted_by: str
    state: Text
    mark: str
    may_end: bool


@dataclass(frozen=True)
class DelegationsPage:
    """Deputies; with `posts`, the form of a head."""

    rows: tuple[DelegationRow, ...]
    posts: tuple[Choice, ...]
    typed: dict[str, str]
    longest: int
    today: date
    faults: tuple[Fault, ...] = ()
    done: Text | None = None


@dataclass(frozen=True)
class Paper:
    """One paper the law asks for, and how it stands with it."""

    code: str
    name: Text
    held: Text
    mark: str
    note: Text = NOTHING
    choices: tuple[Choice, ...] = ()
    documents: tuple[Link, ...] = ()  # that were handed in of it


@dataclass(frozen=True)
class Intake:
    """What this post may take in for a case now: a photo or PDF of a paper, or one that was handed in before."""

    papers: tuple[Choice, ...]
    earlier: tuple[Choice, ...]


@dataclass(frozen=True)
class NewPage:
    """What is applied for, before it is a case; without a service, the services to choose from."""

    name: str
    ref: str
    service: Text | None = None
    code: str = ""
    token: str = ""
    terms: tuple[Text, ...] = ()
    papers: tuple[Paper, ...] = ()
    channels: tuple[Choice, ...] = ()
    is_same_visit: bool = False
    offered: tuple[Link, ...] = ()
    packages: tuple[Link, ...] = ()
    entrusted_until: date | None = None  # to the staff of the community, by the person
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One day of a clock as it is drawn."""

    x: float
    number: int | None
    kind: str  # past, ahead, paused, free


@dataclass(frozen=True)
class Face:
    """One clock: in words, and as days."""

    name: Text
    term: Text
    left: Text
    due: Text
    is_promise: bool
    bars: tuple[Bar, ...] = ()
    width: float = 0
    is_provisional: bool = False


@dataclass(frozen=True)
class Happened:
    """One thing that happened, who did it, and what was said."""

    at: datetime
    text: Text
    who: Text
    mark: str
    words: str = ""
    remedies: str = ""
    note: Text = NOTHING


@dataclass(frozen=True)
class Deed:
    """An act that this post may do now, and what it asks for."""

    act: str
    text: Text
    is_main: bool
    needs: frozenset[str]
    reasons: tuple[Choice, ...] = ()
    papers: tuple[Paper, ...] = ()
    staff: tuple[Choice, ...] = ()
    asked: tuple[Choice, ...] = ()
    posts: tuple[Choice, ...] = ()  # that it can be handed to
    phrases: tuple[Choice, ...] = ()  # texts to choose instead of typing them
    hint: Text = NOTHING
    is_plain: bool = False  # nothing is asked: a button is enough


@dataclass(frozen=True)
class Sibling:
    """Another case of the same package that the reader may see."""

    link: Link
    state: Text
    is_this: bool


@dataclass(frozen=True)
class PackageBox:
    """The package of a case: how far it is as a whole, its cases, and how many of them the reader may not see."""

    title: Text
    stage: Text
    siblings: tuple[Sibling, ...]
    hidden: int
    number: str
    code: str
    note: Text = NOTHING  # by when, or how it was rated
    light: str = ""  # a mark's name: the worst one of the open parts
    light_text: Text = NOTHING


@dataclass(frozen=True)
class CasePage:
    """One case: where it stands, its clocks, what may be done now, what happened."""

    id: int
    number: str
    code: str
    service: Text
    name: str
    person_url: str
    kind: Text
    channel: Text
    state: Text
    light: str
    light_text: Text
    version: int
    token: str
    way: tuple[tuple[Text, str], ...]
    faces: tuple[Face, ...]
    deeds: tuple[Deed, ...]
    papers: tuple[Paper, ...]
    events: tuple[Happened, ...]
    asked: Text | None
    can_finish: bool
    orders: tuple["OrderRow", ...]
    issued: tuple[PaperRow, ...]
    intake: Intake
    package: PackageBox | None = None
    reopens: Link | None = None
    done: Text | None = None
    typed: dict[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class OrderRow:
    """One supervision order."""

    id: int
    case: Link
    light: str
    what: Text
    opened_on: date
    due_on: date
    left: Text
    is_late: bool
    reply: str = ""
    replied: Text | None = None
    reasons: tuple[Choice, ...] = ()  # where the applicant is to be told as well: why

    @property
    def key(self) -> str:
        """Return the id as text, to name a field."""
        return str(self.id)


@dataclass(frozen=True)
class OrdersPage:
    """The orders that wait for an answer, or those that were answered."""

    rows: tuple[OrderRow, ...]
    is_open: bool
    done: Text | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class RatingRow:
    """One bad rating and what came of it. `is_own`: the reader handled the case, and so does not answer."""

    id: int
    case: Link
    stars: Text
    said: str
    contact_due_on: date
    due_on: date
    left: Text
    is_late: bool
    called: str
    answer: str
    outcome: Text
    staff: str
    is_own: bool
    is_called: bool

    @property
    def key(self) -> str:
        """Return the id as text, to name a field."""
        return str(self.id)


@dataclass(frozen=True)
class RatingsPage:
    """The bad ratings that wait for an answer, or those that were answered."""

    rows: tuple[RatingRow, ...]
    outcomes: tuple[Choice, ...]
    is_open: bool
    done: Text | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def stray(self) -> tuple[Fault, ...]:
        """Return what is to be said of a rating that is not in the list."""
        here = {f"rating-{row.id}" for row in self.rows}
        return tuple(one for one in self.faults if one.field not in here)
