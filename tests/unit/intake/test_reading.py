"""Files as they arrive: encodings, workbooks, and what must be refused in one sentence."""

import io
import struct
import tracemalloc
import zipfile
from datetime import date
from itertools import count
from unittest.mock import patch

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.intake.cast import (
    COMMUNITIES,
    GOOD,
    SERVICES,
    TODAY,
    ZHAO,
    codes,
    csv_bytes,
    headers_of,
    read_bytes,
)
from tongdeng.intake import delimited
from tongdeng.intake.delimited import DelimitedRows
from tongdeng.intake.formats import load_format
from tongdeng.intake.reading import Limits, open_sheet
from tongdeng.intake.rolls import read_roll
from tongdeng.intake.template import write_template
from tongdeng.intake.types import Counts
from tongdeng.kernel.errors import UnusableInput

HEADERS = list(GOOD["police"])
ROW = list(GOOD["police"].values())
GOOD_CSV = csv_bytes(HEADERS, [ROW])


def refused(content: bytes, source: str = "police", **more) -> UnusableInput:
    with pytest.raises(UnusableInput) as caught:
        read_bytes(source, content, name="roll.csv", **more)
    error = caught.value
    assert error.place == "roll.csv"
    assert error.fact.zh
    assert error.fact.en
    assert error.exit_code == 2
    return error


def workbook(*sheets, **options) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, cells in enumerate(rows):
                for across, cell in enumerate(cells):
                    if isinstance(cell, date):
                        sheet.write_datetime(at, across, cell, day)
                    elif isinstance(cell, int | float):
                        sheet.write_number(at, across, cell)
                    else:
                        sheet.write_string(at, across, cell)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("comma", [",", "\t", ";"])
def test_every_encoding_and_delimiter_gives_the_same_row(encoding, comma):
    rare = [*ROW[:3], "䶮巷1号，东", ROW[4]]
    (got,) = read_bytes("police", csv_bytes(HEADERS, [rare], encoding, comma))
    assert got.values["address"] == "䶮巷1号，东"
    assert got.accepted


def test_a_workbook_gives_the_same_row_as_a_csv():
    (from_csv,) = read_bytes("police", GOOD_CSV)
    (from_book,) = read_bytes("police", workbook([HEADERS, [*ROW[:4], date(2025, 6, 1)]]))
    assert from_book.values == from_csv.values


def test_a_workbooks_numbers_are_read_as_typed_and_a_long_one_shows_its_loss():
    headers = [*HEADERS, "联系电话", "户籍区划"]
    rows = [[*ROW[:1], 990101199001011239, 990101001001, *ROW[3:], 10012345678, 990201]]
    (got,) = read_bytes("police", workbook([headers, *rows]))
    assert codes(got.warnings) == ["id.scientific"]
    assert got.raw[1] == "9.90101E+17"
    assert (got.values["community_code"], got.values["phone"]) == ("990101001001", "10012345678")


def test_an_old_15_digit_number_survives_as_a_number_in_a_workbook():
    (got,) = read_bytes("police", workbook([HEADERS, [ROW[0], 990101900101123, *ROW[2:]]]))
    assert codes(got.notes) == ["id.upgraded"]


def test_the_first_sheet_with_headers_is_read_below_a_title():
    content = workbook([["说明"], ["请按要求填写"]], [["示例县流动人口登记表"], [], HEADERS, ROW, [], ROW])
    assert [row.number for row in read_bytes("police", content)] == [1, 2]


def test_a_csv_may_have_a_title_and_blank_lines_above_its_headers():
    assert len(read_bytes("police", "\r\n示例县流动人口登记表,,\r\n".encode() + GOOD_CSV)) == 1


def test_the_order_of_columns_is_free_and_headers_may_be_decorated():
    headers = ["＊流入日期", " 姓 名 ", "公民身份号码(18位)", "社区代码*", "现居住地址（必填）"]
    (got,) = read_bytes("police", csv_bytes(headers, [[ROW[4], ROW[0], ROW[1], ROW[2], ROW[3]]]))
    assert got.accepted


@pytest.mark.parametrize("alias", ["身份证号", "身份证号码", "证件号码", "公民身份号码"])
def test_common_aliases_are_known(alias):
    (got,) = read_bytes("police", csv_bytes(["名字", alias, *HEADERS[2:]], [ROW]))
    assert got.values["id_number"] == ZHAO


def test_a_county_adds_its_own_aliases_without_code(tmp_path):
    own = tmp_path / "aliases.toml"
    own.write_text('[police]\n"姓名" = ["来客"]\nid_number = ["证号"]\n[hrss]\nname = ["职工"]\n', "utf-8")
    content = csv_bytes(["来客", "证号", *HEADERS[2:]], [ROW])
    (got,) = read_bytes("police", content, aliases=own)
    assert got.values["name"] == "赵春梅"
    assert refused(content).code == "roll.columns_missing"


