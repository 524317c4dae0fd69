"""The workbook that starts a county: what it says, and every fault with its sheet, row and column."""

from collections.abc import Sequence

import pytest

from tests.workbooks import BUREAUS, DIVISIONS, STAFF, Row
from tongdeng.org.county_file import read
from tongdeng.org.types import Level, PostKind

KNOWN = {"GOV", "PSB", "HRS"}


def sheets(
    divisions: Sequence[Row] = DIVISIONS, bureaus: Sequence[Row] = BUREAUS, staff: Sequence[Row] = STAFF
) -> dict[str, list[list[str]]]:
    """Return the sheets as they are read from a workbook."""
    named = {"区划": divisions, "部门": bureaus, "岗位与人员": staff}
    return {name: [[str(cell) for cell in row] for row in rows] for name, rows in named.items()}


def changed(rows: Sequence[Row], row: int, column: int, cell: str) -> list[Row]:
    """Return the rows with one cell changed; rows count as a spreadsheet shows them."""
    copied = [list(one) for one in rows]
    copied[row - 1][column] = cell
    return copied


def test_a_workbook_says_what_lies_where_and_who_serves_it() -> None:
    found, faults = read(sheets(), KNOWN)
    assert faults == []
    assert found is not None
    assert found.county == "990202000000"
    places = {one.code: (one.level, one.parent, one.name_en) for one in found.places}
    assert places["990202001001"] == (Level.COMMUNITY, "990202001000", "Qiaotou Community")
    assert places["990202100000"] == (Level.TOWN, "990202000000", "石桥镇")
    assert [(one.login, one.kind, one.bureau) for one in found.staff] == [
        ("zhou.min", PostKind.OFFICE, "GOV"), ("sun.li", PostKind.POLICE, "PSB"), ("li.hong", PostKind.WORKER, None),
    ]  # fmt: skip


def test_a_title_row_short_codes_english_headers_and_empty_rows_are_understood() -> None:
    divisions: list[Row] = [
        ("本县区划一览",), ("Code", "Name"), ("990202", "临山县"), ("",), ("９９０２０２００１", "河东街道"),
    ]  # fmt: skip
    staff = [STAFF[0], STAFF[1]]
    found, faults = read(sheets(divisions, staff=staff), KNOWN)
    assert faults == []
    assert found is not None
    assert [one.code for one in found.places] == ["990202000000", "990202001000"]


WRONG = {
    "a code of eleven digits": ("divisions", 4, 0, "99020200100", "code", "区划代码"),
    "a code twice": ("divisions", 4, 0, "990202001000", "twice", "区划代码"),
    "a code of another county": ("divisions", 6, 0, "990303100201", "other_county", "区划代码"),
    "a community without its town": ("divisions", 6, 0, "990202101201", "no_parent", "区划代码"),
    "a second county": ("divisions", 5, 0, "990303000000", "one_county", ""),
    "a level that the code denies": ("divisions", 3, 3, "社区", "level", "级别"),
    "no name": ("divisions", 3, 1, " ", "missing", "名称"),
    "a bureau of two letters": ("bureaus", 2, 0, "GO", "bureau_code", "部门代码"),
    "a bureau twice": ("bureaus", 3, 0, "gov", "twice", "部门代码"),
    "a Chinese sign-in name": ("staff", 2, 0, "周敏", "login", "登录名"),
    "a sign-in name twice": ("staff", 3, 0, "zhou.min", "twice", "登录名"),
    "a kind of post that is none": ("staff", 2, 2, "县长", "kind", "岗位类别"),
    "a post for residents": ("staff", 2, 2, "resident", "kind", "岗位类别"),
    "a place not listed": ("staff", 4, 3, "990202001009", "unknown_division", "区划代码"),
    "a bureau nobody knows": ("staff", 3, 4, "ABC", "unknown_bureau", "部门代码"),
    "a bureau's post without one": ("staff", 3, 4, "", "bureau_needed", "部门代码"),
    "a worker for the whole county": ("staff", 4, 3, "990202000000", "reach", "区划代码"),
    "a name of sixty-one characters": ("staff", 2, 5, "长" * 61, "too_long", "岗位名称"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_is_said_with_its_place(name: str) -> None:
    sheet, row, column, cell, code, heading = WRONG[name]
    rows = {"divisions": DIVISIONS, "bureaus": BUREAUS, "staff": STAFF}[sheet]
    found, faults = read(sheets(**{sheet: changed(rows, row, column, cell)}), KNOWN)
    assert found is None
    fault = next(one for one in faults if one.code == f"org.county_file.{code}")
    assert fault.column == heading
    assert fault.row in (row, 0 if code == "one_county" else row)
    assert fault.say("zh") != fault.say("en")


def test_all_faults_are_told_at_once() -> None:
    divisions = changed(DIVISIONS, 3, 1, "")
    staff = changed(changed(STAFF, 2, 0, "周"), 4, 3, "1")
    _, faults = read(sheets(divisions, staff=staff), KNOWN)
    assert [(one.sheet, one.row) for one in faults] == [("区划", 3), ("岗位与人员", 2), ("岗位与人员", 4)]


def test_a_missing_sheet_and_a_missing_column_are_named() -> None:
    known = sheets()
    del known["部门"]
    known["岗位与人员"] = [row[1:] for row in known["岗位与人员"]]
    _, faults = read(known, KNOWN)
    assert {(one.sheet, one.code.rsplit(".", 1)[1], one.column) for one in faults} == {
        ("部门", "no_sheet", ""), ("岗位与人员", "no_column", "登录名"),
    }  # fmt: skip


def test_without_anybody_nobody_could_sign_in() -> None:
    _, faults = read(sheets(staff=STAFF[:1]), KNOWN)
    assert [one.code for one in faults] == ["org.county_file.nobody"]


def test_a_worker_without_a_bureau_is_no_fault() -> None:
    _, faults = read(sheets(bureaus=BUREAUS[:1]), KNOWN)
    assert faults == []
