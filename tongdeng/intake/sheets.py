"""A small workbook that is no roll, as text by sheet: judged before it is unpacked, like every file from outside."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from tongdeng.intake import workbooks
from tongdeng.intake.errors import unusable
from tongdeng.kernel.errors import Text, UnusableInput

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

LARGEST = 4 << 20
MOST_UNPACKED, MOST_RATIO, MOST_CELLS = 64 << 20, 100, 400_000


def read_sheets(source: Path | bytes, name: str = "") -> dict[str, list[list[str]]]:
    """Return every sheet's rows, empty ones too, so that a row's number is the one the spreadsheet shows.

    Raises UnusableInput for what is no workbook, or a suspicious one.
    """
    place = name or (source.name if isinstance(source, Path) else "")
    data = source if isinstance(source, bytes) else _bytes_of(source, place)
    if len(data) > LARGEST:
        raise unusable("roll.too_large", place, f"> {LARGEST >> 20} MiB")
    if not data.startswith(b"PK"):
        raise UnusableInput(
            "intake.sheets.no_workbook",
            Text("这不是 XLSX 工作簿", "this is no XLSX workbook"),
            place=place,
            remedy=Text("用空白工作簿填写，存为 XLSX", "fill in the empty workbook and save it as XLSX"),
        )
    stream = io.BytesIO(data)
    workbooks.check_workbook(
        stream, place, most_unpacked=MOST_UNPACKED, most_ratio=MOST_RATIO, most_cells=MOST_CELLS
    )  # fmt: skip
    stream.seek(0)
    try:
        book = workbooks.opened(stream)
        return {title: _rows(book, title) for title in book.sheet_names}
    except BaseException as error:
        # A crash inside the Rust reader arrives as a BaseException of its own.
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise unusable("roll.damaged", place, "") from error


def _bytes_of(path: Path, place: str) -> bytes:
    try:
        return path.read_bytes()[: LARGEST + 1]
    except OSError as error:
        raise unusable("roll.missing_file", place) from error


def _rows(book: CalamineWorkbook, title: str) -> list[list[str]]:
    sheet = book.get_sheet_by_name(title)
    return [[workbooks.as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
