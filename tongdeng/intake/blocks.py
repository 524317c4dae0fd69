"""A roll as blocks of lines for COPY: read, judged, sealed and keyed. Large files are shared with a second process."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from tongdeng.delivery.types import ROLL, of_row
from tongdeng.intake import sealed_rows
from tongdeng.intake.advice import Advice
from tongdeng.intake.canonical import canonical_each
from tongdeng.intake.formats import Format, load_format
from tongdeng.intake.quality import Counter
from tongdeng.intake.rolls import RollStream, read_roll
from tongdeng.intake.types import Counts, RowIn, RowsIn
from tongdeng.people.exports import lines, records

ROWS = 2_000  # a block
LARGE = 4 << 20  # bytes: below, starting a second process takes longer than it saves


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that reading a roll needs: it travels to the second process as it is."""

    source: str
    roll: lines.Roll
    file: Path | bytes
    name: str
    communities: Collection[str]
    services: Mapping[str, str]
    ended: Mapping[str, Sequence[str]]
    aliases: Path | None
    keys: Sequence[tuple[str, int, bytes, bool]] = ()  # wrapped, for a process that knows no database


@dataclass(slots=True)
class Block:
    """Some rows, ready for COPY."""

    lean: bytes
    said: bytes
    rejects: bytes
    counts: Counts
    headers: Sequence[str]
    share: float | None  # of the file, read so far
    values: list[Mapping[str, Any]] = field(default_factory=list)  # of a roll about nobody, whose rows are not staged
    health: dict[int, tuple[bytes, Mapping[str, Any]]] = field(default_factory=dict)  # of a sealed roll: row -> digest


@dataclass(slots=True)
class Noted:
    """What one reader of a roll has counted when it is through."""

    advice: Advice
    quality: Counter


def own_columns(form: Format) -> str:
    """Return the columns that a roll's own kind adds to the stage, as in CREATE TABLE."""
    return lines.DWELLING if "dwelling" in form.makes else ROLL if "delivery" in form.makes else ""


def _own_values(form: Format, roll: lines.Roll) -> Callable[[Mapping[str, Any]], Sequence[Any]] | None:
    if "dwelling" in form.makes:
        return lambda said: lines.dwelling(said, roll.successors)
    if "delivery" in form.makes:
        return lambda said: of_row(said, roll.domains[said["service"]])
    return None


def is_shared(task: Task) -> bool:
    """Tell whether a file is worth a second process. A workbook is not: each would unpack the whole of it."""
    if load_format(task.source).is_sealed:
        return False
    if isinstance(task.file, bytes):
        return len(task.file) > LARGE and not task.file.startswith(b"PK")
    with task.file.open("rb") as stream:
        return task.file.stat().st_size > LARGE and stream.read(2) != b"PK"


def blocks(task: Task, turn: Callable[[], int] | None = None) -> Iterator[Block | Noted]:
    """Yield the blocks of a roll, of a shared one those whose numbers `turn` gives; at the end what was noted."""
    stream = read_roll(
        task.source, task.file, today=task.roll.today, communities=task.communities, services=task.services,
        ended=task.ended, aliases=task.aliases, name=task.name, block=ROWS,
    )  # fmt: skip
    writer = _Writer(task, stream)
    quality = Counter(stream.format, as_at=task.roll.as_at, county=task.roll.county)
    for rows in stream.taking(turn or count().__next__):
        good = rows.good()
        quality.add(rows, good)
        yield writer.block(rows, good)
    yield Noted(stream.advice, quality)


class _Writer:
    def __init__(self, task: Task, stream: RollStream) -> None:
        self._format = form = stream.format
        self._stream = stream
        self._lines = lines.Lines(task.roll, _own_values(form, task.roll))

    def block(self, rows: RowsIn, good: RowsIn) -> Block:
        stream, form = self._stream, self._format
        rejects = _joined([self._reject(row) for row in rows.rejected])
        block = Block(b"", b"", rejects, Counts.of(rows), stream.headers, stream.share())
        if not form.subject:
            block.values = good.columns.values_of_each()
            return block
        texts = canonical_each(good.columns)
        digests = sealed_rows.digests(form, [f"{form.source}\n{text}".encode() for text in texts])
        if form.is_sealed:
            good, health = sealed_rows.parted(form, good)
            block.health = {number: (d, health[number]) for number, d in zip(good.numbers, digests, strict=True)}
            texts = canonical_each(good.columns)
        disputed = {at for at, row in good.told.items() if any(f.code == "id.birth_disagrees" for f in row.warnings)}
        row_on = form.row_date_of_each(good.columns)
        ready = lines.Rows(good.numbers, good.columns, good.extra, texts, digests, row_on, disputed)
        block.lean, block.said = self._lines.of(ready)
        return block

    def _reject(self, row: RowIn) -> str:
        sealed = records.seal(sealed_rows.packed(self._format, self._stream.headers, row), "B")
        return f"{row.number}\t{_findings(row.errors)}\t" + r"\\x" + sealed.hex()


def _joined(parts: list[str]) -> bytes:
    parts.append("")
    return "\n".join(parts).encode()


@lru_cache(maxsize=1024)
def _findings(errors: tuple[Any, ...]) -> str:
    said = [{"column": f.column, "code": f.code, "zh": f.message.zh, "en": f.message.en} for f in errors]
    return json.dumps(said, ensure_ascii=False).replace("\\", "\\\\")
