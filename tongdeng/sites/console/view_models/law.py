"""The law for officials: the list of services, one service, its versions and worked examples."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.rules.changes import Change, ServiceChange
from tongdeng.sites.shell.frame import Choice, Link, Words


@dataclass(frozen=True)
class ServiceLine:
    """One service in the list: whom it is for in words, how often, and what it rests on."""

    code: str
    name: Text
    url: str
    who: Text
    rhythm: Text
    basis: Text
    is_checked: bool
    from_on: date
    until: date | None
    mark: Text | None  # what is new about it


@dataclass(frozen=True)
class BureauGroup:
    """A bureau and its services."""

    name: Text
    lines: tuple[ServiceLine, ...]


@dataclass(frozen=True)
class LawPage:
    """All services by bureau, as they were filtered."""

    groups: tuple[BureauGroup, ...]
    count: int
    total: int
    day: date
    digest: str
    search: str
    bureaus: tuple[Choice, ...]
    rhythms: tuple[Choice, ...]
    lately: bool
    basis: tuple[Choice, ...]
    export_url: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class ConditionWords:
    """A condition: what the law calls it, what it says in words, and as it is written."""

    label: Text
    words: Text
    text: str


@dataclass(frozen=True)
class ClauseLine:
    """A clause, and whether its primary text was read."""

    text: Text
    checked: bool
    url: str


@dataclass(frozen=True)
class FactLine:
    """A fact a service reads, and who gives it."""

    name: str
    label: Text
    given_by: Text
    is_open: bool = False  # no roll brings it


@dataclass(frozen=True)
class VersionLine:
    """A version on the timeline, and what it changed against the one before."""

    title: Text
    url: str
    state: Text
    is_shown: bool
    is_now: bool
    changes: tuple[Change, ...]
    is_first: bool


@dataclass(frozen=True)
class CaseLine:
    """A worked example: the situation, what is expected, and what the law answers."""

    name: str
    as_of: date
    given: tuple[Text, ...]
    expected: Text
    answered: Text
    holds: bool


@dataclass(frozen=True)
class ServicePage:
    """One service, one of its versions in full."""

    code: str
    name: Text
    bureau: Text
    file: str
    sealed: Text | None
    versions: tuple[VersionLine, ...]
    shown: Text  # of which days the rules below are
    conditions: tuple[ConditionWords, ...]
    terms: tuple[tuple[Text, Text], ...]
    occasion: Text | None
    note: Text | None
    basis: tuple[ClauseLine, ...]
    facts: tuple[FactLine, ...]
    cases: tuple[CaseLine, ...]


@dataclass(frozen=True)
class FaultLine:
    """A fault of a draft, and where to correct it."""

    place: str
    text: Text
    url: str


@dataclass(frozen=True)
class FileLine:
    """A file a draft changed."""

    path: str
    name: Text | None
    url: str
    text_url: str
    is_gone: bool


@dataclass(frozen=True)
class DraftLine:
    """A draft in the list."""

    title: str
    url: str
    by: str
    at: datetime
    changed: int
    state: Text
    is_open: bool


@dataclass(frozen=True)
class EffectLine:
    """What a law would change for one service, and in which communities."""

    code: str
    name: Text
    url: str
    gains: int
    loses: int
    unknown_made: int
    money: Text
    hours: Text
    places: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True)
class EffectsPanel:
    """Who gains and who loses: numbers, never names."""

    people: int
    affected: int
    gaining: int
    losing: int
    share: float
    as_of: date
    made_at: datetime
    lines: tuple[EffectLine, ...]
    money: Text
    staff: Text
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class DraftPage:
    """A draft: its files, its faults, what it would change, and the way to propose it."""

    id: int
    title: str
    by: str
    opened_at: datetime
    base: str
    is_open: bool
    is_stale: bool
    may_write: bool
    state: Text
    files: tuple[FileLine, ...]
    faults: tuple[FaultLine, ...]
    changes: tuple[ServiceChange, ...]
    services: tuple[Choice, ...]
    effects: EffectsPanel | None
    is_trial_current: bool
    trial_state: str
    publication_url: str = ""


@dataclass(frozen=True)
class PublicationLine:
    """A publication in the list."""

    number: Words
    title: str
    url: str
    digest: str
    state: str
    proposed: str
    decided: str
    at: datetime | None


@dataclass(frozen=True)
class PublicationPage:
    """A publication: what it changes, for whom, who asked and who decided."""

    id: int
    title: str
    number: int | None
    state: str
    digest: str
    base: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    refusal: str
    second_look_reason: str
    preview_fault: str
    is_stale: bool
    changes: tuple[ServiceChange, ...]
    other_files: tuple[str, ...]
    effects: EffectsPanel | None
    needs_second_look: bool
    second_look_share: float
    may_decide: bool
    may_take_back: bool
    why_not: Text | None
    may_revert: bool
    is_current: bool
