"""The worked examples of a service as rows, and the rows back into their file."""

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from tongdeng.rules import roundtrip
from tongdeng.rules.roundtrip import flow, listed, put, shown

_ORDER = ("case", "as_of", "given", "expect", "note")
_EXPECTED = ("answer", "unmet", "unknown")


@dataclass(frozen=True)
class CaseRow:
    """An example as the table shows it. `was` is its place in the file, None for a new one.

    In `given` an empty text is a fact nobody knows. `unmet` and `unknown` are None where the example does not say.
    """

    was: int | None = None
    name: str = ""
    as_of: str = ""
    given: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    unmet: tuple[str, ...] | None = None
    unknown: tuple[str, ...] | None = None


def read_rows(text: str) -> tuple[CaseRow, ...]:
    """Return the examples of a file, in its order."""
    document = roundtrip.read(text) if text.strip() else None
    return tuple(_row(at, one) for at, one in enumerate(_cases(document)))


def _cases(document: Any) -> Any:
    return document if isinstance(document, CommentedSeq) else CommentedSeq()


def _row(at: int, one: Any) -> CaseRow:
    found = one if isinstance(one, CommentedMap) else CommentedMap()
    given, expect = found.get("given") or {}, found.get("expect") or {}
    return CaseRow(
        was=at,
        name=shown(found.get("case")),
        as_of=shown(found.get("as_of")),
        given={str(name): shown(value) for name, value in given.items()},
        answer={"true": "yes", "false": "no"}.get(shown(expect.get("answer")), shown(expect.get("answer"))),
        unmet=_names(expect, "unmet"),
        unknown=_names(expect, "unknown"),
    )


def _names(expect: Any, key: str) -> tuple[str, ...] | None:
    return tuple(shown(one) for one in expect[key] or ()) if key in expect else None


def write_rows(text: str, rows: tuple[CaseRow, ...]) -> str:
    """Return the file with these examples; those that did not change stay letter for letter."""
    before = read_rows(text)
    if rows == before:
        return text
    old = _cases(roundtrip.read(text) if text.strip() else None)
    new = CommentedSeq()
    for at, row in enumerate(rows):
        kept = old[row.was] if row.was is not None and row.was < len(old) else CommentedMap()
        if not kept or row != before[row.was or 0]:
            _change(kept, row)
        new.append(kept)
        if row.was in old.ca.items:
            new.ca.items[at] = old.ca.items[row.was]
    new.ca.comment = old.ca.comment
    return roundtrip.write(new, text or "- ") if new else ""


def _change(case: Any, row: CaseRow) -> None:
    was = _row(0, case)
    if row.name != was.name:
        put(case, "case", row.name, _ORDER)
    if row.as_of != was.as_of:
        put(case, "as_of", roundtrip.scalar(row.as_of), _ORDER)
    if row.given != was.given:
        given = case.get("given")
        given = given if isinstance(given, CommentedMap) else flow({})
        for name in [name for name in given if name not in row.given]:
            del given[name]
        for name, value in row.given.items():
            if name not in was.given or was.given[name] != value:
                given[name] = roundtrip.scalar(value)
        put(case, "given", given, _ORDER)
    if (row.answer, row.unmet, row.unknown) != (was.answer, was.unmet, was.unknown):
        expect = case.get("expect")
        expect = expect if isinstance(expect, CommentedMap) else flow({})
        if row.answer != was.answer:
            put(expect, "answer", row.answer, _EXPECTED)
        for key in ("unmet", "unknown"):
            names = getattr(row, key)
            if names != getattr(was, key):
                put(expect, key, None if names is None else listed(names), _EXPECTED)
        put(case, "expect", expect, _ORDER)
