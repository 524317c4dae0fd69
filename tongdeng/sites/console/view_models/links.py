"""Links for others to send rolls by: the list, the form that makes one, and what a sender sees."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Fault, Link, Words


@dataclass(frozen=True)
class SentLine:
    """One roll received by a link."""

    number: str
    received_at: datetime
    rows: int
    unreadable: int
    state: Text
    url: str = ""


@dataclass(frozen=True)
class LinkLine:
    """One link. `revoke_url` is empty for one that works no more."""

    ref: int
    kind: Text
    for_whom: str
    scope: Words
    made_by: str
    expires_on: date
    uses: int
    uses_allowed: int
    last_used_at: datetime | None
    state: Text
    is_open: bool
    sent: tuple[SentLine, ...]
    revoke_url: str = ""


@dataclass(frozen=True)
class LinksPage:
    """The links of a territory, and what may be made here."""

    links: tuple[LinkLine, ...]
    makes: tuple[Link, ...]


@dataclass(frozen=True)
class LinkForm:
    """The form that makes a link; what was typed comes back with the faults."""

    kind: str
    title: Text
    sender: Text
    communities: tuple[Choice, ...]
    most_days: int
    most_uses: int
    for_whom: str = ""
    addresses: str = ""
    employer_name: str = ""
    employer_code: str = ""
    days: str = "7"
    uses: str = "3"
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class MadeLink:
    """A link just made: its address is shown this once."""

    url: str
    for_whom: str
    kind: Text
    expires_on: date
    uses_allowed: int


@dataclass(frozen=True)
class RowFault:
    """A row that could not be read, by its number; nothing of what it says."""

    row: int
    codes: tuple[str, ...]
    words: Text


@dataclass(frozen=True)
class ReceiptView:
    """A receipt: when, how many rows, which could not be read."""

    number: str
    received_at: datetime
    rows: int
    unreadable: tuple[RowFault, ...]


@dataclass(frozen=True)
class SubmitPage:
    """What somebody outside sees: what is asked, what becomes of it, and the form."""

    url: str
    county: str
    bureau: str
    for_whom: str
    title: Text
    scope: Words
    purpose: Text
    kinds: Text
    kept: Text
    duty: Text
    basis: tuple[Text, ...]
    notice_version: str
    expires_on: date
    uses_left: int
    largest_mb: int
    most_rows: int
    columns: tuple[Words, ...]
    faults: tuple[Fault, ...] = ()
    receipt: ReceiptView | None = None
