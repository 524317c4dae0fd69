"""What a row is known by: a text that is the same for the same values, whatever order a file had them in.

It has the short names of the columns, for it is also what is sealed.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from json.encoder import encode_basestring

from tongdeng.intake.formats import Format
from tongdeng.intake.types import Value
from tongdeng.people.exports import short_names
from tongdeng.people.types import Columns

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(values: Mapping[str, Value]) -> str:
    """Return the text of one row."""
    return _encode(short_names.shortened(values))


def digest_text(format: Format, values: Mapping[str, Value]) -> bytes:
    """Return the bytes that are a row's identity: its source and its repaired known columns, nothing else."""
    return f"{format.source}\n{canonical(values)}".encode()


def canonical_each(columns: Columns) -> list[str]:
    """Return `canonical` of each row."""
    named = {short_names.SHORT.get(key, key): values for key, values in columns.items()}
    parts = [_members(name, named[name]) for name in sorted(named)]
    if not parts:
        return ["{}"] * columns.rows
    return ["{" + "".join(row)[:-1] + "}" for row in zip(*parts, strict=True)]


def _members(key: str, values: Sequence[Value | None]) -> list[str]:
    """Return the column as members of a JSON object, each with its comma; nothing where there is nothing."""
    distinct = set(values)
    if len(distinct) * 4 > len(values) and _stands_as_it_is(distinct):
        return ["" if value is None else f'"{key}":"{value}",' for value in values]
    known: dict[Value | None, str] = {v: "" if v is None else f'"{key}":{_written(v)},' for v in distinct}
    return list(map(known.__getitem__, values))


def _stands_as_it_is(values: Collection[Value | None]) -> bool:
    """Tell whether all are text that JSON only puts into quotation marks."""
    words = [value for value in values if isinstance(value, str)]
    if len(words) + (None in values) < len(values):
        return False  # numbers
    joined = "".join(words)
    return joined.isprintable() and '"' not in joined and "\\" not in joined


def _written(value: Value) -> str:
    return encode_basestring(value) if isinstance(value, str) else str(value)
