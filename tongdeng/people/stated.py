"""How a profile keeps which records state which of its values: `people_identity.sources`, in few bytes.

A list with an entry for each list of records, the chosen one first: `{"records": [7, 3], "of": "name sex"}`, and
`"disputed": "sex"` where they do not all say the same.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from tongdeng.people.types import Believed

RECORD = "@"  # the place of a record's number in the text of a person of one record


class Listed(NamedTuple):
    """The records that state an attribute, the chosen one first."""

    records: tuple[int, ...]
    is_disputed: bool


def written(attributes: Mapping[str, Believed]) -> str:
    """Return the text for these values."""
    groups: dict[tuple[int, ...], list[str]] = {}
    for attribute in sorted(attributes):
        groups.setdefault(attributes[attribute].records, []).append(attribute)
    disputed = frozenset(attribute for attribute, believed in attributes.items() if believed.is_disputed)
    # Few ways to be known, and numbers of records: written without looking for what JSON would escape.
    entries = [
        _form(tuple(of), disputed.intersection(of)).replace(f'"{RECORD}"', ", ".join(map(str, records)))
        for records, of in groups.items()
    ]
    return f"[{', '.join(entries)}]"


@lru_cache(maxsize=4096)
def _form(of: tuple[str, ...], disputed: frozenset[str]) -> str:
    """Return the text of an entry, with `RECORD` for its numbers."""
    return json.dumps(_entry([RECORD], of, disputed))


@lru_cache(maxsize=4096)
def of_one(attributes: tuple[str, ...], disputed: tuple[str, ...]) -> str:
    """Return the text for a person of one record, with `RECORD` for its number."""
    entry = _entry([RECORD], sorted(attributes), disputed)
    return json.dumps([entry]).replace(f'"{RECORD}"', RECORD)


def _entry(records: list[Any], of: Iterable[str], disputed: Iterable[str]) -> dict[str, Any]:
    said = {"records": records, "of": " ".join(of)}
    doubtful = " ".join(attribute for attribute in of if attribute in disputed)
    return {**said, "disputed": doubtful} if doubtful else said


def read(sources: Iterable[Mapping[str, Any]]) -> dict[str, Listed]:
    """Return what was written, by attribute."""
    return {
        attribute: Listed(tuple(one["records"]), attribute in one.get("disputed", "").split())
        for one in sources
        for attribute in one["of"].split()
    }
