"""Call-backs of declines that nobody confirmed."""

from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Fault, Link, Words


@dataclass(frozen=True)
class CallItem:
    """One person to call about one service. `number` is the whole phone number, once it was asked for."""

    id: int
    name: str
    url: str
    service: Text
    told: Text
    place: Words
    phone: str
    number: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def key(self) -> str:
        """Return the number of the call-back as element ids bear it."""
        return str(self.id)


@dataclass(frozen=True)
class AnsweredItem:
    """What the reader has answered today."""

    name: str
    mark: str
    text: Text
    state: Text
    undo_url: str


@dataclass(frozen=True)
class AgreementRow:
    """How the call-backs of a community ended; `share` is None where nobody was reached."""

    place: Words
    upheld: int
    reached: int
    not_reached: int
    open: int

    @property
    def share(self) -> float | None:
        """Return the part of those reached who upheld the decline."""
        return self.upheld / self.reached if self.reached else None


@dataclass(frozen=True)
class DrawForm:
    """What a sample is drawn from."""

    first_on: str
    last_on: str
    size: str
    newest_day: date
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class CallbacksPage:
    """Whom to call, what was answered, who wants a service, how often declines were upheld, and new samples."""

    waiting: tuple[CallItem, ...]
    others: int  # open ones that the reader recorded: a colleague calls
    answered: tuple[AnsweredItem, ...]
    wishes: tuple[tuple[Link, Text], ...]
    agreements: tuple[AgreementRow, ...]
    samples: tuple[Text, ...]
    draw: DrawForm | None
    may_call: bool
    query: str
    fault: Text | None = None
