"""A roll as blocks of lines for COPY: read, judged, sealed and keyed. Large files are shared with a second process."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from tongdeng.delivery.types import ROLL_COLUMNS, of_row
from tongdeng.intake.formats import load_format
from tongdeng.intake.rolls import read_roll
from tongdeng.intake.types import Counts, RowIn
from tongdeng.intake.validation import canonical
from tongdeng.people.exports import lines, records

ROWS = 2_000  # a block
LARGE = 4 << 20  # bytes: below, starting a second process takes longer than it saves


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that reading a roll needs: it travels to the second process as it is."""

    roll: lines.Roll
    file: Path | bytes
    name: str
    communities: Collection[str]
    services: Mapping[str, str]
    aliases: Path | None


class Block(NamedTuple):
    """Some rows, ready for COPY, with what there is to count."""

    lean: bytes
    said: bytes
    rejects: bytes
    counts: Counts
    headers: Sequence[str]
    share: float | None  # of the file, read so far
    values: list[Mapping[str, Any]]  # of a roll about nobody, whose rows are not staged


def is_shared(file: Path | bytes) -> bool:
    """Tell whether a file is worth a second process. A workbook is not: each would unpack the whole of it."""
    if isinstance(file, bytes):
        return len(file) > LARGE and not file.startswith(b"PK")
    with file.open("rb") as stream:
        return file.stat().st_size > LARGE and stream.read(2) != b"PK"


def own_table(source: str) -> tuple[str, Sequence[str]] | None:
    """Return the table that a roll's own kind fills besides the register's, and its columns."""
    return {
        "housing": ("people_dwelling", lines.DWELLING),
        "deliveries": ("delivery_delivery", ROLL_COLUMNS),
    }.get(source)


def _own_values(roll: lines.Roll) -> Callable[[Mapping[str, Any]], Sequence[Any]] | None:
    if roll.source == "housing":
        return lines.dwelling
    if roll.source == "deliveries":
        return lambda said: of_row(said, roll.domains[said["service"]])
    return None


def blocks(task: Task, turn: Callable[[], int] | None = None) -> Iterator[Block]:
    """Yield the blocks of a roll, or of a shared one those whose numbers `turn` gives."""
    stream = read_roll(
        task.roll.source, task.file, today=task.roll.today, communities=task.communities, services=task.services,
        aliases=task.aliases, name=task.name, block=ROWS,
    )  # fmt: skip
    writer = _Writer(task.roll)
    for rows in stream.taking(turn or count().__next__):
        yield writer.block(rows, stream.headers, stream.share())


class _Writer:
    def __init__(self, roll: lines.Roll) -> None:
        self._format = load_format(roll.source)
        self._lines = lines.Lines(roll, _own_values(roll))
        self._source = roll.source

    def block(self, rows: Sequence[RowIn], headers: Sequence[str], share: float | None) -> Block:
        counts, lean, said, rejects, values = Counts(), [], [], [], []
        for row in rows:
            counts.add(row)
            if row.errors:
                rejects.append(_reject(row))
            elif self._format.subject:
                first, second = self._of(row)
                lean.append(first)
                said.append(second)
            else:
                values.append(row.values)
        return Block(_joined(lean), _joined(said), _joined(rejects), counts, headers, share, values)

    def _of(self, row: RowIn) -> tuple[str, str]:
        values = row.values
        text = canonical(values)
        is_disputed = any(f.code == "id.birth_disagrees" for f in row.warnings)
        digest = records.row_digest(self._source, f"{self._source}\n{text}".encode())
        known = lines.Row(row.number, values, row.extra, digest, self._format.row_date_of(values), is_disputed)
        return self._lines.of(known, text)


def _joined(parts: list[str]) -> bytes:
    parts.append("")
    return "\n".join(parts).encode()


def _reject(row: RowIn) -> str:
    sealed = records.seal({"raw": list(row.raw)}, "B")
    return f"{row.number}\t{_findings(row.errors)}\t" + r"\\x" + sealed.hex()


@lru_cache(maxsize=1024)
def _findings(errors: tuple[Any, ...]) -> str:
    said = [{"column": f.column, "code": f.code, "zh": f.message.zh, "en": f.message.en} for f in errors]
    return json.dumps(said, ensure_ascii=False).replace("\\", "\\\\")
