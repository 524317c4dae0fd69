"""A roll from file to validated rows, in blocks: the one call an import needs."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path

from tongdeng.intake.advice import Advice
from tongdeng.intake.formats import Format, load_format, sources
from tongdeng.intake.reading import HEADER_DEPTH, Limits, Sheet, open_sheet
from tongdeng.intake.types import RowIn, RowsIn
from tongdeng.intake.validation import Validator, matched_headers
from tongdeng.intake.workbooks import refuse_several
from tongdeng.kernel.errors import Text, UnusableInput


class RollStream:
    """Blocks of validated rows, rejected ones among them, and what there is to tell. Memory stays flat for CSV."""

    def __init__(self, format: Format, sheet: Sheet, validator: Validator, block: int) -> None:
        self.format = format
        self.headers = sheet.headers
        self.advice = Advice()
        self._sheet = sheet
        self._validator = validator
        self._block = block

    def count_rows(self) -> int:
        """Return how many rows the file has, without judging them. Nothing is left to iterate over afterwards."""
        with self._sheet as sheet:
            return sum(1 for _ in sheet.rows)

    def __iter__(self) -> Iterator[list[RowIn]]:
        return (block.rows() for block in self.taking(count().__next__))

    def taking(self, turn: Callable[[], int]) -> Iterator[RowsIn]:
        """Yield only those blocks whose number `turn` gives: another reader of the same file takes the others."""
        mine = turn()
        with self._sheet as sheet:
            for number in count():
                if number != mine:
                    if not sheet.skip(self._block):
                        return
                    continue
                pieces = sheet.take(self._block)
                if not pieces:
                    return
                rows = self._validator.judge(pieces)
                for row in rows.told.values():
                    if row.accepted:
                        self.advice.add(row)
                yield rows
                mine = turn()

    def share(self) -> float | None:
        """Return how much of the file was read, from 0 to 1; None where nobody can tell."""
        return self._sheet.share()


def read_roll(
    source: str,
    file: Path | bytes,
    *,
    today: date,
    communities: Collection[str],
    services: Mapping[str, str],
    divisions: Collection[str] | None = None,
    ended: Mapping[str, Sequence[str]] | None = None,
    aliases: Path | None = None,
    name: str = "",
    block: int = 5000,
    limits: Limits | None = None,
) -> RollStream:
    """Open a roll and check its headers; iterate for blocks of rows. Raises `UnusableInput` for a file as a whole."""
    format = load_format(source, aliases)

    def is_header(row: Sequence[str]) -> bool:
        return len(format.match(row).known) > 1

    sheet = open_sheet(file, name=name, is_header=is_header, limits=limits)
    place = name or (file.name if isinstance(file, Path) else "")
    try:
        matching = matched_headers(format, sheet.headers, place)
        if sheet.kind == "xlsx":
            refuse_several(file, place, is_header=is_header, depth=HEADER_DEPTH)
    except UnusableInput as error:
        sheet.close()
        if error.code in ("roll.not_a_roll", "roll.columns_missing"):
            error.remedy = _other_roll(sheet.headers, source) or error.remedy
        raise
    validator = Validator(
        format, sheet.headers, matching, today=today, communities=communities, services=services,
        divisions=divisions, ended=ended,
    )  # fmt: skip
    return RollStream(format, sheet, validator, block)


def _other_roll(headers: Collection[str], source: str) -> Text | None:
    """Return the advice to name another source, when the headers fit that one as a whole."""
    fitting = {other: load_format(other).match(list(headers)) for other in sources() if other != source}
    whole = {other: len(matching.known) for other, matching in fitting.items() if not matching.missing}
    best = max(whole, key=whole.__getitem__, default="")
    if whole.get(best, 0) < 4:
        return None
    title = load_format(best).title
    return Text(
        f"表头像是“{title.zh}”，请改选这一种（命令里写 --source {best}）",
        f"this looks like “{title.en}”: choose that one (in the command: --source {best})",
    )
