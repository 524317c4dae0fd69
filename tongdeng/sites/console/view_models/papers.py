"""Papers and messages of a person, as the console shows them."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.papers.types import Wording


@dataclass(frozen=True)
class PaperRow:
    """A paper in a list."""

    url: str
    title: Text
    number: str
    organ: Text
    made_on: date


@dataclass(frozen=True)
class LetterRow:
    """A message in a list, and what became of the word outside."""

    title: str
    text: str
    on: date
    way: Text
    mark: str
    state: Text
    sent_at: datetime | None


@dataclass(frozen=True)
class PapersPage:
    """Everything that was issued or written to somebody."""

    name: str
    person_url: str
    papers: tuple[PaperRow, ...]
    letters: tuple[LetterRow, ...]


@dataclass(frozen=True)
class PaperPage:
    """One paper."""

    said: Wording
    pdf_url: str
    name: str
    papers_url: str
    made_at: datetime
    ended_at: datetime | None
