"""One person, and one answer explained."""

from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Link, Words


@dataclass(frozen=True)
class SourceLine:
    """One record that states a value; `is_lost` where another one is believed."""

    text: Words
    note: Text
    is_chosen: bool = False
    is_lost: bool = False


@dataclass(frozen=True)
class ProfileValue:
    """One line of the profile. `text` None: not known, and `remedy` leads to what would settle it."""

    label: Text
    text: Words | None
    origin: Text
    sources: tuple[SourceLine, ...] = ()
    remedy: Link | None = None
    is_number: bool = False
    has_conflict: bool = False


@dataclass(frozen=True)
class StayLine:
    """One stay, at the grain declared."""

    place: Words
    starts_on: date
    ends_on: date | None
    lodging: Text | None


@dataclass(frozen=True)
class ServiceLine:
    """One service in its group, with the note that matters in that state."""

    name: Text
    url: str
    note: Text
    is_current: bool = False
    is_offered: bool = False


@dataclass(frozen=True)
class ServiceGroup:
    """The services of one state; `state` is a mark's name."""

    state: str
    services: tuple[ServiceLine, ...]


@dataclass(frozen=True)
class Condition:
    """One condition of a service: `outcome` is `met`, `unmet` or `unknown`; `used` is the value and its source."""

    label: Words
    outcome: str
    used: Text

    @property
    def mark(self) -> str:
        """Return the mark of the outcome."""
        return "served" if self.outcome == "met" else self.outcome


@dataclass(frozen=True)
class Change:
    """One thing that would change the answer, and where it can be started."""

    text: Text
    link: Link | None = None


@dataclass(frozen=True)
class Earlier:
    """An earlier answer and why it differed."""

    on: date
    text: Text
    url: str = ""


@dataclass(frozen=True)
class Why:
    """Why this answer: the conditions one by one, what would change it, the clause, earlier answers.

    `holders` say who holds what would settle an unknown; `law` is the digest of the whole law that answered.
    """

    service: Text
    code: str
    bureau: Text
    state: str
    conditions: tuple[Condition, ...]
    changes: tuple[Change, ...]
    basis: tuple[Link, ...]
    in_force: Text
    holders: tuple[Text, ...] = ()
    law: str = ""
    earlier: tuple[Earlier, ...] = ()
    detail: Text | None = None
    sheet_url: str = ""  # the same for the person to take along
    apply: Link | None = None  # to take an application in, or the one that is being worked on

    def having(self, outcome: str) -> int:
        """Return how many conditions came out that way."""
        return sum(condition.outcome == outcome for condition in self.conditions)

    @property
    def tallies(self) -> tuple[int, int, int]:
        """Return how many are met, not met and not known."""
        return self.having("met"), self.having("unmet"), self.having("unknown")


@dataclass(frozen=True)
class WhySheet:
    """One answer on paper for the person it is about: who it speaks of, what it says, and whom to turn to."""

    name: str
    ref: str
    said: Text
    why: Why
    day: Text
    person_url: str


@dataclass(frozen=True)
class Told:
    """One service somebody was told of or declined: the mark, and how it was confirmed."""

    mark: str
    service: Text
    said: Text
    day: Text


@dataclass(frozen=True)
class PersonPage:
    """One person: profile, stays, services, and one answer explained."""

    name: str
    ref: str
    sex: str | None
    age: int | None
    months_here: int | None
    family: tuple[Link, ...]
    sources: int
    records: int
    values: tuple[ProfileValue, ...]
    stays: tuple[StayLine, ...]
    as_of_on: date
    groups: tuple[ServiceGroup, ...]
    why: Why | None
    norights: Text | None = None
    next_step: Link | None = None
    household: tuple[tuple[Link, Text], ...] = ()  # who lives here too, by the relation to the head
    notices: tuple[Link, ...] = ()  # a move somebody asks about
    newest_day: date | None = None  # of a departure that this reader may record
    changes: tuple[Link, ...] = ()  # merges and splits that can be taken back
    split_url: str = ""
    doubts: Link | None = None
    told: tuple[Told, ...] = ()  # offers and declines
    appointments_url: str = ""
