"""The three classes of the contract: repaired and noted, kept with a warning, rejected."""

import pytest

from tests.unit.intake.cast import GOOD, TODAY, ZHAO, codes, csv_bytes, id_number, read_bytes
from tongdeng.intake.canonical import digest_text
from tongdeng.intake.formats import load_format
from tongdeng.kernel.citizen_id import upgrade


@pytest.mark.parametrize("source", sorted(GOOD))
def test_a_good_row_has_nothing_said_about_it(row, source):
    good = row(source)
    assert (good.errors, good.warnings, good.notes) == ((), (), ())


@pytest.mark.parametrize("source", sorted(GOOD))
def test_each_required_column_rejects_its_row_when_empty(row, source):
    for column in load_format(source).columns:
        if column.required:
            bad = row(source, **{column.zh: " "})
            assert [(e.column, e.code) for e in bad.errors if e.code == "required.missing"] == [
                (column.zh, "required.missing")
            ]


@pytest.mark.parametrize(
    ("written", "note"),
    [
        (f" {ZHAO} ", "repaired.spaces"),
        (f"{ZHAO[:6]} {ZHAO[6:14]} {ZHAO[14:]}", "repaired.spaces"),
        (ZHAO.translate({n: n + 0xFEE0 for n in range(0x30, 0x3A)}), "repaired.width"),
        ("'" + ZHAO, "repaired.spaces"),
        (ZHAO + "\u200b", "repaired.spaces"),
    ],
)
def test_an_id_number_is_repaired_and_noted_without_a_warning(row, written, note):
    got = row(公民身份号码=written)
    assert got.values["id_number"] == ZHAO
    assert codes(got.notes) == [note]
    assert not got.warnings


def test_a_lower_case_x_is_repaired(row):
    number = next(n for s in range(100, 999) if (n := id_number(sequence=str(s))).endswith("X"))
    for written in (number.lower(), number[:17] + "×", number[:17] + "ｘ"):
        got = row(公民身份号码=written)
        assert got.values["id_number"] == number
        assert "repaired.case" in codes(got.notes)


def test_an_old_number_is_upgraded(row):
    old = "990101900101123"
    got = row(公民身份号码=old)
    assert got.values["id_number"] == upgrade(old)
    assert codes(got.notes) == ["id.upgraded"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (ZHAO[:17], "id.length"),
        (ZHAO + "1", "id.length"),
        (ZHAO[:17] + ("1" if ZHAO[17] != "1" else "2"), "id.check_digit"),
        (id_number("19900230"), "id.birth_date"),
        (id_number("20270101"), "id.birth_date"),
        ("990101900230123", "id.birth_date"),
        ("E12345678", "id.format"),
    ],
)
def test_a_faulty_number_is_kept_as_claimed(row, written, code):
    got = row(公民身份号码=written)
    assert got.accepted
    assert got.values["id_claimed"] == written
    assert "id_number" not in got.values
    assert codes(got.warnings) == [code]


@pytest.mark.parametrize("written", ["1.10105E+17", "9.90101199001011E+17", "1.1e+17", "9.9E17"])
def test_a_number_in_scientific_notation_is_dropped_with_advice(row, written):
    got = row(公民身份号码=written, 联系电话="10012345678")
    assert got.accepted
    assert {"id_number", "id_claimed"}.isdisjoint(got.values)
    assert codes(got.warnings) == ["id.scientific"]
    assert "文本格式" in got.warnings[0].message.zh


@pytest.mark.parametrize(
    "written",
    ["0" * 18, "0" * 15, "000000199001010000", "1" * 18, "9" * 18, "123456789012345678", "无", "/", "不详", "0"],
)
def test_a_placeholder_number_is_dropped(row, written):
    got = row(公民身份号码=written, 联系电话="10012345678")
    assert got.accepted
    assert {"id_number", "id_claimed"}.isdisjoint(got.values)
    assert codes(got.warnings) == ["id.placeholder"]


def test_a_dropped_number_tells_nobody_apart_and_a_claimed_one_does(row):
    assert codes(row(公民身份号码="0" * 18).errors) == ["person.indistinct"]
    assert codes(row(公民身份号码="1.10105E+17").errors) == ["person.indistinct"]
    assert codes(row(公民身份号码="待补办").errors) == ["person.indistinct"]
    assert row(公民身份号码=ZHAO[:17]).accepted


@pytest.mark.parametrize(("column", "words"), [("出生日期", "1990-01-01"), ("联系电话", "10012345678")])
def test_a_birth_date_or_a_phone_tells_people_apart(row, column, words):
    assert codes(row(without=["公民身份号码"]).errors) == ["person.indistinct"]
    assert row(without=["公民身份号码"], **{column: words}).accepted


def test_an_unknown_division_in_a_number_is_a_warning_and_99_is_known(row):
    assert not row().warnings
    got = row(公民身份号码=id_number(division="770101"))
    assert codes(got.warnings) == ["id.division"]
    assert got.values["id_number"] == id_number(division="770101")


