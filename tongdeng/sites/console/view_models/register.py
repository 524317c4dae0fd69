"""A household at the door, and what came of it."""

from dataclasses import dataclass
from datetime import date

from tongdeng.intake.exports import households
from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Choice, Fault, Words


@dataclass(frozen=True)
class MemberForm:
    """One member: what was typed, what the register knows of them, and what is still asked.

    `asks` names the fields to show: name, birth, phone, hukou, guardian. `standing` is empty before anybody was found.
    """

    at: int
    typed: households.TypedMember
    standing: str = ""
    known: Text | None = None
    facts: tuple[tuple[Text, Words], ...] = ()
    asks: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Text, ...] = ()
    relations: tuple[Choice, ...] = ()
    sexes: tuple[Choice, ...] = ()
    guardians: tuple[Choice, ...] = ()
    is_fresh: bool = False  # just added: the cursor goes here

    @property
    def prefix(self) -> str:
        """Return what the member's field names begin with."""
        return f"m{self.at}-"

    @property
    def number(self) -> int:
        """Return the member's number as people count."""
        return self.at + 1


@dataclass(frozen=True)
class RegisterPage:
    """The form of one household."""

    token: str
    home: households.TypedHome
    newest_day: date
    communities: tuple[Choice, ...]
    lodgings: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    members: tuple[MemberForm, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class ReceiptLine:
    """One member on the receipt. `mark` is a state's mark, `ref` the person number where there is one to give."""

    name: Words
    relation: Text
    ref: str
    url: str
    mark: str
    state: Text


@dataclass(frozen=True)
class ReceiptPage:
    """What was registered, to read out and to print."""

    place: Words
    address: str
    lines: tuple[ReceiptLine, ...]
    left_out: int
    is_withdrawn: bool
    undo_url: str
