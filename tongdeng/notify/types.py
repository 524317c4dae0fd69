"""What a channel must offer, and messages as the packages above see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from tongdeng.kernel.errors import Text

Value = str | int | date | Text  # what fills a blank of a message


class NotDelivered(Exception):
    """A channel could not hand a message on; it will be tried again. The text must name nobody."""


class Channel(Protocol):
    """A way for a message to leave: a gateway for short messages, a mail server, a file, the operator's terminal."""

    def send(self, address: str, text: str, *, key: str = "") -> None:
        """Hand one message on. `key` is the same whenever the same message is handed on. Raises NotDelivered."""
        ...


class Way(StrEnum):
    """How somebody wants to hear; everything can be read in My services whatever they chose."""

    APP = "app"
    PHONE = "phone"
    EMAIL = "email"


class State(StrEnum):
    """What became of a message outside. UNKNOWN: handed on, and nobody can say whether it arrived."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    LATE = "late"
    UNKNOWN = "unknown"
    UNWANTED = "unwanted"  # the person reads it in My services only
    NOWHERE = "nowhere"  # no phone or address is known


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: a kind (`desk.case`), its number, and the step that makes it worth telling."""

    kind: str
    id: int
    step: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is for, where the person lives, in which confidentiality domain it lies, and who sees it."""

    person_id: int
    territory: str
    domain: str
    desks: Sequence[str]  # kinds of post; the person reads it besides
    told_id: int | None = None  # who hears of it outside in the person's place: the parent who applied for a child


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to hear, and in which language."""

    way: Way
    language: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that is on its way out, taken by one worker."""

    id: int
    way: Way
    address: str
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as its person reads it; `state` is what became of the word outside, None after its time."""

    id: int
    kind: str
    about: About
    fields: Mapping[str, Value]
    made_at: datetime
    way: Way | None
    state: State | None
    sent_at: datetime | None
