"""The register of processing, assessments, retention, and breaches."""

from dataclasses import dataclass, field
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Fault, Words


@dataclass(frozen=True)
class ActivityLine:
    """One kind of processing, with its newest assessment."""

    name: Text
    why: Text
    clause: Text
    domains: Text
    kept: Text
    recipients: Text
    optional: Text | None
    assessed_on: date | None


@dataclass(frozen=True)
class RuleLine:
    """One rule of retention: how many rows are past their time now, and how many the last run found."""

    name: Text
    days: int
    what: Text
    clause: Text
    due: int | None
    last: int | None


@dataclass(frozen=True)
class AssessmentLine:
    """One impact assessment."""

    activity: Text
    why: Text
    made_on: date
    level: Text
    lawful: str
    risk: str
    measures: str
    kept_until: date


@dataclass(frozen=True)
class PrivacyPage:
    """What is done with data, what was assessed, what was deleted."""

    activities: tuple[ActivityLine, ...]
    rules: tuple[RuleLine, ...]
    ran_at: datetime | None
    assessments: tuple[AssessmentLine, ...]
    can_assess: bool
    choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class BreachLine:
    """One breach in the list."""

    url: str
    what: str
    found_at: datetime
    persons: int
    state: Text
    signal: str


@dataclass(frozen=True)
class BreachForm:
    """A leak being described; `persons` is whom it would touch, once that was looked at."""

    sources: tuple[Choice, ...]
    tables: tuple[Choice, ...]
    places: tuple[Choice, ...]
    typed: dict[str, str]
    persons: int | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class BreachPage:
    """One breach: its deadlines, its drafts, and what is left to do."""

    number: int
    what: str
    found_at: datetime
    persons: int
    shown: int  # of them within the reader's reach
    authority_due_at: datetime
    persons_due_on: date
    authority_told_at: datetime | None
    persons_told_at: datetime | None
    closed_at: datetime | None
    closing: str
    to_authority: Text
    to_persons: Text
    scope: tuple[tuple[Text, Words], ...]
    faults: tuple[Fault, ...] = ()
