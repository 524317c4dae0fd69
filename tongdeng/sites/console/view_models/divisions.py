"""Changes of the map: what is planned and done, and the preview of a file."""

from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Fault, Words


@dataclass(frozen=True)
class PartLine:
    """Where some people go: `words` are what their addresses contain, `stays` how many live there now."""

    name: Words
    code: str
    words: str
    stays: int | None


@dataclass(frozen=True)
class ChangeLine:
    """One division that changes, in a preview or in the history; counts are None in the history."""

    starts_on: date
    kind: Text
    name: Words
    code: str
    parts: tuple[PartLine, ...]
    note: str
    state: Text | None = None
    plan: int | None = None
    people: int | None = None
    windows: int | None = None
    tasks: int | None = None
    posts: int | None = None
    staff: int | None = None


@dataclass(frozen=True)
class FaultLine:
    """One thing wrong with one row of the file; row 0 is the file."""

    row: int
    column: str
    text: Text
    remedy: Text


@dataclass(frozen=True)
class DivisionsPage:
    """The form, the preview of a file just sent or its faults, and the history."""

    known: tuple[ChangeLine, ...]
    file: str = ""
    preview: tuple[ChangeLine, ...] = ()
    sums: tuple[tuple[Text, int], ...] = ()
    wrong: tuple[FaultLine, ...] = ()
    faults: tuple[Fault, ...] = ()
