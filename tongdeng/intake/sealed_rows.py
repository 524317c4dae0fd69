"""What a sealed roll says of health goes to care and nowhere else; the register gets who it is about.

Care stands above intake, so its functions are passed in when the program starts. Without them such rolls are refused.
"""

import base64
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongdeng.audit.types import Actor
from tongdeng.intake.formats import Format, load_format, sources
from tongdeng.intake.types import RowIn, RowsIn
from tongdeng.people import actions as people
from tongdeng.people.exports import records
from tongdeng.people.types import Columns

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


def digests(form: Format, plains: Sequence[bytes]) -> list[bytes]:
    """Return the identities of rows from what `digest_text` says of them."""
    if form.is_sealed:
        return [_connected[0].digest(plain) for plain in plains]
    return records.row_digests(form.source, plains)


# ---- good rows ----


def parted(form: Format, rows: RowsIn) -> tuple[RowsIn, dict[int, dict[str, Any]]]:
    """Return the rows as the register may have them, and by row number what is for care alone.

    Nobody knows what the unknown columns of such a roll hold, so they go to care as well.
    """
    if not form.is_sealed:
        return rows, {}
    sealed = {column.key for column in form.columns if column.sealed}
    count = len(rows.numbers)
    health = Columns(count, {key: values for key, values in rows.columns.items() if key in sealed}).values_of_each()
    for said, extra in zip(health, rows.extra, strict=False):
        if extra:
            said["extra"] = extra
    columns = Columns(count, {key: values for key, values in rows.columns.items() if key not in sealed})
    open_rows = replace(rows, columns=columns, extra=(), cells=())
    return open_rows, dict(zip(rows.numbers, health, strict=True))


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
