"""Requests of people about their own data, on the desk that answers."""

from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Fault


@dataclass(frozen=True)
class RequestRow:
    """One line of the list. `signal` is a mark's name where the deadline is near or past."""

    url: str
    title: Text
    name: str
    place: Text
    due_on: date
    left: Text
    signal: str
    state: Text


@dataclass(frozen=True)
class RequestsPage:
    """What lies on a desk."""

    rows: tuple[RequestRow, ...]
    is_open: bool
    open_url: str
    closed_url: str
    done: Text | None = None


@dataclass(frozen=True)
class RequestStep:
    """One thing that happened, and who did it."""

    on: date
    text: Text


@dataclass(frozen=True)
class RequestPage:
    """One request, and what this desk can do with it."""

    number: int
    title: Text
    name: str
    person_url: str
    asker: Text | None  # the guardian, where another asks
    words: str
    source: Text | None
    due_on: date
    left: Text
    signal: str
    steps: tuple[RequestStep, ...]
    is_mine: bool
    outcome: Text | None
    answer: str
    remedy: str
    can_extend: bool
    outcomes: tuple[Choice, ...]
    desks: tuple[Choice, ...]
    typed: dict[str, str]
    kept: Text | None = None
    faults: tuple[Fault, ...] = ()
