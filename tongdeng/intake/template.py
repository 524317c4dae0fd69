"""An empty roll as a workbook: headers, drop-downs and notes. Every cell is text, so that nothing is reinterpreted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tongdeng.intake.formats import Column, Format, load_format

if TYPE_CHECKING:
    import xlsxwriter

ROWS = 5000
LISTS = "选项"
TEXT = 49  # the built-in format of text, which every spreadsheet program knows by this number
_KINDS = {
    "date": "日期，如 2026-03-01",
    "count": "整数",
    "year": "四位年份",
    "money": "元，最多两位小数",
    "decimal": "数字",
    "phone": "手机或带区号的座机",
    "id_number": "18位，文本格式",
    "division": "6、9或12位区划代码",
    "community": "12位社区代码",
    "place": "12位社区或乡镇代码",
    "service": "事项编码",
}


def write_template(
    source: str,
    path: Path,
    *,
    communities: Mapping[str, str] | Iterable[str] = (),
    services: Mapping[str, str] | Iterable[str] = (),
    aliases: Path | None = None,
) -> None:
    """Write an empty roll. Codes may come with names (code -> name), which the list sheet then shows beside them."""
    write_format(load_format(source, aliases), path, communities=communities, services=services)


def write_format(
    format: Format,
    path: Path,
    *,
    communities: Mapping[str, str] | Iterable[str] = (),
    services: Mapping[str, str] | Iterable[str] = (),
) -> None:
    """Write an empty roll of a format, which may be a narrowed one."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": TEXT})
        plain = book.add_format({"bold": True, "num_format": TEXT, "bg_color": "#E6E6E6", "border": 1})
        needed = book.add_format({"bold": True, "num_format": TEXT, "bg_color": "#F6D9B8", "border": 1})
        roll = book.add_worksheet(format.title.zh)
        notes = book.add_worksheet("填写说明")
        lists = _Lists(book.add_worksheet(LISTS))
        roll.freeze_panes(1, 0)
        for position, column in enumerate(format.columns):
            roll.set_column(position, position, max(12, 2 * len(column.zh) + 2), text)
            roll.write_string(0, position, column.zh, needed if column.required else plain)
            options = _options(column, communities, services)
            if options:
                rule = {"validate": "list", "source": lists.add(column.zh, options), "ignore_blank": True}
                # A warning, not a stop: the reader knows more spellings than the list does.
                rule |= {"error_type": "warning", "error_title": "请从列表选择", "error_message": column.zh}
                roll.data_validation(1, position, ROWS, position, rule)
        _write_notes(notes, format.columns, book)


def _options(
    column: Column, communities: Mapping[str, str] | Iterable[str], services: Mapping[str, str] | Iterable[str]
) -> dict[str, str]:
    """Return what a cell may hold, each with a name or an empty text: one word per code, the first listed."""
    if column.type in {"community", "place"}:
        return _named(communities)
    if column.type == "service":
        return _named(services)
    first: dict[object, str] = {}
    for words, code in column.choices.items():
        if code != "":
            # Grades repeat a code on purpose: 一年级 and 小班 are both words a school needs.
            first.setdefault(words if isinstance(code, int) and not words.isdigit() else code, words)
    return {words: "" for words in first.values() if not words.isdigit()}


def _named(codes: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    return dict(codes) if isinstance(codes, Mapping) else dict.fromkeys(codes, "")


class _Lists:
    """A sheet with one list below another's neighbour: Excel's in-place lists end at 255 characters."""

    def __init__(self, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        self.sheet = sheet
        self.position = 0

    def add(self, title: str, options: Mapping[str, str]) -> str:
        """Write one list and return the reference a drop-down uses."""
        self.sheet.write_string(0, self.position, title)
        for row, (words, name) in enumerate(options.items(), start=1):
            self.sheet.write_string(row, self.position, words)
            if name:
                self.sheet.write_string(row, self.position + 1, name)
        import xlsxwriter

        letter = xlsxwriter.utility.xl_col_to_name(self.position)
        self.position += 2
        return f"={LISTS}!${letter}$2:${letter}${len(options) + 1}"


def _write_notes(sheet: xlsxwriter.worksheet.Worksheet, columns: Iterable[Column], book: xlsxwriter.Workbook) -> None:
    bold = book.add_format({"bold": True})
    for position, (words, width) in enumerate(
        (("列名", 20), ("必填", 6), ("填写要求", 44), ("Column", 30), ("Note", 44))
    ):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, words, bold)
    for row, column in enumerate(columns, start=1):
        zh = column.note.zh if column.note else _KINDS.get(column.type, "从列表选择" if column.choices else "")
        cells = (column.zh, "是" if column.required else "", zh, column.en, column.note.en if column.note else "")
        for position, words in enumerate(cells):
            sheet.write_string(row, position, words)
