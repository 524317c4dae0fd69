"""XLSX rolls: judged from the zip directory before anything is unpacked, then read by calamine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tongdeng.intake.errors import unusable
from tongdeng.kernel.errors import Text, UnusableInput

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

CHUNK = 1 << 20
_REFERENCE = re.compile(rb"""<c\b[^>]{0,80}?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")


def check_workbook(stream: BinaryIO, place: str, *, most_unpacked: int, most_ratio: int, most_cells: int) -> None:
    """Refuse what is no workbook and what would unpack or spread beyond all measure."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names:
                raise unusable("roll.wrong_kind", place, Text("压缩包", "a zip archive"))
            unpacked = sum(member.file_size for member in members)
            packed = sum(member.compress_size for member in members) or 1
            # A small file may be very regular; only a large one must look like honest text.
            if (
                unpacked > most_unpacked
                or len(members) > 5000
                or (unpacked > 50 << 20 and unpacked / packed > most_ratio)
            ):
                shown = f"{packed / 1e6:.1f} MB → {unpacked / 1e6:.0f} MB"
                raise unusable("roll.bomb", place, shown)
            for member in members:
                _check_member(archive, member, place, most_cells)
    except UnusableInput:
        raise
    except Exception as error:
        # A torn directory makes zipfile and zlib fail in a dozen ways; all of them mean the same.
        raise unusable("roll.damaged", place) from error


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, most_cells: int) -> None:
    """Unpack one member in pieces: a directory that lies about a size fails its checksum here, in little memory."""
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    columns, rows, tail = 0, 0, b""
    with archive.open(member) as content:
        while piece := content.read(CHUNK):
            if not is_sheet:
                continue
            for letters, number in set(_REFERENCE.findall(tail + piece)):
                columns = max(columns, _column_number(letters))
                rows = max(rows, int(number))
            tail = piece[-200:]
    # The reader lays a sheet out as one rectangle: two far corners would ask for all the memory there is.
    if columns * rows > most_cells:
        raise unusable("roll.bomb", place, f"{rows} × {columns}")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def opened(stream: BinaryIO) -> CalamineWorkbook:
    """Return a checked workbook for reading; nothing in it runs."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(stream)


def sheets(stream: BinaryIO, place: str) -> Iterator[Iterator[list[str]]]:
    """Yield the rows of each visible sheet as text."""
    with _whole(place):
        book = opened(stream)
        for name in _visible(book) or book.sheet_names:
            yield ([as_text(cell) for cell in row] for row in book.get_sheet_by_name(name).iter_rows())


@contextmanager
def _whole(place: str) -> Iterator[None]:
    """Call a workbook damaged at which the reader fails: a crash inside it arrives as a BaseException of its own."""
    try:
        yield
    except (UnusableInput, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise unusable("roll.damaged", place) from error


def _visible(book: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
    ]


def refuse_several(file: Path | bytes, place: str, *, is_header: Callable[[Sequence[str]], bool], depth: int) -> None:
    """Refuse a workbook in which more than one sheet is a roll: one alone would be read, the others lost unsaid.

    `depth` is how many rows from the top may hold the headers. Only a workbook of several sheets is opened again.
    """
    with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as stream:
        if _count_sheets(stream) < 2:
            return
        stream.seek(0)
        with _whole(place):
            book = opened(stream)
            rolls = [name for name in _visible(book) if _is_roll(book, name, is_header, depth)]
    if len(rolls) > 1:
        shown = "、".join(rolls[:8]) + "…" * (len(rolls) > 8)
        raise unusable("roll.several_sheets", place, shown)


def _count_sheets(stream: BinaryIO) -> int:
    with zipfile.ZipFile(stream) as archive:
        return sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in archive.namelist())


def _is_roll(book: CalamineWorkbook, name: str, is_header: Callable[[Sequence[str]], bool], depth: int) -> bool:
    """Tell whether a sheet has headers near its top and anything below them."""
    rows = ([as_text(cell) for cell in row] for row in book.get_sheet_by_name(name).iter_rows())
    filled = (row for row in rows if any(cell.strip() for cell in row))
    has_headers = any(is_header(row) for row in islice(filled, depth))
    return has_headers and next(filled, None) is not None


def as_text(cell: Any) -> str:
    """Return what a person would have typed for the cell.

    A spreadsheet keeps 15 digits of a number. More than that is lost, and must look lost.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and not cell.is_integer():
        return repr(cell)
    if isinstance(cell, int | float):
        return str(int(cell)) if abs(cell) < 1e15 else f"{cell:.5E}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
