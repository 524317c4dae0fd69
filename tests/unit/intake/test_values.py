"""Cell parsers, one by one."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.intake.cast import COMMUNITIES, GOOD, SERVICES, TODAY, headers_of, id_number
from tongdeng.intake import identifiers, quantities, values
from tongdeng.intake.canonical import canonical, canonical_each, digest_text
from tongdeng.intake.formats import load_format, sources
from tongdeng.intake.validation import Validator
from tongdeng.intake.values import UNTIDY_SIGN, Reading
from tongdeng.kernel import citizen_id


def plain(got):
    return got.value if isinstance(got, Reading) else got


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("赵春梅", "赵春梅"),
        (" 赵 春 梅 ", "赵春梅"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("王䶮", "王䶮"),
        ("李喆", "李喆"),
        ("𠮷田", "𠮷田"),
        ("王\ue864", "王\u9fbb"),
        ("赵\u200b春梅", "赵春梅"),
    ],
)
def test_a_name_is_tidied(written, name):
    assert plain(values.read_name(written)) == name


@pytest.mark.parametrize("written", ["12345", "？？？", "无", "--", "#N/A", "名" * 61])
def test_what_is_no_name_is_not_taken_for_one(written):
    assert plain(values.read_name(written)) is None


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("10012345678", "10012345678"),
        ("100 1234 5678", "10012345678"),
        ("100-1234-5678", "10012345678"),
        ("+86 10012345678", "10012345678"),
        ("8610012345678", "10012345678"),
        ("１００１２３４５６７８", "10012345678"),
        ("10012345678.0", "10012345678"),
        ("0000-1234567", "00001234567"),
        ("0000 1234567", "00001234567"),
        ("(0000)12345678", "000012345678"),
        ("0000-1234567-801", "00001234567-801"),
        ("10012345678/10087654321", "10012345678"),
    ],
)
def test_a_phone_becomes_digits(written, phone):
    assert plain(identifiers.read_phone(written)) == phone


@pytest.mark.parametrize("written", ["11111111111", "00000000000", "1.00123E+10", "123", "无", "手机", "1" * 30])
def test_what_is_no_phone_is_dropped(written):
    assert plain(identifiers.read_phone(written)) is None


def test_the_fast_path_for_id_numbers_agrees_with_the_standard():
    read = identifiers.IdNumbers(TODAY, identifiers.division_judge(None)).read
    random.seed(7)
    for _ in range(3000):
        day = date(1900, 1, 2) + timedelta(days=random.randrange(47_000))
        number = id_number(f"{day:%Y%m%d}", f"99{random.randrange(10_000):04}", f"{random.randrange(1000):03}")
        place = random.randrange(18)
        typed = number[:place] + random.choice("0123456789") + number[place + 1 :]
        for candidate in (number, typed):
            got = read(candidate)
            accepted = got == candidate or (isinstance(got, Reading) and not got.claimed and got.value == candidate)
            assert accepted == citizen_id.is_valid(candidate, TODAY), candidate


def test_a_credit_code_passes_only_with_its_check():
    assert identifiers.read_credit_code("91350100M000100Y43") == "91350100M000100Y43"
    assert plain(identifiers.read_credit_code("91350100M000100Y44")) is None
    assert plain(identifiers.read_credit_code("12345")) is None


def test_areas_and_counts_are_canonical():
    assert plain(quantities.read_decimal("45.50㎡")) == "45.5"
    assert plain(quantities.read_decimal("100")) == "100"
    count = quantities.count_parser(1200).read
    assert [plain(count(cell)) for cell in ("12", "12.0", "12个月", "1,100", "1201", "-0")] == [
        12,
        12,
        12,
        1100,
        None,
        0,
    ]


@pytest.mark.parametrize(
    ("source", "column", "pairs"),
    [
        (
            "hrss",
            "employment_form",
            "单位就业=employee 灵活就业=flexible 个体经营=self_employed 公益性岗位=public_post 失业=unemployed",
        ),
        ("hrss", "pension_type", "职工养老=pension_employee 城乡居民养老=pension_resident 未参保=none"),
        ("hrss", "medical_type", "职工医保=medical_employee 城乡居民医保=medical_resident 未参保=none"),
        ("education", "school_stage", "幼儿园=kindergarten 小学=primary 初中=junior 高中=senior 中职=vocational"),
        (
            "police",
            "lodging",
            "租赁房屋=rented 单位内部=employer 工地现场=site 居民家中=home 旅店=hotel 自购房=owned 其他=other",
        ),
        ("police", "stay_reason", "务工=work 务农=farming 经商=business 服务=service 因公出差=trip 借读培训=study"),
        (
            "police",
            "stay_reason",
            "治病疗养=medical 保姆=housework 投靠亲友=joining 探亲访友=visiting 旅游观光=tourism 其他=other",
        ),
        ("police", "marital_status", "未婚=10 已婚=20 丧偶=30 离婚=40 未说明=90"),
        ("police", "education_level", "研究生=10 本科=20 专科=30 中职=40 高中=60 初中=70 小学=80 其他=90"),
        ("housing", "dwelling_type", "成套住宅=flat 平房=house 集体宿舍=dormitory 商住=mixed 其他=other"),
        ("housing", "inspection_result", "合格=passed 需整改=repair 不合格=failed"),
        ("police", "ethnicity", "汉=01 维吾尔族=05 基诺族=56"),
    ],
)
def test_choices_have_our_codes_and_read_them_back(source, column, pairs):
    read = values.choice_parser(load_format(source).column(column).choices).read
    for pair in pairs.split():
        words, code = pair.split("=")
        assert read(words) == code
        assert read(code) == code


def test_grades_are_numbers():
    read = values.choice_parser(load_format("education").column("grade").choices).read
    assert [read(words) for words in ("一年级", "九年级", "小班", "中班", "大班", "3")] == [1, 9, 1, 2, 3, 3]


def test_text_keeps_chinese_brackets_and_repairs_digits():
    read = values.text_parser().read
    assert plain(read("解放路（东段）１２号\n３单元")) == "解放路（东段）12号 3单元"
    assert plain(read("某" * 501)) is None
    assert plain(read("无")) is None


def test_a_memo_stops_growing():
    memo = values.Memo(lambda cell: cell)
    for number in range(values.MEMO_LIMIT + 10):
        assert memo[str(number)] == str(number)
    assert len(memo) == values.MEMO_LIMIT


CELLS = st.one_of(
    st.text(max_size=40),
    st.text("0123456789-/.:年月日ＸxX +Ee,元个月'", max_size=24),
    st.sampled_from(
        ["²", "①②③", "٣٤٥", "𝟏𝟐𝟑", "9" * 400, "-" * 90, "1e999999", "0001-01-01", "99999", "00000", "NaN", "inf"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_cell_makes_the_validator_fall_over(data):
    for source in sources():
        headers = headers_of(source)
        validator = Validator(load_format(source), headers, today=TODAY, communities=COMMUNITIES, services=SERVICES)
        row = validator.validate(1, data.draw(st.lists(CELLS, min_size=len(headers), max_size=len(headers))))
        assert all(isinstance(value, str) or 0 <= value < 2**63 for value in row.values.values())
        assert all(
            finding.message.zh and "{" not in finding.code for finding in (*row.errors, *row.warnings, *row.notes)
        )
        assert "\0" not in "".join(value for value in row.values.values() if isinstance(value, str))
        digest_text(load_format(source), row.values)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(sources()))
def test_rows_judged_as_columns_are_as_if_judged_one_by_one(data, source):
    headers = [*headers_of(source), "备注"]
    validator = Validator(load_format(source), headers, today=TODAY, communities=COMMUNITIES, services=SERVICES)
    good = [GOOD[source].get(header, "") for header in headers]
    changes = st.lists(st.tuples(st.integers(0, len(headers) - 1), CELLS), max_size=3)
    rows = []
    for changed in data.draw(st.lists(changes, min_size=1, max_size=8)):
        row = list(good)
        for at, cell in changed:
            row[at] = cell
        # Now and then too short, too long, or the headers once more.
        rows.append(data.draw(st.sampled_from([row] * 9 + [row[:-2], [*row, "x"], headers])))
    judged = validator.judge([(number, list(row)) for number, row in enumerate(rows, start=1)])
    alone = [validator.validate(number, list(row)) for number, row in enumerate(rows, start=1)]
    assert judged.rows() == alone
    assert judged.good().rows() == [row for row in alone if row.accepted]
    assert canonical_each(judged.columns) == [canonical(row.values) for row in alone]


def test_what_is_untidy_in_a_column_is_what_is_untidy_in_a_cell():
    signs = [chr(code) for code in range(0x10000) if code != ord("\n")]
    assert [s for s in signs if UNTIDY_SIGN.search(s)] == [s for s in signs if values._UNTIDY.search(s)]