def test_with_the_countys_list_an_abolished_division_is_a_warning():
    number = id_number(division="110199")
    content = csv_bytes(list(GOOD["police"]), [list({**GOOD["police"], "公民身份号码": number}.values())])
    (unlisted,) = read_bytes("police", content, divisions=["110101"])
    (listed,) = read_bytes("police", content, divisions=["110101", "110199"])
    assert (codes(unlisted.warnings), codes(listed.warnings)) == (["id.division"], [])


def test_birth_date_and_sex_that_disagree_are_flagged_and_kept(row):
    got = row(出生日期="1991-01-01", 性别="女")
    assert codes(got.warnings) == ["id.birth_disagrees", "id.sex_disagrees"]
    assert (got.values["born_on"], got.values["sex"], got.values["id_number"]) == ("1991-01-01", "female", ZHAO)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01",
        "2026/3/1",
        "20260301",
        "2026年3月1日",
        "2026.3.1",
        "２０２６－０３－０１",
        "2026-03-01 00:00:00",
        "46082",
        " 2026-3-1 ",
    ],
)
def test_a_date_is_read_in_every_accepted_form(row, written):
    assert row(流入日期=written).values["arrived_on"] == "2026-03-01"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-02-30", "date.impossible"),
        ("2025-13-01", "date.impossible"),
        ("1026-01-01", "date.impossible"),
        ("2026-03-11", "date.future"),
        ("1900-01-01", "date.placeholder"),
        ("0000-00-00", "date.placeholder"),
        ("去年", "date.unreadable"),
        ("2026-03", "date.unreadable"),
        ("26-3-1", "date.unreadable"),
        ("农历八月十五", "date.lunar"),
    ],
)
def test_a_bad_date_rejects_where_required_and_is_dropped_elsewhere(row, written, code):
    assert codes(row(流入日期=written).errors) == [code]
    kept = row(登记日期=written)
    assert kept.accepted
    assert "registered_on" not in kept.values
    assert codes(kept.warnings) == [code]


def test_today_is_not_the_future(row):
    assert row(流入日期=TODAY.isoformat()).accepted


@pytest.mark.parametrize(
    ("source", "column", "key"),
    [
        ("police", "离开日期", "departed_on"),
        ("education", "入学日期", "enrolled_on"),
        ("housing", "退租日期", "leased_until"),
    ],
)
def test_three_dates_may_lie_in_the_future(row, source, column, key):
    more = {"承租人姓名": "赵春梅", "承租人证件号": ZHAO} if source == "housing" else {}
    got = row(source, **{column: "2027-09-01"}, **more)
    assert got.values[key] == "2027-09-01"
    assert not got.warnings


def test_a_placeholder_birth_date_is_dropped_with_a_warning_unless_it_is_required(row):
    got = row(出生日期="1900-01-01")
    assert codes(got.warnings) == ["date.placeholder"]
    assert "born_on" not in got.values
    assert codes(row("education", 出生日期="1900-01-01", 身份证件号=ZHAO).errors) == ["date.placeholder"]


def test_no_message_shows_an_id_number_a_phone_or_a_birth_date(row):
    faulty = ZHAO[:17]
    got = row(公民身份号码=faulty, 联系电话="1380013", 出生日期="1990-02-30", 姓名="赵春梅2")
    said = "".join(w.message.zh + w.message.en for w in got.warnings)
    assert got.warnings
    assert not any(secret in said for secret in (faulty, "1380013", "1990-02-30", "赵春梅"))


def test_an_unknown_community_rejects_where_required_and_is_dropped_elsewhere(row):
    for wrong in ("990101009009", "990101000000", "9901010010", "9.90101E+11"):
        assert not row(社区代码=wrong).accepted
    assert codes(row(社区代码="990101009009").errors) == ["community.unknown"]
    child = row("education", 社区代码="990101009009")
    assert codes(child.warnings) == ["community.unknown"]
    assert "community_code" not in child.values


def test_an_unknown_service_rejects(row):
    assert codes(row("deliveries", 事项编码="XXX-01").errors) == ["service.unknown"]
    assert row("deliveries", 事项编码="hrs-01").values["service"] == "HRS-01"


@pytest.mark.parametrize("source", ["deliveries", "residents-return"])
def test_sealed_services_wait_for_care_except_health_education(row, source):
    assert codes(row(source, 事项编码="HEA-01").errors) == ["care.not_yet"]
    assert row(source, 事项编码="HEA-02").accepted


def test_an_empty_result_is_a_service_given_and_an_unreadable_one_is_not(row):
    assert row("deliveries").values["result"] == "served"
    assert row("deliveries", 结果=" ").values["result"] == "served"
    assert row("deliveries", 结果="告知后谢绝", 谢绝确认="签字").values["decline_confirmation"] == "signature"
    odd = row("deliveries", 结果="未提供")
    assert "result" not in odd.values
    assert codes(odd.warnings) == ["choice.unknown"]


