"""Doubts about who is who: the queue, one doubt, a split, and taking a change back."""

from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.people.exports import comparing
from tongdeng.sites.console.view_models.owed import Filter
from tongdeng.sites.shell.frame import Choice, Fault, Link, Pager, Words


@dataclass(frozen=True)
class DoubtLine:
    """One doubt in the queue."""

    url: str
    names: Words
    question: Text
    place: Words
    opened_on: date
    due_on: date
    signal: str
    needs: Text | None  # a second clerk, or whom somebody wanted to ask


@dataclass(frozen=True)
class ReviewPage:
    """The queue of a place. `start` leads to its first doubt."""

    doubts: tuple[DoubtLine, ...]
    filters: tuple[Filter, ...]
    pager: Pager
    start: str
    empty: Text
    quality: str


@dataclass(frozen=True)
class TraitLine:
    """One compared value. `weight` None: the model did not weigh it; `bar` is its share of the longest bar, 0 to 50."""

    label: Text
    left: comparing.Told | None
    right: comparing.Told | None
    left_note: Text
    right_note: Text
    mark: str
    word: Text
    weight: float | None = None
    is_sex: bool = False

    @property
    def bar(self) -> float:
        """Return the bar's length in percent of the drawing, half of which is for either direction."""
        return round(min(abs(self.weight or 0.0), 10.0) * 5, 1)

    @property
    def start(self) -> float:
        """Return where the bar begins."""
        return 50.0 if (self.weight or 0) >= 0 else 50.0 - self.bar


@dataclass(frozen=True)
class SideHead:
    """Whose column it is."""

    title: Words
    note: Words
    url: str


@dataclass(frozen=True)
class Tally:
    """What either side has of one kind."""

    label: Text
    left: int
    right: int


@dataclass(frozen=True)
class DoubtPage:
    """One doubt, two sides. `verdicts` is empty where this reader cannot answer; `undo_url`: it was theirs."""

    number: int
    question: Text
    why: Text
    heads: tuple[SideHead, SideHead]
    traits: tuple[TraitLine, ...]
    tallies: tuple[Tally, ...]
    verdicts: tuple[Choice, ...]
    notices: tuple[Text, ...]
    settlers: tuple[Choice, ...]
    position: int
    total: int
    action: str
    back: str
    back_url: str
    skip_url: str
    note: str = ""
    undo_url: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class RecordLine:
    """One record that may be parted from a person."""

    record_id: int
    source: Text
    on: date
    says: str
    is_chosen: bool


@dataclass(frozen=True)
class SplitPage:
    """Choosing records to part; with `heads`, what either would be afterwards."""

    name: str
    ref: str
    records: tuple[RecordLine, ...]
    targets: tuple[Choice, ...]
    heads: tuple[SideHead, SideHead] | None
    traits: tuple[TraitLine, ...]
    tallies: tuple[Tally, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class ChangePage:
    """A merge or split about to be taken back, or that was (`action` empty): what returns, and what stays."""

    title: Text
    made: Text
    effect: Text
    stays: tuple[RecordLine, ...]
    action: str
    person: Link
    split_url: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class QualityLine:
    """How many of the links drawn for checking were right, by method and model."""

    method: Text
    model: str
    checked: int
    right: int
    share: float | None
    low: float | None
    high: float | None
    open: int


@dataclass(frozen=True)
class LinkQualityPage:
    """Measured precision of automatic links, and how many doubts are open."""

    lines: tuple[QualityLine, ...]
    open_doubts: int
    queue_url: str
