"""Requests and consents as other packages see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tongdeng.kernel.errors import Text


class RequestKind(StrEnum):
    """What somebody may ask that needs another person's answer. A copy and a consent need nobody's."""

    CORRECT = "correct"
    DELETE = "delete"
    RESTRICT = "restrict"
    EXPLAIN = "explain"
    COMPLAIN = "complain"


class Outcome(StrEnum):
    """What became of a request."""

    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"


@dataclass(frozen=True)
class Term:
    """How a kind of request is dealt with: working days, how many more once, and the desk (`source`: the bureau's)."""

    days: int
    more_days: int
    desk: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its words opened."""

    id: int
    person_id: int
    asker_id: int
    territory: str
    kind: RequestKind
    subject: str
    source: str
    words: str
    desk: str
    opened_at: datetime
    due_on: date
    was_extended: bool
    extension: str
    handed: str
    outcome: Outcome | None
    answer: str
    remedy: str
    answered_at: datetime | None
    staff_id: int | None
    history: tuple[dict[str, object], ...]

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has answered yet."""
        return self.outcome is None


@dataclass(frozen=True)
class Said:
    """How somebody stands to an optional purpose: whether it may be done, and what they said last, if anything."""

    purpose: str
    is_allowed: bool
    act: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Section:
    """One part of a notice."""

    title: Text
    text: Text


@dataclass(frozen=True)
class Notice:
    """One version of a notice."""

    name: str
    version: str
    from_on: date
    title: Text
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Own:
    """Somebody whom the resident of this transaction may speak for: themselves, or a child under 14."""

    person_id: int
    name: str
    born_on: date | None
    territory: str
    is_self: bool


# Why an assessment is made (个人信息保护法 §55), and how much is at stake in a kind of processing, never in a person.
REASONS = {
    "sensitive": Text("处理敏感个人信息", "sensitive data"),
    "automated": Text("利用个人信息进行自动化决策", "automated decisions"),
    "entrusted": Text("委托别人处理", "entrusted to others"),
    "provided": Text("向别的机关提供或者公开", "given to another organ or published"),
    "changed": Text("有重大变化", "a great change"),
}
LEVELS = {"low": Text("低", "low"), "medium": Text("中", "medium"), "high": Text("高", "high")}


@dataclass(frozen=True)
class NewAssessment:
    """An impact assessment as somebody writes it down (§56: lawful and needed, risk, measures)."""

    activity: str
    why: str
    made_on: date
    lawful: str
    risk: str
    measures: str
    level: str

    @property
    def kept_until(self) -> date:
        """Return the day until which it must be kept: three years (§56)."""
        is_leap = (self.made_on.month, self.made_on.day) == (2, 29)
        day = date(self.made_on.year, 3, 1) if is_leap else self.made_on
        return day.replace(year=day.year + 3)


@dataclass(frozen=True)
class LeakScope:
    """Which rows leaked: each part that is given narrows, and acts of the record stand for all the rest."""

    source: str = ""
    batch: int | None = None
    table: str = ""
    place: str = ""
    since: date | None = None
    until: date | None = None
    entries: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was said: that would be everybody."""
        return not (self.source or self.batch or self.table or self.place or self.since or self.until or self.entries)


@dataclass(frozen=True)
class NewBreach:
    """A leak as it was described (§57: kinds, cause, harm, measures, contact)."""

    what: str
    cause: str
    harm: str
    measures: str
    contact: str
    found_at: datetime
    scope: LeakScope
