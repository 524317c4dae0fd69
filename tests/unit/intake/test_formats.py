"""The rolls themselves: their columns, and what is peculiar to one of them."""

import pytest

from tests.unit.intake.cast import GOOD, TODAY, ZHAO, codes, csv_bytes, headers_of, read_bytes
from tongdeng.audit.types import command
from tongdeng.intake.formats import load_format, sources
from tongdeng.kernel.errors import UnusableInput

CONTRACT = {
    "police": "姓名* 性别 民族 公民身份号码 出生日期 户籍区划 户籍地址 社区代码* 现居住地址* 居住处所 居住事由 "
    "流入日期* 登记日期 离开日期 联系电话 文化程度 婚姻状况 服务处所 房主姓名 居住证号 居住证签发日期 居住证签注日期",
    "hrss": "姓名* 公民身份号码 性别 出生日期 联系电话 单位名称 统一社会信用代码 就业形式 就业日期 离职日期 "
    "养老保险类型 养老保险参保日期 失业保险缴费月数 工伤保险参保日期 医疗保险类型 累计缴费月数",
    "education": "学生姓名* 身份证件号 性别 出生日期* 学校* 学段* 年级* 入学日期 监护人姓名 监护人身份证号 "
    "监护人电话 户籍区划 社区代码 现住址",
    "housing": "房屋地址* 社区代码* 房屋类型 面积 房主姓名 房主电话 租赁备案号 承租人姓名 承租人证件号 "
    "承租人电话 起租日期 退租日期 安全检查日期 检查结果",
    "deliveries": "姓名* 公民身份号码 联系电话 事项编码* 服务日期* 结果 谢绝确认 服务单位 收费元 经办渠道",
    "immunisation": "儿童姓名* 儿童身份证号 性别 出生日期* 母亲姓名 母亲身份证号 监护人电话 社区代码 现住址 "
    "疫苗* 剂次* 接种日期* 接种单位",
    "residents-return": "年份* 社区代码或乡镇代码* 事项编码* 年龄组 性别 应服务人数* 已服务人数* 经费元",
}


@pytest.mark.parametrize("source", sorted(CONTRACT))
def test_the_columns_are_those_of_the_contract(source):
    written = [column.zh + "*" * column.required for column in load_format(source).columns]
    assert written == CONTRACT[source].split()


def test_every_folder_is_a_roll_of_the_contract():
    assert set(sources()) == set(CONTRACT)


def test_the_rows_own_date_prefers_registration():
    police = load_format("police")
    assert police.row_date_of({"arrived_on": "2025-01-01", "registered_on": "2025-02-01"}) == "2025-02-01"
    assert police.row_date_of({"arrived_on": "2025-01-01"}) == "2025-01-01"
    assert police.row_date_of({}) is None


def test_a_return_takes_a_town_and_its_age_groups(row):
    assert row("residents-return", 社区代码或乡镇代码="990101001000").values["place_code"] == "990101001000"
    assert row("residents-return", 社区代码或乡镇代码="990101001").values["place_code"] == "990101001000"
    assert codes(row("residents-return", 社区代码或乡镇代码="990101000000").errors) == ["place.unknown"]
    for group in ("0-6", "7-15", "16-59", "60+"):
        assert row("residents-return", 年龄组=group).values["age_group"] == group
    assert "age_group" not in row("residents-return", 年龄组="").values
    assert row("residents-return", 年龄组="2026-07-15").values["age_group"] == "7-15"


def test_a_return_with_an_unreadable_group_does_not_speak_for_everyone(row):
    assert codes(row("residents-return", 年龄组="20-30").errors) == ["choice.unknown"]
    assert codes(row("residents-return", 性别="未知").errors) == ["choice.unknown"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"应服务人数": "-1"}, "number.negative"),
        ({"已服务人数": "九十"}, "number.unreadable"),
        ({"已服务人数": "9.5"}, "number.unreadable"),
        ({"已服务人数": "101"}, "count.served_exceeds_due"),
        ({"年份": "2027"}, "number.range"),
    ],
)
def test_a_return_with_impossible_counts_is_rejected(row, cells, code):
    assert codes(row("residents-return", **cells).errors) == [code]


def test_a_full_row_of_the_police_roll_gives_exactly_the_canonical_keys():
    police = dict.fromkeys(headers_of("police"), "")
    police |= GOOD["police"] | {"性别": "男", "民族": "汉族", "出生日期": "19900101", "户籍区划": "990201"}
    police |= {
        "户籍地址": "某省某县",
        "居住处所": "租赁房屋",
        "居住事由": "务工",
        "登记日期": "2025/6/3",
        "联系电话": "100 1234 5678",
    }
    police |= {
        "离开日期": "2026-12-31",
        "文化程度": "初中",
        "婚姻状况": "已婚",
        "服务处所": "某公司",
        "房主姓名": "王某",
    }
    police |= {"居住证号": "j123", "居住证签发日期": "2025-12-01", "居住证签注日期": "2025-12-01"}
    (got,) = read_bytes("police", csv_bytes(list(police), [list(police.values())]))
    assert not got.errors
    assert not got.warnings
    assert got.values == {
        "name": "赵春梅", "sex": "male", "ethnicity": "01", "id_number": ZHAO, "born_on": "1990-01-01",
        "hukou_code": "990201", "hukou_address": "某省某县", "community_code": "990101001001",
        "address": "示例县解放路1号", "lodging": "rented", "stay_reason": "work", "arrived_on": "2025-06-01",
        "registered_on": "2025-06-03", "departed_on": "2026-12-31", "phone": "10012345678",
        "education_level": "70", "marital_status": "20", "workplace": "某公司", "landlord_name": "王某",
        "permit_number": "J123", "permit_issued_on": "2025-12-01", "permit_endorsed_on": "2025-12-01",
    }  # fmt: skip


def test_without_care_a_roll_of_the_sealed_bureau_is_refused_before_anything_is_stored(tmp_path, monkeypatch):
    # Without a database, which shows that nothing was asked of one.
    from tongdeng.intake.actions import receive_roll
    from tongdeng.intake.exports import sealed_rows

    monkeypatch.setattr(sealed_rows, "_connected", [])
    roll = tmp_path / "immunisation.csv"
    roll.write_text("儿童姓名,出生日期,疫苗,剂次,接种日期\n王小明,2024-05-04,卡介苗,1,2024-05-05\n", "utf-8")
    with pytest.raises(UnusableInput) as caught:
        receive_roll(source="immunisation", path=roll, as_at=TODAY, by=command("intake"))
    assert caught.value.code == "care.roll_not_yet"


def test_only_the_health_bureau_is_offered_the_roll_that_belongs_to_care():
    from tongdeng.intake.selectors import sources_for

    assert "immunisation" not in {one.source for one in sources_for("office", None)}
    assert "immunisation" in {one.source for one in sources_for("health", "HEA")}
    assert "police" in {one.source for one in sources_for("office", None)}
    assert sources_for("admin", None) == ()  # who keeps the machines sees no people
