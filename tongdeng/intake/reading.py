"""Opens a roll, whatever it was saved as, and yields its rows as text. Refuses what is no roll, in one sentence."""

import codecs
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Self

from tongdeng.intake import workbooks
from tongdeng.intake.delimited import MAX_CELL, DelimitedRows, Unreadable, is_filled
from tongdeng.intake.errors import finding, unusable
from tongdeng.kernel.errors import Text, UnusableInput

HEADER_DEPTH = 5  # officials put a title above the headers
DELIMITERS = (",", "\t", ";")
_MAGIC: tuple[tuple[bytes, Text], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        Text("旧版 Excel（.xls）或加了密码的文件", "an old Excel file (.xls) or one with a password"),
    ),
    (b"%PDF", Text("PDF 文件", "a PDF")),
    (b"MZ", Text("Windows 程序", "a Windows program")),
    (b"\x7fELF", Text("程序", "a program")),
    (b"\x89PNG", Text("图片", "a picture")),
    (b"\xff\xd8\xff", Text("图片", "a picture")),
    (b"Rar!", Text("压缩包", "an archive")),
    (b"7z\xbc\xaf", Text("压缩包", "an archive")),
    (b"\x1f\x8b", Text("压缩包", "an archive")),
    (b"{\\rtf", Text("Word 文档", "a Word document")),
    (b"\xff\xfe", Text("UTF-16 文本", "UTF-16 text")),
    (b"\xfe\xff", Text("UTF-16 文本", "UTF-16 text")),
)


