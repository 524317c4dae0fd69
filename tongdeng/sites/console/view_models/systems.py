"""Connected systems in words: which there are, what waits for a second person, and how their notices fare."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.sites.shell.frame import Choice, Fault, Words


@dataclass(frozen=True)
class SystemLine:
    """One system in the list. `trouble`: notices that were given up."""

    number: int
    name: str
    login: str
    title: Words
    place: Words
    state: Text
    is_well: bool
    key_until: date | None
    used_at: datetime | None
    trouble: int


@dataclass(frozen=True)
class KeyLine:
    """One key; only the beginning by which it is known."""

    number: int
    system: str
    mark: str
    networks: str
    until: date
    reason: str
    state: Text
    asked_by: str
    asked_at: datetime
    decided_by: str = ""
    may_revoke: bool = False
    may_decide: bool = False
    why_not: Text | None = None
    what: Text = NOTHING  # the post that waits with it


@dataclass(frozen=True)
class SystemsPage:
    """All systems, and the keys that wait."""

    systems: tuple[SystemLine, ...]
    waiting: tuple[KeyLine, ...]
    may_add: bool
    done: Text | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class NewPage:
    """The form that asks for a system, its post and its first key."""

    form: dict[str, str]
    kinds: tuple[Choice, ...]
    places: tuple[Choice, ...]
    bureaus: tuple[Choice, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class NoticeLine:
    """One notice to a system: an act on a case, and what became of it."""

    case: int
    version: int
    act: Text
    url: str
    state: Text
    is_dead: bool
    tries: int
    made_at: datetime
    next_try_at: datetime | None
    fault: str


@dataclass(frozen=True)
class SystemPage:
    """One system: its post, keys, addresses and notices."""

    number: int
    name: str
    login: str
    contact: str
    title: Words
    place: Words
    sees: Text
    until: date | None
    state: Text
    is_ended: bool
    used_at: datetime | None
    sent_at: datetime | None
    keys: tuple[KeyLine, ...]
    addresses: tuple[str, ...]
    counts: tuple[tuple[Text, int], ...]
    notices: tuple[NoticeLine, ...]
    form: dict[str, str]
    may_ask: bool
    may_end: bool
    may_resume: bool
    given_key: str = ""
    done: Text | None = None
    faults: tuple[Fault, ...] = ()
