"""The rows of a delimited text: read one after another, or passed over at a fraction of the cost."""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from operator import length_hint
from typing import TextIO

from tongdeng.intake.errors import finding, unusable
from tongdeng.intake.types import Finding

MAX_CELL = 131_072
BATCH = 1_000  # lines held at once
_BLANKS = (
    " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
)
_MORE_BLANKS = "\u2028\u2029\u202f\u205f\u3000"


class Unreadable(list[str]):
    """The cells of a row that cannot be read as one, with the reason."""

    def __init__(self, cells: Sequence[str], reason: Finding) -> None:
        super().__init__(cells)
        self.finding = reason


def is_filled(row: Sequence[str]) -> bool:
    """Tell whether any cell of the row says something."""
    return any(map(str.strip, row))


class DelimitedRows:
    """Iterates over the rows. Lines are taken in batches, whose rest `skip` can see before anybody reads it."""

    def __init__(self, text: TextIO, delimiter: str, place: str) -> None:
        self._text, self._delimiter, self._place = text, delimiter, place
        self._batch: list[str] = []
        self._rest = iter(self._batch)
        self._skipped = 0  # lines that the reader has not seen
        self._nothing = delimiter + _BLANKS + _MORE_BLANKS
        self._rows = self._read()

    def __iter__(self) -> Iterator[list[str]]:
        return self._rows

    def skip(self, count: int) -> int:
        """Pass over that many rows that say something, and return how many there were."""
        passed = 0
        while passed < count and self._fill():
            at = len(self._batch) - length_hint(self._rest)
            lines = self._batch[at : at + count - passed]
            if '"' in "".join(lines):  # a row may go over several lines
                passed += sum(map(is_filled, islice(self._rows, len(lines))))
                continue
            self._skipped += sum(1 for _ in islice(self._rest, len(lines)))
            passed += sum(1 for line in lines if line.strip(self._nothing))
        return passed

    def _fill(self) -> bool:
        """Have lines ready; false at the end of the text."""
        if length_hint(self._rest):
            return True
        lines = list(islice(self._text, BATCH))
        if lines:  # at the end the last lines stay: one may have to be given back
            self._batch, self._rest = lines, iter(lines)
        return bool(lines)

    def _batches(self) -> Iterator[Iterator[str]]:
        while self._fill():
            yield self._rest

    def _read(self) -> Iterator[list[str]]:
        # Strict, so that a quotation mark which swallows the following rows is an error and not one long cell.
        reader = csv.reader(chain.from_iterable(self._batches()), delimiter=self._delimiter, strict=True)
        while True:
            before = reader.line_num
            try:
                for row in reader:
                    before = reader.line_num
                    yield row
                return
            except csv.Error as error:
                if reader.line_num - before > 1:
                    raise unusable("roll.open_quote", self._place, str(before + 1 + self._skipped)) from error
                yield _lenient(self._batch[-1 - length_hint(self._rest)], self._delimiter)


def _lenient(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line with a stray quotation mark, or the line with the reason it cannot be read."""
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return Unreadable(line.rstrip("\r\n").split(delimiter), finding("", "row.cell_too_long", str(MAX_CELL)))
