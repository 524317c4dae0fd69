"""Papers as other packages see them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tongdeng.kernel.errors import Text

Value = str | Text | date | Sequence[str | Text]  # of a template's field


@dataclass(frozen=True, slots=True)
class Matter:
    """What a paper is about: a kind (`desk.case`), its number, and the step it belongs to (a case's version)."""

    kind: str
    id: int
    step: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a paper is for, where the person lives, in which confidentiality domain the matter lies, and who sees it."""

    person_id: int
    name: str
    territory: str
    domain: str
    desks: Sequence[str]  # kinds of post; the person reads it besides


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or a heading with its list; `field`: what it was written for."""

    text: Text
    items: tuple[Text, ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a paper says, as it was made: a later change of the template changes nothing in it."""

    kind: str
    title: Text
    number: str
    code: str  # to check it by
    applicant: str
    organ: Text
    made_on: date
    parts: tuple[Part, ...]
    basis: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain data that `read` understands."""
        return {
            "kind": self.kind, "title": list(self.title), "number": self.number, "code": self.code,
            "applicant": self.applicant, "organ": list(self.organ), "made_on": self.made_on.isoformat(),
            "parts": [
                {"text": list(one.text), "items": [list(item) for item in one.items], "field": one.field}
                for one in self.parts
            ],
            "basis": [list(one) for one in self.basis],
        }  # fmt: skip

    def without(self, field: str) -> "Wording":
        """Return it without what was written for a field."""
        return replace(self, parts=tuple(one for one in self.parts if one.field != field))

    @classmethod
    def read(cls, said: dict[str, Any]) -> "Wording":
        """Return what `as_json` was asked of."""
        parts = tuple(
            Part(Text(*one["text"]), tuple(Text(*item) for item in one["items"]), one.get("field", ""))
            for one in said["parts"]
        )
        return cls(
            said["kind"], Text(*said["title"]), said["number"], said["code"], said["applicant"],
            Text(*said["organ"]), date.fromisoformat(said["made_on"]), parts,
            tuple(Text(*one) for one in said["basis"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper that was issued, with what it says."""

    id: int
    kind: str
    matter: Matter
    person_id: int
    made_at: datetime
    staff_id: int | None
    wording: Wording
    ended_at: datetime | None = None  # since when it is no longer in force


@dataclass(frozen=True, slots=True)
class Genuine:
    """What anybody is told who holds a number and its code: nothing of any person."""

    kind: str
    title: Text
    number: str
    organ: Text
    made_at: datetime
    is_same_file: bool | None  # None: no file was compared
    ended_at: datetime | None = None  # since when it is no longer in force
