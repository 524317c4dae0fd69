"""Moves between communities, and who may have left."""

from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Fault, Link, Words


@dataclass(frozen=True)
class Question:
    """One question: has this person left? `deadline` tells how long there is to answer."""

    task: int
    name: Words
    ref: str
    url: str
    text: Text
    signal: str
    deadline: Text
    arrived_on: date
    is_dispute: bool = False
    typed_day: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def key(self) -> str:
        """Return the question's number as fields bear it."""
        return str(self.task)


@dataclass(frozen=True)
class Told:
    """What came of a question, or of a wish."""

    name: Words
    mark: str
    text: Text
    state: Text
    link: Link | None = None
    undo_url: str = ""


@dataclass(frozen=True)
class MovesPage:
    """What a place is asked, what it asks for, and what came of both."""

    today: date
    questions: tuple[Question, ...]
    wishes: tuple[Told, ...]
    settled: tuple[Told, ...]


@dataclass(frozen=True)
class AbsentPerson:
    """Somebody whose stay is open and who may have left, with the signs."""

    name: str
    ref: str
    url: str
    address: str
    since: date
    seen_on: date
    signs: tuple[Text, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class DeparturesPage:
    """The people of a place who may have left. `total` is known where all of them stand on the page."""

    today: date
    total: int | None
    people: tuple[AbsentPerson, ...]
    first_url: str
    next_url: str
    fault: Text | None = None