@pytest.mark.parametrize(
    "text", ["[police]\n\"没有的列\" = ['x']", "[police]\nname = '来客'", "[police]\nsex = ['姓名']", "[police"]
)
def test_a_faulty_alias_file_is_refused(tmp_path, text):
    own = tmp_path / "aliases.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(UnusableInput, match=r"format\.aliases"):
        load_format("police", own)


def test_an_unknown_source_is_refused():
    with pytest.raises(UnusableInput, match=r"format\.unknown"):
        load_format("../../etc")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "roll.empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "roll.empty"),
        (csv_bytes(HEADERS, []), "roll.no_rows"),
        (csv_bytes(HEADERS, [["", " ", "", "", ""]]), "roll.no_rows"),
        (b"%PDF-1.7 ...", "roll.wrong_kind"),
        (b"MZ\x90\x00", "roll.wrong_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "roll.wrong_kind"),
        (b"<html><table><tr><td>x", "roll.wrong_kind"),
        (GOOD_CSV.decode().encode("utf-16"), "roll.wrong_kind"),
        (GOOD_CSV + b"\0\0", "roll.wrong_kind"),
        (GOOD_CSV + "王".encode()[:2] + b",\r\n", "roll.encoding"),
        (b"\xff" * 50 + b"\n\xff\xff", "roll.encoding"),
        (b"PK\x03\x04 torn", "roll.damaged"),
        (workbook([HEADERS, ROW])[:-100], "roll.damaged"),
        (csv_bytes(["甲", "乙"], [["1", "2"]]), "roll.not_a_roll"),
        (csv_bytes(HEADERS[1:], [ROW[1:]]), "roll.columns_missing"),
        (csv_bytes([*HEADERS, "证件号码"], [[*ROW, "x"]]), "roll.columns_doubled"),
        (GOOD_CSV + '"王\r\n'.encode() + GOOD_CSV * 3, "roll.open_quote"),
    ],
)
def test_what_is_no_roll_is_refused_in_one_sentence(content, code):
    assert refused(content).code == code


def test_a_refusal_lists_what_is_missing_and_what_was_found():
    error = refused(csv_bytes(HEADERS[1:], [ROW[1:]]))
    assert "姓名" in error.fact.zh
    assert "现居住地址" in error.fact.zh


def test_a_roll_of_another_department_is_recognised():
    headers = headers_of("education")
    error = refused(csv_bytes(headers, [["x"] * len(headers)]))
    assert "--source education" in error.remedy.zh


def test_a_zip_that_is_no_workbook_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("roll.csv", GOOD_CSV)
    assert refused(content.getvalue()).code == "roll.wrong_kind"


def bomb(sheet: bytes) -> bytes:
    content = io.BytesIO(workbook([HEADERS, ROW]))
    made = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            is_sheet = member.filename == "xl/worksheets/sheet1.xml"
            new.writestr(member.filename, sheet if is_sheet else old.read(member))
    return made.getvalue()


def test_a_workbook_that_unpacks_beyond_measure_is_refused_before_it_is_unpacked():
    content = bomb(b"<worksheet>" + b" " * (60 << 20))
    tracemalloc.start()
    error = refused(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.code == "roll.bomb"
    assert peak < 8 << 20


def test_a_zip_directory_that_lies_about_a_size_is_refused():
    content = bytearray(bomb(b"<worksheet>" + b" " * (60 << 20)))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    content[at + 24 : at + 28] = struct.pack("<I", 1000)
    assert refused(bytes(content)).code == "roll.damaged"


def test_a_sheet_with_two_far_corners_is_refused():
    far = '<c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetData><row r="1">{far}</row></sheetData></worksheet>'
    )
    assert refused(bomb(sheet.encode())).code == "roll.bomb"


def test_a_file_over_the_limit_is_refused():
    assert refused(GOOD_CSV, limits=Limits(csv_bytes=10)).code == "roll.too_large"
    assert refused(workbook([HEADERS, ROW]), limits=Limits(workbook_bytes=10)).code == "roll.too_large"
    endless = GOOD_CSV + b"x" * (3 << 20)
    assert refused(endless, limits=Limits(line_bytes=1 << 20)).code == "roll.long_line"


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnusableInput, match=r"roll\.missing_file"):
        open_sheet(tmp_path / "nowhere.csv")


def test_a_giant_cell_rejects_its_row_and_spares_the_others():
    giant = [*ROW[:3], "x" * 200_000, ROW[4]]
    long, good = read_bytes("police", csv_bytes(HEADERS, [giant, ROW]))
    assert codes(long.errors) == ["row.cell_too_long"]
    assert len(long.raw[3]) == 200_000
    assert good.accepted


def test_a_long_cell_in_an_optional_column_is_dropped_with_a_warning():
    (got,) = read_bytes("police", csv_bytes([*HEADERS, "服务处所"], [[*ROW, "x" * 100_000]]))
    assert got.accepted
    assert codes(got.warnings) == ["text.too_long"]


def test_a_stray_quotation_mark_spoils_nothing():
    line = f'"赵"春梅,{",".join(ROW[1:])}\r\n'.encode()
    first, second = read_bytes("police", csv_bytes(HEADERS, []) + line + csv_bytes(HEADERS, [ROW]).splitlines()[1])
    assert first.values["name"] == "赵春梅"
    assert second.accepted


