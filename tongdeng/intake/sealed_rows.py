"""What a sealed roll says of health goes to care and nowhere else; the register gets who it is about.

Care stands above intake, so its functions are passed in when the program starts. Without them such rolls are refused.
"""

import base64
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongdeng.audit.types import Actor
from tongdeng.intake.formats import Format, load_format, sources
from tongdeng.intake.types import RowIn
from tongdeng.people import actions as people
from tongdeng.people.exports import records

Kept = tuple[int, int, bytes, Mapping[str, Any]]  # record, row number, digest, health values


@dataclass(frozen=True, slots=True)
class Care:
    """The functions of care that intake calls."""

    digest: Callable[[bytes], bytes]
    seal: Callable[[Mapping[str, Any]], bytes]
    unseal: Callable[[bytes], dict[str, Any]]
    has_key: Callable[[], bool]
    keep: Callable[[int, Sequence[Kept], Actor], int]
    withdraw: Callable[[Collection[int], Actor], int]
    restore: Callable[[Collection[int], Actor], int]


_connected: list[Care] = []


def connect(care: Care) -> None:
    """Let sealed rolls in from now on, through these functions."""
    _connected[:] = [care]


def is_connected() -> bool:
    """Tell whether there is anywhere to put health data."""
    return bool(_connected)


def is_sealed(source: str) -> bool:
    """Tell whether a source is a sealed roll."""
    return source in sources() and load_format(source).is_sealed


def digest_of(form: Format) -> Callable[[bytes], bytes]:
    """Return the function that makes a row's identity from its canonical text."""
    if form.is_sealed:
        return _connected[0].digest
    return lambda canonical: records.row_digest(form.source, canonical)


# ---- good rows ----


def parted(form: Format, rows: Sequence[RowIn]) -> tuple[list[RowIn], dict[int, dict[str, Any]]]:
    """Return the rows as the register may have them, and by row number what is for care alone.

    Nobody knows what the unknown columns of such a roll hold, so they go to care as well.
    """
    if not form.is_sealed:
        return list(rows), {}
    sealed = {column.key for column in form.columns if column.sealed}
    open_rows, health = [], {}
    for row in rows:
        values = {key: value for key, value in row.values.items() if key not in sealed}
        open_rows.append(replace(row, values=values, extra={}, raw=()))
        said: dict[str, Any] = {key: value for key, value in row.values.items() if key in sealed}
        health[row.number] = {**said, "extra": row.extra} if row.extra else said
    return open_rows, health


def keep(form: Format, batch_id: int, rows: Iterable[Kept], restored: Collection[int], by: Actor) -> None:
    """Give care its part of a roll that was stored, and hide which roll showed these records."""
    if form.is_sealed:
        _connected[0].keep(batch_id, list(rows), by)
        _connected[0].restore(restored, by)
        people.hide_sightings(batch_id=batch_id, domain=form.register["hidden_in"], by=by)


def withdraw(source: str, gone: Collection[int], by: Actor) -> None:
    """Tell care which records fell silent."""
    if is_sealed(source) and is_connected():
        _connected[0].withdraw(gone, by)


# ---- rows given back ----


def packed(form: Format, headers: Sequence[str], row: RowIn) -> dict[str, Any]:
    """Return the cells of a rejected row as they may lie in the register: the health columns under care's key."""
    raw = list(row.raw)
    if not form.is_sealed:
        return {"raw": raw}
    columns = [form.find(header) for header in headers]
    # With more or fewer cells than headers, nobody knows which cell is which.
    fits = len(raw) == len(headers)
    is_open = [fits and column is not None and not column.sealed for column in columns] + [False] * len(raw)
    shown = [cell if may else "" for cell, may in zip(raw, is_open, strict=False)]
    return {"raw": shown, "care": base64.b64encode(_connected[0].seal({"raw": raw})).decode()}


def unpacked(kept: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Return the cells of a rejected row, and whether they are all there: the web does not get the health columns."""
    if "care" not in kept:
        return kept["raw"], True
    if not _connected or not _connected[0].has_key():
        return kept["raw"], False
    cells: list[str] = _connected[0].unseal(base64.b64decode(kept["care"]))["raw"]
    return cells, True
