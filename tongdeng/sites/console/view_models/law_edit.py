"""The editor: a service's form, its examples as a table, and a file as text."""

from dataclasses import dataclass

from tongdeng.kernel.errors import Text
from tongdeng.rules.edit_cases import CaseRow
from tongdeng.rules.edit_service import BasisRow, ConditionRow, VersionForm
from tongdeng.sites.console.view_models.law import FaultLine
from tongdeng.sites.shell.frame import Choice, Fault, Link


@dataclass(frozen=True)
class ConditionField:
    """A condition in the form, with how it reads."""

    number: int
    row: ConditionRow
    said: Text | None
    fault: Text | None

    @property
    def key(self) -> str:
        """Return the number as the names of its fields carry it."""
        return str(self.number)

    @property
    def position(self) -> int:
        """Return the number as people count."""
        return self.number + 1

    @property
    def place(self) -> int:
        """Return the place among the others; tens leave room to put one between two."""
        return 10 * self.position


@dataclass(frozen=True)
class BasisField:
    """A clause in the form."""

    number: int
    row: BasisRow


@dataclass(frozen=True)
class FactOffer:
    """A fact that can be put into a condition, and who gives it."""

    name: str
    label: Text
    given_by: Text


@dataclass(frozen=True)
class EditPage:
    """One version of one service of a draft, as a form."""

    draft_title: str
    draft_url: str
    code: str
    name: Text
    url: str
    edit_url: str  # where versions are added and taken out
    form: VersionForm
    versions: tuple[Link, ...]  # the one shown has no address
    at: int
    may_write: bool
    may_drop: bool
    conditions: tuple[ConditionField, ...]
    basis: tuple[BasisField, ...]
    provisions: tuple[Choice, ...]
    rhythms: tuple[Choice, ...]
    fees: tuple[Choice, ...]
    materials: tuple[Choice, ...]
    kinds: dict[str, tuple[Choice, ...]]
    days: dict[str, tuple[Choice, ...]]  # for what counts from a date fact
    facts: tuple[FactOffer, ...]
    failing: int
    examples: int
    cases_url: str
    text_url: str
    words_url: str
    faults: tuple[Fault, ...] = ()
    law_faults: tuple[FaultLine, ...] = ()
    new_from: str = ""


@dataclass(frozen=True)
class GivenField:
    """A fact in an example: its value, and what it can be where that is a list."""

    name: str
    label: Text
    value: str
    choices: tuple[Choice, ...]
    kind: str  # choice, number, date


@dataclass(frozen=True)
class ExpectField:
    """A condition in an example: whether it is expected not to be met, or not to be known."""

    name: str
    label: Text
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class CaseField:
    """An example as a row, and what the law answers to it."""

    number: int
    row: CaseRow
    answers: tuple[Choice, ...]
    given: tuple[GivenField, ...]
    expect: tuple[ExpectField, ...]
    answered: Text | None
    holds: bool | None
    faults: tuple[Text, ...]
    is_new: bool = False

    @property
    def key(self) -> str:
        """Return the number as the names of its fields carry it."""
        return str(self.number)


@dataclass(frozen=True)
class CasesPage:
    """The examples of a service of a draft, as a table that runs."""

    draft_title: str
    draft_url: str
    code: str
    name: Text
    url: str
    edit_url: str
    text_url: str
    may_write: bool
    cases: tuple[CaseField, ...]
    holding: int
    service_faults: tuple[FaultLine, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class TextPage:
    """A file of a draft as plain text."""

    draft_id: int
    draft_title: str
    draft_url: str
    path: str
    text: str
    line: int
    url: str
    form_url: str
    may_write: bool
    is_changed: bool
    law_faults: tuple[FaultLine, ...]
    files: tuple[Choice, ...]
    faults: tuple[Fault, ...] = ()
    rows: int = 20
