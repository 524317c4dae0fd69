"""The empty workbook that starts a county: three sheets to fill in, and one that says how."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tongdeng.kernel.errors import Text
from tongdeng.org.county_file import BUREAUS, DIVISIONS, KINDS, SHEETS, STAFF, SheetForm

if TYPE_CHECKING:
    import xlsxwriter

ROWS = 2000
TEXT = 49  # the built-in format of text, which every spreadsheet program knows by this number
NOTES = "填写说明"
STEPS = (
    Text("只填前三张表；带颜色的列必填。", "Fill in the first three sheets; coloured columns are needed."),
    Text(
        "区划：县一行，乡镇和社区各一行；上级由代码推出。",
        "Divisions: one row for the county, for each town and for each community; codes tell what lies where.",
    ),
    Text(
        "部门：已列出事项目录用到的部门，改成本县的名称即可。",
        "Bureaus: those of the catalogue are listed; give them this county's names.",
    ),
    Text(
        "岗位与人员：一人一行。密码由系统生成，不要写在表里。",
        "Posts and staff: one row each. Passwords are generated; write none here.",
    ),
    Text(
        "填好后在系统首页检查，再在服务器上运行 county init。",
        "Check it on the first page, then run county init on the server.",
    ),
)


def county_template(bureaus: Mapping[str, tuple[str, str]]) -> bytes:
    """Return the workbook; `bureaus` are the catalogue's own, code -> names, and stand in their sheet already."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheets = {form.name: _sheet(book, form) for form in SHEETS}
        for row, (code, names) in enumerate(sorted(bureaus.items()), start=1):
            for column, words in enumerate((code, *names)):
                sheets[BUREAUS.name].write_string(row, column, words)
        kinds = [text.zh for text in KINDS.values()]
        notes = _notes(book, kinds)
        at = next(at for at, column in enumerate(STAFF.columns) if column.key == "kind")
        sheets[STAFF.name].data_validation(
            1, at, ROWS, at, {"validate": "list", "source": f"={NOTES}!$E$2:$E${len(kinds) + 1}"}
        )
        level = next(at for at, column in enumerate(DIVISIONS.columns) if column.key == "level")
        sheets[DIVISIONS.name].data_validation(
            1, level, ROWS, level, {"validate": "list", "source": ["县", "乡镇", "社区"]}
        )
        notes.set_column(4, 4, 18)
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, form: SheetForm) -> xlsxwriter.worksheet.Worksheet:
    text = book.add_format({"num_format": TEXT})
    plain = book.add_format({"bold": True, "num_format": TEXT, "bg_color": "#E6E6E6", "border": 1})
    needed = book.add_format({"bold": True, "num_format": TEXT, "bg_color": "#F6D9B8", "border": 1})
    sheet = book.add_worksheet(form.name)
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(form.columns):
        sheet.set_column(at, at, 20, text)
        sheet.write_string(0, at, column.zh, needed if column.is_needed else plain)
        sheet.write_comment(0, at, f"{column.en}\n{column.note.zh}\n{column.note.en}")
    return sheet


def _notes(book: xlsxwriter.Workbook, kinds: list[str]) -> xlsxwriter.worksheet.Worksheet:
    bold = book.add_format({"bold": True})
    notes = book.add_worksheet(NOTES)
    notes.set_column(0, 0, 14)
    notes.set_column(1, 3, 40)
    for at, words in enumerate(("表", "列 / Column", "要求", "Note", "岗位类别")):
        notes.write_string(0, at, words, bold)
    for row, kind in enumerate(kinds, start=1):
        notes.write_string(row, 4, kind)
    rows = [(form.name, f"{c.zh} / {c.en}", c.note.zh, c.note.en) for form in SHEETS for c in form.columns]
    rows += [("", "", zh, en) for zh, en in STEPS]
    for row, cells in enumerate(rows, start=1):
        for at, words in enumerate(cells):
            notes.write_string(row, at, words)
    return notes
