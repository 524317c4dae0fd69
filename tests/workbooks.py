"""Filled workbooks of an invented county, as an administrator would hand them in."""

import io
from collections.abc import Sequence

import xlsxwriter

Row = Sequence[str | int | float]
DIVISIONS: list[Row] = [
    ("区划代码", "名称", "英文名", "级别"),
    ("990202000000", "临山县", "Linshan County", "县"),
    ("990202001000", "河东街道", "Hedong Subdistrict", "乡镇"),
    ("990202001001", "桥头社区", "Qiaotou Community", ""),
    ("990202100000", "石桥镇", "", "乡镇"),
    ("990202100201", "上湾村", "", "社区"),
]
BUREAUS: list[Row] = [
    ("部门代码", "名称", "英文名"),
    ("GOV", "临山县人民政府办公室", "Government Office of Linshan"),
    ("PSB", "临山县公安局", ""),
]
STAFF: list[Row] = [
    ("登录名", "姓名", "岗位类别", "区划代码", "部门代码", "岗位名称", "岗位英文名"),
    ("zhou.min", "周敏", "领导小组办公室", "990202000000", "GOV", "领导小组办公室", "Office"),
    ("sun.li", "孙立", "公安", "990202000000", "PSB", "人口大队", ""),
    ("li.hong", "李红", "协管员", "990202001001", "", "桥头社区协管员", ""),
]


def workbook(
    divisions: Sequence[Row] = DIVISIONS, bureaus: Sequence[Row] = BUREAUS, staff: Sequence[Row] = STAFF
) -> bytes:
    """Return an XLSX file of the three sheets."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in (("区划", divisions), ("部门", bureaus), ("岗位与人员", staff)):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return out.getvalue()