def test_a_cell_may_hold_a_line_break():
    (got,) = read_bytes("police", csv_bytes(HEADERS, [[*ROW[:3], "解放路\n1号", ROW[4]]]))
    assert got.values["address"] == "解放路 1号"


def test_a_line_break_in_a_quoted_cell_does_not_confuse_the_delimiter():
    first = f'"{ROW[0]}"\t"{ROW[1]}"\t"{ROW[2]}"\t"解放路\n1号"\t"{ROW[4]}"'
    (got,) = read_bytes("police", ("\t".join(HEADERS) + "\n" + first).encode())
    assert got.values["address"] == "解放路 1号"


def test_headers_without_words_and_doubled_unknown_ones_stay_apart():
    (got,) = read_bytes("police", csv_bytes([*HEADERS, "备注", "", "备注"], [[*ROW, "甲", "乙", "丙"]]))
    assert got.extra == {"备注": "甲", "第7列": "乙", "备注(2)": "丙"}


@pytest.mark.parametrize("source", sorted(GOOD))
def test_a_template_filled_in_is_a_good_roll(tmp_path, source):
    path = tmp_path / "x.xlsx"
    write_template(source, path, communities=dict.fromkeys(COMMUNITIES, "示例社区"), services=SERVICES)
    with pytest.raises(UnusableInput, match=r"roll\.no_rows"):
        open_sheet(path)
    headers = headers_of(source)
    filled = workbook([headers, [GOOD[source].get(header, "") for header in headers]])
    (got,) = read_bytes(source, filled)
    assert got.accepted
    assert not got.warnings


def test_a_template_has_headers_text_cells_notes_and_lists(tmp_path):
    path = tmp_path / "x.xlsx"
    write_template("police", path, communities=COMMUNITIES)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
        strings = archive.read("xl/sharedStrings.xml").decode()
    assert sheet.count("<dataValidation ") == 7
    assert 'numFmtId="49"' in styles
    assert "填写说明" in book
    assert all(header in strings for header in headers_of("police"))
    assert all(code in strings for code in COMMUNITIES)
    assert "有配偶" not in strings  # one word for each code


def test_blocks_are_counted(tmp_path):
    path = tmp_path / "roll.csv"
    bad = [*ROW[:4], "2026-02-30"]
    doubtful = [ROW[0], ZHAO[:17], *ROW[2:]]
    path.write_bytes(csv_bytes(HEADERS, [ROW, bad, doubtful, ROW, ROW]))
    stream = read_roll("police", path, today=TODAY, communities=COMMUNITIES, services=SERVICES, block=2)
    counts = [Counts.of(block) for block in stream.taking(count().__next__)]
    assert [block.rows for block in counts] == [2, 2, 1]
    counts[0].merge(counts[1])
    counts[0].merge(counts[2])
    (counts, *_) = counts
    assert (counts.rows, counts.accepted, counts.rejected, counts.warned) == (5, 4, 1, 1)


def test_memory_stays_flat_over_a_long_csv(tmp_path):
    path = tmp_path / "roll.csv"
    path.write_bytes(csv_bytes(HEADERS, [ROW] * 60_000))
    stream = read_roll("police", path, today=TODAY, communities=COMMUNITIES, services=SERVICES, block=500)
    tracemalloc.start()
    rows = sum(len(block) for block in stream)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == 60_000
    assert peak < 6 << 20


LINES = st.sampled_from(
    ["赵春梅,1", "", " , ", "\u3000,\t", '"钱,一",2', '"孙\n二",3', '李"四,5', "\u2003x,", '"",""', "x" * 9]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(LINES, max_size=40),
    st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
)
def test_rows_passed_over_are_counted_as_if_they_had_been_read(lines, steps, end):
    content = end.join(["姓名,号", "头,0", *lines]).encode()
    with open_sheet(content, name="x.csv") as sheet, patch.object(delimited, "BATCH", 3):
        rows = dict(sheet.rows)
    with patch.object(delimited, "BATCH", 3), open_sheet(content, name="x.csv") as sheet:
        at = 0
        for is_taken, several in steps:
            expected = [(n, rows[n]) for n in range(at + 1, at + several + 1) if n in rows]
            if is_taken:
                assert sheet.take(several) == expected
            else:
                assert sheet.skip(several) == bool(expected)
            at += several


def test_a_quotation_mark_left_open_in_the_last_line_costs_no_row():
    with open_sheet('姓名,号\n赵,1\n"钱,2'.encode(), name="x.csv") as sheet:
        assert dict(sheet.rows) == {1: ["赵", "1"], 2: ["钱,2"]}


def test_a_line_of_nothing_but_blanks_is_no_row_whatever_the_blanks():
    nothing = DelimitedRows(io.StringIO(), ",", "")._nothing
    assert {*nothing} == {",", *(chr(code) for code in range(0x110000) if chr(code).isspace())}
