"""Files as a tired clerk makes them: nothing is lost unsaid, and what is said leads to the way out."""

import io

import pytest
import xlsxwriter

from tests.unit.intake.test_reading import HEADERS, ROW, csv_bytes, read_bytes, refused

OTHER = ["李四", *ROW[1:]]


def book(*sheets: tuple[str, list[list[str]], bool]) -> bytes:
    """Return a workbook of named sheets; the last of each says whether it is hidden."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, rows, is_hidden in sheets:
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                for across, cell in enumerate(row):
                    sheet.write_string(at, across, str(cell))
            if is_hidden:
                sheet.hide()
    return out.getvalue()


def test_a_hidden_sheet_is_not_the_roll():
    content = book(("草稿", [["不要看"]], False), ("旧的", [HEADERS, OTHER], True), ("名册", [HEADERS, ROW], False))
    (row,) = read_bytes("police", content)
    assert row.values["name"] == ROW[0]


def test_a_workbook_of_several_rolls_is_refused_and_its_sheets_named():
    error = refused(
        book(("东关", [HEADERS, ROW], False), ("说明", [["填写说明"]], False), ("西关", [HEADERS, OTHER], False))
    )
    assert error.code == "roll.several_sheets"
    assert "东关、西关" in error.fact.zh
    assert error.remedy.zh
    assert error.remedy.en


@pytest.mark.parametrize(
    "other",
    [
        ("西关", [HEADERS], False),  # headers and nobody below them
        ("西关", [HEADERS, OTHER], True),  # hidden
        ("汇总", [["社区", "人数"], ["东关", "1"]], False),
    ],
)
def test_a_second_sheet_that_is_no_roll_does_no_harm(other):
    (row,) = read_bytes("police", book(("东关", [HEADERS, ROW], False), other))
    assert row.accepted


def test_a_header_row_in_the_middle_is_called_one():
    rows = read_bytes("police", csv_bytes(HEADERS, [ROW, HEADERS, OTHER]))
    assert [row.accepted for row in rows] == [True, False, True]
    (said,) = rows[1].errors
    assert said.code == "row.header_again"
    assert "表头" in said.message.zh


def test_a_doubled_column_is_not_taken_for_another_departments_roll():
    error = refused(csv_bytes([*HEADERS, HEADERS[0]], [[*ROW, ROW[0]]]))
    assert error.code == "roll.columns_doubled"
    assert "--source" not in error.remedy.zh
    assert "只保留一列" in error.remedy.zh


@pytest.mark.parametrize("garble", [("utf-8", "latin-1"), ("gb18030", "utf-8")])
def test_garbled_headers_are_called_garbled(garble):
    written, read = garble
    text = csv_bytes(HEADERS, [ROW]).decode().encode(written).decode(read, errors="replace")
    error = refused(text.encode())
    assert error.code == "roll.encoding"
    assert "乱码" in error.fact.zh
    assert "garbled" in error.fact.en


def test_a_damaged_workbook_is_told_in_words_of_ours():
    error = refused(book(("名册", [HEADERS, ROW], False))[:-100])
    assert error.code == "roll.damaged"
    assert "zip" not in error.fact.zh + error.fact.en
