"""Rolls: the history, sending one, one batch."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Fault, Link, Pager, Progress, Words


@dataclass(frozen=True)
class RollLine:
    """One batch in the history. `state` is `running`, `done`, `withdrawn` or `failed`."""

    ref: str
    url: str
    source: Text
    file: str
    as_at: date
    received_at: datetime
    by: Words
    state: str
    rows: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class RollsPage:
    """The history of rolls, newest first; `upload_url` is empty for a post that may not send any."""

    rolls: tuple[RollLine, ...]
    pager: Pager
    upload_url: str = ""


@dataclass(frozen=True)
class RollTemplate:
    """An empty roll to fill in, for one source."""

    source: Text
    url: str


@dataclass(frozen=True)
class UploadPage:
    """The form that sends a roll."""

    sources: tuple[Choice, ...]
    templates: tuple[RollTemplate, ...]
    as_at: str
    newest_day: date
    largest_mb: int
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Tally:
    """One number of a batch's summary; `note` says what it means."""

    label: Text
    number: int
    note: Text | None = None


@dataclass(frozen=True)
class RejectLine:
    """One reason why a row was given back; rows count from 1, the header not counted."""

    row: int
    column: str
    code: str
    message: Text


@dataclass(frozen=True)
class AdviceLine:
    """One kind of fault or repair in rows that were kept: how often, and in which rows first."""

    column: str
    message: Text
    times: int
    rows: Text
    is_warning: bool


@dataclass(frozen=True)
class RollPage:
    """One batch. While it runs only `progress`, `pace`
    (what is known of speed and time left) and `stage` are filled, and the page asks `progress_url` again.
    """

    roll: RollLine
    progress: Progress | None
    progress_url: str
    tallies: tuple[Tally, ...] = ()
    rejects: tuple[RejectLine, ...] = ()
    advice: tuple[AdviceLine, ...] = ()
    pager: Pager | None = None
    rejects_url: str = ""
    next_step: Link | None = None
    stop_url: str = ""
    failure: Text | None = None
    pace: Text | None = None
    stage: Text | None = None
