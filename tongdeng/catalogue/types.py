"""A law on its way: drafts, publications, and what a publication would change for people, money and staff."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tongdeng.kernel.errors import NOTHING, Text


class State(StrEnum):
    """Where a publication stands."""

    PROPOSED = "proposed"
    PREVIEWED = "previewed"
    PUBLISHED = "published"
    REFUSED = "refused"


class DraftState(StrEnum):
    """Where a draft stands; a refused publication opens its draft again."""

    OPEN = "open"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who did something, and in which post; a command of this installation has neither."""

    staff_id: int | None = None
    post_id: int | None = None
    name: str = ""
    title: Text = NOTHING


@dataclass(frozen=True, slots=True)
class ServiceEffect:
    """What changes for one service. `loses` counts everybody who had a yes and no longer has, unknown included.

    Money and hours are net and of one year: (gains - loses) x the measured cost, or the estimated minutes, of one
    delivery x how often a year it comes; None where nobody has measured or estimated it.
    """

    service: str
    name: Text
    kind: str  # changed, added, removed
    gains: int
    loses: int
    unknown_made: int  # answers that nobody can give any more
    unknown_settled: int  # answers that nobody could give before
    windows_added: int  # services owed, on the day, that were not
    windows_removed: int
    times_a_year: int
    unit_cost_fen: int | None = None
    cost_year: int | None = None
    money_fen: int | None = None
    minutes: int | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class PlaceEffect:
    """What changes for one service in one community. Under five people this is for officials of the county only."""

    service: str
    community: str
    gains: int
    loses: int
    unknown_made: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a law would change for everyone who lives here, judged on `as_of` by what is known on `known_on`."""

    base_digest: str
    digest: str
    as_of: date
    known_on: date
    made_at: datetime
    people: int
    affected: int  # people with at least one other answer
    gaining: int  # people who gain at least one service
    losing: int
    flip_share: float
    services: tuple[ServiceEffect, ...]
    places: tuple[PlaceEffect, ...]
    facts_missing: tuple[str, ...]  # words the law uses and no roll supplies: unknown for everyone
    sealed: tuple[str, ...]  # changed services behind the seal of care, which nobody counts here
    money_fen: int | None  # net, of those services whose cost is known; None where it is known of none
    cost_unknown: tuple[str, ...]
    hours: float | None
    posts: float | None  # full-time posts those hours are
    minutes_unknown: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the preview as it is kept and printed."""
        return {
            **asdict(self),
            "as_of": self.as_of.isoformat(),
            "known_on": self.known_on.isoformat(),
            "made_at": self.made_at.isoformat(),
            "services": [
                {**asdict(one), "name": {"zh": one.name.zh, "en": one.name.en}} for one in self.services
            ],
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], *, places: bool = True) -> "Preview":
        """Return the preview that `as_json` made, with its communities unless `places` is false."""
        services = tuple(ServiceEffect(**{**one, "name": Text(**one["name"])}) for one in kept["services"])
        lists = ("facts_missing", "sealed", "cost_unknown", "minutes_unknown")
        return cls(**{
            **kept,
            **{name: tuple(kept[name]) for name in lists},
            "as_of": date.fromisoformat(kept["as_of"]),
            "known_on": date.fromisoformat(kept["known_on"]),
            "made_at": datetime.fromisoformat(kept["made_at"]),
            "services": services,
            "places": tuple(PlaceEffect(**one) for one in kept["places"]) if places else (),
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Publication:
    """A law that was proposed, and what became of it. `number` counts the published ones from 1."""

    id: int
    title: str
    digest: str
    base_digest: str
    state: State
    reason: str
    draft_id: int | None
    authors: tuple[int, ...]  # members of staff who wrote on it or proposed it: none of them may approve
    proposed_by: Signatory
    proposed_at: datetime
    preview: Preview | None
    preview_fault: str
    second_look_reason: str
    decided_by: Signatory
    decided_at: datetime | None
    refusal: str
    number: int | None
    is_stale: bool  # another law was published meanwhile
    changed: tuple[str, ...]  # files that differ from the base


@dataclass(frozen=True, slots=True)
class Draft:
    """A law being written. `changed` are the files that differ from the base, `removed` those it no longer has."""

    id: int
    title: str
    base_digest: str
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    state: DraftState
    opened_by: Signatory
    opened_at: datetime
    changed_at: datetime
    is_stale: bool
    trial: Preview | None  # the newest "what if" of the draft
    is_trial_current: bool  # false once a file was saved after it
    trial_state: str  # empty, asked, done, failed
