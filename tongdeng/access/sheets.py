"""A table that leaves as a file, XLSX or CSV: a watermark row, an end date, and no cell that acts like a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text

if TYPE_CHECKING:
    import xlsxwriter

KEPT_DAYS = 30
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows UTF-8

Cell = str | int | float | date | None


@dataclass(frozen=True)
class Sheet:
    """What is exported. `subjects` are the persons in it, for the audit entry; `stem` begins the file's name."""

    title: Text
    stem: str
    columns: Sequence[tuple[Text, int]]  # heading, width in characters
    rows: Collection[Sequence[Cell]]
    subjects: Iterable[int] = ()


def neutral(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet program takes for a formula, also after it was saved as CSV."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell


def expires_on(today: date) -> date:
    """Return the day by which an exported file must be deleted."""
    return today + timedelta(days=KEPT_DAYS)


def _marks(sheet: Sheet, *, by: str, purpose: str, at: datetime, count: int, lang: str) -> tuple[str, str]:
    """Return the two lines every exported file begins with: whose it is and for what, and when it must be gone."""
    local = at.astimezone(clock.CHINA)
    mark = Text(
        f"{sheet.title.zh} · 导出人：{by} · 时间：{local:%Y-%m-%d %H:%M} · 用途：{purpose} · {count} 行",
        f"{sheet.title.en} · exported by {by} · {local:%Y-%m-%d %H:%M} · for: {purpose} · {count} rows",
    )
    last = expires_on(local.date())
    end = Text(
        f"{last:%Y-%m-%d} 以后应当删除；只作上述用途，不得转发。",
        f"Delete after {last:%Y-%m-%d}; for the purpose above only, not to be passed on.",
    )
    return str(neutral(mark.say(lang))), str(neutral(end.say(lang)))


def csv_text(sheet: Sheet, *, by: str, purpose: str, at: datetime, lang: str) -> str:
    """Return the same table as CSV, its first two lines the watermark and the end date."""
    out, rows = io.StringIO(), list(sheet.rows)
    writer = csv.writer(out)
    for line in _marks(sheet, by=by, purpose=purpose, at=at, count=len(rows), lang=lang):
        writer.writerow([line])
    writer.writerow([heading.say(lang) for heading, _ in sheet.columns])
    writer.writerows([cell.isoformat() if isinstance(cell, date) else neutral(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()


def workbook(sheet: Sheet, *, by: str, purpose: str, at: datetime, lang: str) -> bytes:
    """Return an XLSX file: a watermark row, the end date, headings, rows; every text is written as text."""
    import xlsxwriter

    out, rows = io.BytesIO(), list(sheet.rows)
    mark, end = _marks(sheet, by=by, purpose=purpose, at=at, count=len(rows), lang=lang)
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet.title.say(lang)[:31])
        bold = book.add_format({"bold": True, "bg_color": "#E9F1F8", "bottom": 1})
        warned = book.add_format({"font_color": "#7A4E00", "bg_color": "#FFF4D9"})
        dated = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        wide = max(len(sheet.columns) - 1, 1)
        page.merge_range(0, 0, 0, wide, mark, warned)
        page.merge_range(1, 0, 1, wide, end, warned)
        for column, (heading, width) in enumerate(sheet.columns):
            page.set_column(column, column, width)
            page.write_string(2, column, heading.say(lang), bold)
        for number, row in enumerate(rows, start=3):
            for column, cell in enumerate(row):
                _write(page, number, column, cell, dated)
        page.freeze_panes(3, 0)
        page.repeat_rows(0, 2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
    return out.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, dated: object) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, str(neutral(cell)))
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), dated)  # noqa: DTZ001
    elif cell is not None:
        page.write_number(row, column, cell)
