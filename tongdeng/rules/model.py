"""The law as frozen values: facts, services, their dated versions, worked cases and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from tongdeng.kernel.errors import Text
from tongdeng.rules.tree import Node

# A value of a fact. Whole numbers are int, never bool; codes are text; None means we do not know.
Value = int | Decimal | bool | str | date | None
Plain = str | int | bool | None | dict[str, "Plain"] | list["Plain"]


class FactType(StrEnum):
    """The five types a fact can have."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    CODE = "code"
    DATE = "date"


class Verdict(StrEnum):
    """The answer for one person and one service."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """One word of the vocabulary. `when_absent` is None (unknown), False or 0; see the design for its use."""

    name: str
    type: FactType
    zh: str
    en: str = ""
    values: tuple[str, ...] = ()
    domain: str = ""
    unit: str = ""
    source: str = ""
    # The bureau that can settle the fact where no roll brings it.
    holder: str = ""
    when_absent: bool | int | None = None
    # Meanings of the values of a code, where the law gives them.
    value_labels: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Condition:
    """A named condition: its text as written, and its tree."""

    name: str
    text: str
    tree: Node
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause a version rests on. `checked`: the primary text was read."""

    text: Text
    checked: bool = False
    url: str = ""


class Rhythm(StrEnum):
    """How often a service is due."""

    ONCE = "once"
    YEARLY = "yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    PER_EVENT = "per_event"
    CONTINUOUS = "continuous"
    SCHEDULE = "schedule"


class Term(NamedTuple):
    """A time limit: so many days, `working` or `calendar`."""

    days: int
    kind: str


@dataclass(frozen=True, slots=True)
class Version:
    """The rules of a service from one day to another. `until` is inclusive; None means open."""

    from_on: date
    until: date | None
    conditions: tuple[Condition, ...]
    basis: tuple[Clause, ...] = ()
    provision: str = "residence"
    rhythm: Rhythm = Rhythm.ONCE
    schedule: str = ""
    due_within: int = 30
    opens_from: str = ""
    anniversary_of: str = ""
    opens_before: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    done_when: str = ""
    statutory: Term | None = None
    promised: Term | None = None
    fee: Plain = "free"
    materials: tuple[str, ...] = ()
    extra: Mapping[str, Plain] = field(default_factory=lambda: MappingProxyType({}))
    line: int = 0

    @property
    def occasion(self) -> Text | None:
        """Return what an applicant states by applying, such as a lost card, where the version names it."""
        return self._text("occasion")

    @property
    def note(self) -> Text | None:
        """Return what a resident should know besides, where the version says something."""
        return self._text("note")

    @property
    def without_application(self) -> Clause | None:
        """Return the clause by which the service is proposed and nobody need apply for it (免申即享); None: no such."""
        said = self.extra.get("without_application")
        text = self._text("without_application")
        if text is None or not isinstance(said, dict):
            return None
        return Clause(text, said.get("checked") is True, str(said.get("url", "")))

    def _text(self, key: str) -> Text | None:
        said = self.extra.get(key)
        return Text(str(said.get("zh", "")), str(said.get("en", ""))) if isinstance(said, dict) else None

    def covers(self, day: date) -> bool:
        """Return whether the version is in force on a day."""
        return self.from_on <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Service:
    """A service with its versions, oldest first. `extra` holds the optional keys, `seal` among them."""

    code: str
    name: Text
    bureau: str
    versions: tuple[Version, ...]
    extra: Mapping[str, Plain] = field(default_factory=lambda: MappingProxyType({}))
    file: str = ""

    def version_on(self, day: date) -> Version | None:
        """Return the version in force on a day, or None where the service did not exist then."""
        return next((version for version in self.versions if version.covers(day)), None)


class Span(NamedTuple):
    """A length of time on the calendar: months and then days. Years are twelve months, weeks seven days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One appointment of a schedule, such as the second dose of a vaccine.

    Spans count from the date fact `counted_from`: it `opens` then, should be done before `before`, and is not given
    from `until` on. With `every` it comes again. `after` is another step and the least distance from it.
    """

    code: str
    name: Text
    counted_from: str
    opens: Span
    before: Span | None = None
    until: Span | None = None
    every: Span | None = None
    after: tuple[str, Span] | None = None
    only: Condition | None = None
    series: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What `{schedule: name}` names: steps in order. Of the series in a list of `choices` one is enough."""

    name: str
    title: Text
    steps: tuple[Step, ...]
    basis: tuple[Clause, ...] = ()
    choices: tuple[tuple[str, ...], ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A worked example: a situation on a day, and what the law answers. `answer` "none": not in force that day."""

    name: str
    service: str
    as_of: date
    given: Mapping[str, Value]
    answer: str
    unmet: tuple[str, ...] | None
    unknown: tuple[str, ...] | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Law:
    """All services of a county, over one vocabulary. `digest` names exactly its files (SM3)."""

    facts: Mapping[str, Fact]
    services: Mapping[str, Service]
    cases: tuple[Case, ...] = ()
    digest: str = ""
    schedules: Mapping[str, Schedule] = field(default_factory=lambda: MappingProxyType({}))

    def in_force_on(self, day: date) -> tuple[tuple[Service, Version], ...]:
        """Return each service that exists on a day, with its version, by service code."""
        found = ((service, service.version_on(day)) for service in self.services.values())
        return tuple((service, version) for service, version in found if version is not None)


class Answer(NamedTuple):
    """What the law says about one person and one service; the two lists are filled whatever the answer is."""

    answer: Verdict
    unmet: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
