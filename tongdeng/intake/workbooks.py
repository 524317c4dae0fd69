"""XLSX rolls: judged from the zip directory before anything is unpacked, then read by calamine."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

from python_calamine import CalamineWorkbook

from tongdeng.intake.errors import unusable
from tongdeng.kernel.errors import Text, UnusableInput

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
        raise unusable("roll.damaged", place, str(error)[:120]) from error


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


def sheets(stream: BinaryIO, place: str) -> Iterator[Iterator[list[str]]]:
    """Yield the rows of each visible sheet as text."""
    try:
        book = CalamineWorkbook.from_filelike(stream)
        visible = [m.name for m in book.sheets_metadata if "Visible" in str(m.visible) and "WorkSheet" in str(m.typ)]
        for name in visible or book.sheet_names:
            yield ([as_text(cell) for cell in row] for row in book.get_sheet_by_name(name).iter_rows())
    except UnusableInput:
        raise
    except BaseException as error:
        # A crash inside the Rust reader arrives as a BaseException of its own.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise unusable("roll.damaged", place, str(error)[:120]) from error


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
