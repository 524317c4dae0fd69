"""Connected systems as the packages above see them."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

PREFIX = "td_"  # of every key, so that one that was published by mistake can be searched for
MARK = 8  # characters of a key that are kept in clear, to tell keys apart
EVERYTHING = "*"  # a subscription to whatever happens to a case


class KeyState(StrEnum):
    """What became of a key that was asked for."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"


class Purpose(StrEnum):
    """For what a system asks about one person; the person reads it beside the look."""

    ADVISE = "advise"
    APPLY = "apply"
    VERIFY = "verify"


class DeliveryState(StrEnum):
    """Where a notice to a system is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"  # tried to the end; what follows about the same case waits for somebody
    DROPPED = "dropped"  # the system may not hear of it any more


@dataclass(frozen=True, slots=True)
class Caller:
    """A system that was let in: who acts, in which post, and where that post counts."""

    system_id: int
    key_id: int
    staff_id: int
    post_id: int
    kind: str
    lo: str
    hi: str


@dataclass(frozen=True, slots=True)
class NewSystem:
    """A system to be connected, and the post it asks for."""

    login: str
    name: str
    contact: str
    kind: str
    division: str
    bureau: str | None
    title_zh: str
    title_en: str
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that is asked for: until when, and from which networks it opens."""

    until: date
    networks: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answered: kept, so that the same request gets the same again."""

    status: int
    body: bytes
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a case, as far as a system is told: codes and numbers of our own, nobody's name."""

    case_id: int
    seq: int
    act: str
    state: str
    service: str
    territory: str
    domain: str
    desks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One notice on its way out."""

    id: int
    url: str
    headers: dict[str, str]
    body: bytes
