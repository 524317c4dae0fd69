"""Who holds which right, what waits for a second person, and accounts."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Fault, Words


@dataclass(frozen=True)
class HolderLine:
    """One person with the post held: the line an auditor reads."""

    number: int
    name: str
    login: str
    title: Words
    kind: Words
    place: Words
    sees: Text
    until: date | None
    is_over: bool = False


@dataclass(frozen=True)
class ProposalLine:
    """One proposal, or one right taken away, in words."""

    number: int
    staff: int
    name: str
    what: Text
    place: Words
    reason: str
    proposed_by: str
    proposed_at: datetime
    state: Text
    decided_by: str = ""
    decided_at: datetime | None = None
    refusal: str = ""
    may_decide: bool = False
    may_withdraw: bool = False
    why_not: Text | None = None


@dataclass(frozen=True)
class RightsPage:
    """The list of posts with their holders, what waits, and what was."""

    holders: tuple[HolderLine, ...]
    waiting: tuple[ProposalLine, ...]
    past: tuple[ProposalLine, ...]
    kinds: tuple[Choice, ...]
    words: str = ""
    may_propose: bool = False
    faults: tuple[Fault, ...] = ()
    done: Text | None = None


@dataclass(frozen=True)
class PersonPage:
    """One person's right: what is held, the form that proposes another, and what was."""

    holder: HolderLine
    past: tuple[ProposalLine, ...]
    waiting: tuple[ProposalLine, ...]
    kinds: tuple[Choice, ...]
    places: tuple[Choice, ...]
    bureaus: tuple[Choice, ...]
    form: dict[str, str]
    is_own: bool
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class AccountLine:
    """One account, as the system administrator sees it."""

    number: int
    name: str
    login: str
    title: Words
    has_first_password: bool
    last_login: datetime | None
    is_own: bool


@dataclass(frozen=True)
class AccountsPage:
    """All accounts, the form for a new one, and a first password that was just given out."""

    accounts: tuple[AccountLine, ...]
    form: dict[str, str]
    faults: tuple[Fault, ...] = ()
    given_login: str = ""
    given_password: str = ""
    done: Text | None = None