# Passes over that many rows that say something, and returns how many there were.
Skip = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a roll may be."""

    csv_bytes: int = 4 << 30
    line_bytes: int = 16 << 20
    workbook_bytes: int = 256 << 20
    unpacked_bytes: int = 2 << 30
    ratio: int = 100
    cells: int = 40_000_000


class Sheet:
    """An open roll: its headers, and its rows with their numbers, counted from 1. Empty rows are not there."""

    def __init__(
        self, headers: list[str], rows: Iterator[list[str]], *, kind: str, file: IO[Any], size: int, skip: Skip | None
    ) -> None:
        self.headers = tuple(headers)
        self.kind = kind
        self._numbers = count(1)
        self.rows = zip(self._numbers, rows, strict=False)
        self._file = file
        self._size = size
        self._skip = skip
        self._ahead = HEADER_DEPTH  # so many rows may have been read to find the headers, and lie in `rows` already

    def take(self, rows: int) -> list[tuple[int, list[str]]]:
        """Return the next rows, as many as there still are."""
        found = list(islice(self.rows, rows))
        self._ahead = max(self._ahead - len(found), 0)
        return found

    def skip(self, rows: int) -> bool:
        """Pass over the next rows; tell whether there was any."""
        first = rows if self._skip is None else min(rows, self._ahead)
        passed = len(self.take(first))
        if self._skip is not None and passed == first:
            more = self._skip(rows - passed)
            passed += sum(1 for _ in islice(self._numbers, more))
        return passed > 0

    def share(self) -> float | None:
        """Return how much of the file was read, from 0 to 1; None for a workbook, which is read as a whole."""
        if self.kind != "csv":
            return None
        raw = self._file.buffer
        return raw.tell() / self._size if self._size else None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_sheet(
    source: Path | bytes,
    *,
    name: str = "",
    is_header: Callable[[Sequence[str]], bool] = any,
    limits: Limits | None = None,
) -> Sheet:
    """Open a path, or bytes as received with their file `name`. `is_header` tells the header row from a title."""
    limits = limits or Limits()
    place = name or (source.name if isinstance(source, Path) else "")
    try:
        stream: BinaryIO = source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
    except OSError as error:
        raise unusable("roll.missing_file", place) from error
    try:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        head = stream.read(4096)
        if not head.strip(b"\xef\xbb\xbf \t\r\n"):
            raise unusable("roll.empty", place)
        _refuse_other_kinds(head, place)
        open_kind = _open_workbook if head.startswith(b"PK") else _open_text
        headers, rows, kind, held, skip = open_kind(stream, place, is_header, limits)
        filled = (row for row in rows if is_filled(row))
        first = next(filled, None)
        if first is None:
            raise unusable("roll.no_rows", place)
        return Sheet(headers, chain([first], filled), kind=kind, file=held, size=size, skip=skip)
    except BaseException:
        stream.close()
        raise


def _refuse_other_kinds(head: bytes, place: str) -> None:
    for magic, words in _MAGIC:
        if head.startswith(magic):
            raise unusable("roll.wrong_kind", place, words)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta")):
        raise unusable("roll.wrong_kind", place, Text("网页或 XML", "a web page or XML"))


# The file must stay referenced, and be closed in the end: a text layer that is forgotten closes its file.
Opened = tuple[list[str], Iterator[list[str]], str, IO[Any], Skip | None]


def _open_workbook(stream: BinaryIO, place: str, is_header: Callable[[Sequence[str]], bool], limits: Limits) -> Opened:
    if stream.seek(0, io.SEEK_END) > limits.workbook_bytes:
        raise unusable("roll.too_large", place, f"> {limits.workbook_bytes >> 20} MiB")
    workbooks.check_workbook(
        stream,
        place,
        most_unpacked=limits.unpacked_bytes,
        most_ratio=limits.ratio,
        most_cells=limits.cells,
    )
    stream.seek(0)
    fallback: Opened | None = None
    for rows in workbooks.sheets(stream, place):
        headers, rest, recognised = _split_header(rows, is_header)
        checked = (_checked_length(row) for row in rest)
        if recognised:
            return headers, checked, "xlsx", stream, None
        if headers and fallback is None:
            fallback = (headers, checked, "xlsx", stream, None)
    if fallback is None:
        raise unusable("roll.empty", place)
    return fallback


def _split_header(
    rows: Iterator[list[str]], is_header: Callable[[Sequence[str]], bool]
) -> tuple[list[str], Iterator[list[str]], bool]:
    """Return the header row, the rows below it, and whether it was recognised rather than assumed."""
    first = list(islice((row for row in rows if is_filled(row)), HEADER_DEPTH))
    for depth, row in enumerate(first):
        if is_header(row):
            return row, chain(first[depth + 1 :], rows), True
    return (first[0] if first else []), chain(first[1:], rows), False


def _checked_length(row: list[str]) -> list[str]:
    if any(len(cell) > MAX_CELL for cell in row):
        return Unreadable(row, finding("", "row.cell_too_long", str(MAX_CELL)))
    return row


def _open_text(stream: BinaryIO, place: str, is_header: Callable[[Sequence[str]], bool], limits: Limits) -> Opened:
    encoding = _encoding(stream, place, limits)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")

    def split_by(delimiter: str) -> tuple[list[str], Iterator[list[str]], bool, Skip]:
        text.seek(0)
        rows = DelimitedRows(text, delimiter, place)
        return (*_split_header(iter(rows), is_header), rows.skip)

    widest, width = ",", 0
    for delimiter in DELIMITERS:
        try:
            headers, rest, recognised, skip = split_by(delimiter)
        except UnusableInput:
            continue  # quotation marks that make no sense with this delimiter may with the next
        if recognised:
            return headers, rest, "csv", text, skip
        if len(headers) > width:
            widest, width = delimiter, len(headers)
    headers, rest, _, skip = split_by(widest)
    return headers, rest, "csv", text, skip


def _encoding(stream: BinaryIO, place: str, limits: Limits) -> str:
    """Return `utf-8-sig` or `gb18030`, having decoded the whole file once, strictly and in pieces."""
    if stream.seek(0, io.SEEK_END) > limits.csv_bytes:
        raise unusable("roll.too_large", place, f"> {limits.csv_bytes >> 20} MiB")
    _scan_bytes(stream, place, limits)
    line = _undecodable_line(stream, "utf-8")
    if line is None:
        return "utf-8-sig"
    stream.seek(0)
    first_line = stream.readline(MAX_CELL)
    # Chinese headers that are good UTF-8 are no accident: the file is UTF-8, and damaged further down.
    with suppress(UnicodeDecodeError):
        if not first_line.decode("utf-8").isascii():
            raise unusable(
                "roll.encoding", place, Text(f"第{line}行不是有效的 UTF-8", f"line {line} is not valid UTF-8")
            )
    line = _undecodable_line(stream, "gb18030")
    if line is not None:
        shown = Text(f"第{line}行既不是 UTF-8 也不是 GB18030", f"line {line} is neither UTF-8 nor GB18030")
        raise unusable("roll.encoding", place, shown)
    return "gb18030"


def _scan_bytes(stream: BinaryIO, place: str, limits: Limits) -> None:
    """Refuse bytes that no text has, and a line without end that would not fit in memory."""
    stream.seek(0)
    open_length = 0
    while piece := stream.read(1 << 20):
        if b"\0" in piece:
            raise unusable("roll.wrong_kind", place, Text("二进制文件", "a binary file"))
        last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        open_length = len(piece) - last if last >= 0 else open_length + len(piece)
        if open_length > limits.line_bytes:
            raise unusable("roll.long_line", place, str(limits.line_bytes))


def _undecodable_line(stream: BinaryIO, encoding: str) -> int | None:
    """Return the number of the first line that cannot be decoded, or None."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    while True:
        piece = stream.read(1 << 20)
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            return line + bytes(error.object[: error.start]).count(b"\n")
        if not piece:
            return None
        line += piece.count(b"\n")
