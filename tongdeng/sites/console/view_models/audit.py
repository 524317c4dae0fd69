"""The record of acts as an auditor reads it: who acted and how, never about whom."""

from dataclasses import dataclass
from datetime import datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Words


@dataclass(frozen=True)
class ActLine:
    """One entry; `who` None: a command or job of this installation."""

    number: int
    at: datetime
    who: str | None
    post: Words
    act: Text
    code: str
    purpose: Text
    subjects: int
    origin: Text
    address: str
    request: str
    is_sealed: bool


@dataclass(frozen=True)
class SealLine:
    """One seal; `digest` begins what a witness would compare."""

    number: int
    sealed_at: datetime
    entries: int
    last: int
    digest: str


@dataclass(frozen=True)
class CheckLine:
    """The last recomputation; `fault` None: everything fits."""

    at: datetime
    entries: int
    sealed: int
    seconds: float
    fault: Text | None


@dataclass(frozen=True)
class ActGroup:
    """Codes of one kind, to choose from."""

    name: Text
    codes: tuple[Choice, ...]


@dataclass(frozen=True)
class AuditPage:
    """Entries that are asked for, the chain's state, and what to ask for next."""

    lines: tuple[ActLine, ...]
    seals: tuple[SealLine, ...]
    seal_count: int
    unsealed: int
    oldest_unsealed_at: datetime | None
    check: CheckLine | None
    is_asked: bool  # a recomputation was asked for just now
    day: str
    staff: str
    post: str
    groups: tuple[ActGroup, ...]
    is_filtered: bool
    older_url: str
    newest_url: str  # empty: these are the newest
    export_url: str
