"""What each page of the portal shows, as plain values: views fill these, templates only print them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.sites.shell.frame import Choice as Pick
from tongdeng.sites.shell.frame import Words


@dataclass(frozen=True)
class Origin:
    """Who says a value, as of which day; `note` where it is not the one that counts."""

    source: str
    who: Text
    on: date
    note: Text | None = None
    text: Words | None = None


@dataclass(frozen=True)
class Held:
    """One value that is held about somebody, with everybody who states it."""

    key: str
    label: Text
    text: Words
    origins: tuple[Origin, ...]
    is_disputed: bool = False

    @property
    def source(self) -> str:
        """Return the source that a correction goes to: the one believed."""
        return self.origins[0].source if self.origins else ""


@dataclass(frozen=True)
class HeldGroup:
    """The values of one kind."""

    title: Text
    values: tuple[Held, ...]


@dataclass(frozen=True)
class Offer:
    """A service that somebody can have now."""

    name: Text
    why: Text
    terms: Text
    due_on: date | None = None
    is_owed: bool = False
    code: str = ""  # of the service
    case: int | None = None  # that is being worked on


@dataclass(frozen=True)
class Missing:
    """A service of which it is not known whether somebody can have it, and what would tell; they can apply for it."""

    name: Text
    what: Text
    code: str  # of the service
    case: int | None = None  # that is being worked on


@dataclass(frozen=True)
class LookLine:
    """One look at somebody's record, in words."""

    who: Text
    why: Text
    on: date
    times: int
    entry: int  # of the record of acts, for asking about it
    is_person: bool  # somebody opened it; else a program did
    is_close: bool  # and opened or changed this very record, not a list
    is_program: bool  # nobody opened it


@dataclass(frozen=True)
class RequestLine:
    """One request and where it stands."""

    url: str
    title: Text
    state: Text
    mark: str
    on: date


@dataclass(frozen=True)
class Choice:
    """One optional purpose, what it means, and how the reader stands to it."""

    code: str
    name: Text
    parts: tuple[tuple[Text, Text], ...]
    basis: Text
    is_allowed: bool
    said: Text | None
    is_sensitive: bool
    yes: Text
    no: Text


@dataclass(frozen=True)
class AppointmentLine:
    """One appointment and where it stands."""

    id: int
    when: Text
    business: Text
    place: Text
    code: str
    mark: str
    state: Text
    is_open: bool
    is_booked: bool
    has_moved_up: bool
    needs: Text | None


@dataclass(frozen=True)
class LetterLine:
    """A message, in the reader's language; `url` is the page of what it speaks of, where there is one."""

    title: str
    text: str
    on: date
    url: str = ""


@dataclass(frozen=True)
class CaseLine:
    """One application: where it stands, and the next day that matters."""

    id: int
    service: Text
    mark: str
    state: Text
    due_on: date | None
    waits_for_me: bool
    is_open: bool
    is_package: bool = False
    light: str = ""  # a mark's name, or empty
    light_text: Text = NOTHING


@dataclass(frozen=True)
class CaseStep:
    """One thing that happened to an application."""

    on: date
    text: Text
    reason: Text
    words: str
    remedies: str
    who: Text = NOTHING  # where another guardian did it
    expected_on: date | None = None  # of an explanation: by when it is expected now


@dataclass(frozen=True)
class Upload:
    """One document that was handed in with an application."""

    id: int
    on: date
    kilobytes: int


@dataclass(frozen=True)
class Material:
    """One paper the law asks for, how it stands with it, and what was handed in of it."""

    code: str
    name: Text
    mark: str
    held: Text
    note: Text
    uploads: tuple[Upload, ...] = ()
    earlier: Upload | None = None  # handed in before for the same purpose
    may_add: bool = False
    is_wanted: bool = False  # missing, promised, or named by a correction notice


@dataclass(frozen=True)
class ApplyPage:
    """What somebody is about to apply for: what is held of them, what is asked for, what it costs and takes."""

    code: str
    name: Text
    terms: Text
    note: Text | None
    token: str
    known: tuple[Held, ...]
    materials: tuple[Material, ...]
    lacks: int  # papers that nobody holds
    clauses: tuple[Text, ...]


@dataclass(frozen=True)
class CasePage:
    """One application as its applicant sees it, and what they may do now."""

    id: int
    number: str
    code: str
    service: Text
    mark: str
    state: Text
    version: int
    token: str
    clocks: tuple[Text, ...]
    is_late: bool
    materials: tuple[Material, ...]
    steps: tuple[CaseStep, ...]
    acts: frozenset[str]
    stars: Text | None
    is_draft: bool
    may_take_back: bool  # what was handed in
    is_anothers: bool  # another guardian, or the window, began it
    package: int | None = None  # that it is part of
    title: Text | None = None
    follow_up: Text | None = None  # what becomes of a bad rating
    follow_up_answer: str = ""
    question: str = ""  # what somebody waits to hear


@dataclass(frozen=True)
class ProxyLine:
    """Somebody who may or might act for the person."""

    id: int
    who: Text
    services: Text
    until_on: date
    mark: str
    state: Text
    may_end: bool


@dataclass(frozen=True)
class ProxyPage:
    """Who acts for the person, for whom the reader acts, and the forms. `code`: of what was entrusted just now."""

    appointed: tuple[ProxyLine, ...]
    mandates: tuple[tuple[Any, tuple[tuple[str, Text], ...]], ...]
    services: tuple[Pick, ...]
    until: str
    is_staff: bool
    code: str
