"""Documents as the packages above see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LARGEST = 10 << 20  # bytes of one file
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
SUFFIXES = {JPEG: "jpg", PNG: "png", PDF: "pdf"}


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    LARGE = "large"
    TYPE = "type"
    HEIC = "heic"
    BROKEN = "broken"
    PIXELS = "pixels"
    PAGES = "pages"
    LOCKED = "locked"
    ACTIVE = "active"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a document was handed in for: a kind (`desk.case`) and its number. Nobody reads it by another way."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose document it is, where the person lives, in which confidentiality domain it lies, and who sees it."""

    person_id: int
    territory: str
    domain: str
    desks: Sequence[str]  # kinds of post; the person reads it besides


@dataclass(frozen=True, slots=True)
class Use:
    """What a document is handed in for: a subject of somebody's, and the purpose, a service's code."""

    subject: Subject
    owner: Owner
    purpose: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A document, without its content."""

    id: int
    subject: Subject
    person_id: int
    purpose: str
    material: str
    type: str
    size: int
    digest: str  # SM3 of what is kept, in hexadecimal
    held_since: datetime
    valid_until: date | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A document with its content, piece by piece."""

    document: Kept
    pieces: Iterator[bytes]

    @property
    def file_name(self) -> str:
        """Return a name to save it by, which tells nobody's."""
        return f"{self.document.material}-{self.document.id}.{SUFFIXES[self.document.type]}"