def test_a_dwelling_without_a_tenant_is_a_good_row(row):
    got = row("housing", 起租日期="2025-01-01")
    assert got.accepted
    assert not got.warnings
    assert not load_format("housing").has_subject(got.values)


@pytest.mark.parametrize(
    "tenant",
    [
        {"承租人姓名": "赵春梅"},
        {"承租人姓名": "赵春梅", "承租人证件号": "0" * 18},
        {"承租人电话": "10012345678"},
    ],
)
def test_a_tenant_who_cannot_be_told_apart_is_dropped_and_the_dwelling_kept(row, tenant):
    got = row("housing", **tenant, 起租日期="2025-01-01", 退租日期="2025-12-01")
    assert got.accepted
    assert "tenant.indistinct" in codes(got.warnings)
    assert set(got.values) == {"address", "community_code"}


def test_a_tenant_with_a_phone_or_a_claimed_number_stays(row):
    assert row("housing", 承租人姓名="赵春梅", 承租人电话="10012345678").values["name"] == "赵春梅"
    assert row("housing", 承租人姓名="赵春梅", 承租人证件号="990101").values["id_claimed"] == "990101"


def test_an_empty_row_is_skipped_and_not_counted():
    headers = list(GOOD["police"])
    good = list(GOOD["police"].values())
    content = csv_bytes(headers, [good, [""] * 5, [" ", "\u3000", "", "", ""], good])
    assert [r.number for r in read_bytes("police", content)] == [1, 2]


def test_unknown_columns_are_kept_and_not_used(row):
    got = row(备注="有一只猫")
    assert got.extra == {"备注": "有一只猫"}
    assert digest_text(load_format("police"), got.values) == digest_text(load_format("police"), row().values)


def test_encoding_aliases_order_date_form_and_unknown_columns_do_not_change_a_rows_identity():
    plain = csv_bytes(list(GOOD["police"]), [list(GOOD["police"].values())])
    changed = csv_bytes(
        ["来本地时间", "名字", "身份证号", "备注", "现住址", "社区编码"],
        [["2025年6月1日", "赵 春梅", ZHAO, "x", "示例县解放路１号", "990101001001"]],
        "gb18030",
        "\t",
    )
    (one,), (two,) = read_bytes("police", plain), read_bytes("police", changed)
    police = load_format("police")
    assert digest_text(police, one.values) == digest_text(police, two.values)
    assert digest_text(police, one.values) != digest_text(load_format("hrss"), one.values)


def test_the_row_as_received_is_kept(row):
    got = row(姓名=" 赵春梅 ", 流入日期="2026-02-30")
    assert got.raw[0] == " 赵春梅 "
    assert got.raw[4] == "2026-02-30"


def test_every_finding_speaks_both_languages_and_names_the_senders_header():
    content = csv_bytes(["名字", "身份证号", "社区代码", "现住址", "流入日期"], [["赵", ZHAO[:17], "x", "示例县", "x"]])
    (got,) = read_bytes("police", content)
    assert [f.column for f in (*got.warnings, *got.errors)] == ["身份证号", "社区代码", "流入日期"]
    assert all(f.message.zh and f.message.en and "{" not in f.message.zh for f in (*got.warnings, *got.errors))


def test_dates_in_the_wrong_order_are_flagged_and_an_end_before_its_start_is_dropped(row):
    flagged = row(流入日期="2025-06-01", 登记日期="2025-05-01")
    assert codes(flagged.warnings) == ["date.order"]
    assert flagged.values["registered_on"] == "2025-05-01"
    dropped = row(流入日期="2025-06-01", 离开日期="2025-05-01")
    assert codes(dropped.warnings) == ["date.ends_before_start"]
    assert "departed_on" not in dropped.values


def test_a_hukou_address_in_the_place_of_the_living_address_is_noted(row):
    got = row(现居住地址="某省某县某村1号", 户籍地址="某省某县某村 1号".replace(" ", ""))
    assert codes(got.notes) == ["address.same_as_hukou"]


def test_money_is_exact_to_the_fen(row):
    assert row("deliveries", 收费元="1,234.50元").values["fee_fen"] == 123450
    assert codes(row("deliveries", 收费元="0.001").warnings) == ["money.unreadable"]
    assert codes(row("deliveries", 收费元="-5").warnings) == ["number.negative"]


def test_a_cell_too_many_means_shifted_columns_and_rejects():
    content = csv_bytes(list(GOOD["police"]), [[*GOOD["police"].values(), "", ""], [*GOOD["police"].values(), "x"]])
    fine, shifted = read_bytes("police", content)
    assert fine.accepted
    assert codes(shifted.errors) == ["row.surplus"]
