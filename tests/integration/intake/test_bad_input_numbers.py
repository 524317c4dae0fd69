"""Numbers, names and birth dates as they really come: what becomes of the person, and what the sender is told."""

from collections.abc import Callable

import pytest

from tests.databases import AS_OF
from tests.integration.intake.told import found, number, old_number, police, pupil, send
from tongdeng.intake.exports import rejects_csv
from tongdeng.people.exports import profiles, records

pytestmark = pytest.mark.usefixtures("database")
Login = Callable[..., object]


def bears(one, number18: str) -> bool:
    """Tell whether the register knows a person by this valid number."""
    return bytes(one.identity.id_index or b"") == records.index(records.ID, number18)


def test_one_person_under_the_old_and_the_new_number_is_one(job_login):
    who = number("19800405")
    told = send(job_login, "police", [police("白一", 公民身份号码=who), police("白一", 公民身份号码=old_number(who))])
    (one,) = found(job_login, "白一")
    assert bears(one, who)
    assert (told.counts["new_people"], told.counts["unchanged"]) == (1, 1)  # upgraded, the two rows say the same
    assert "id.upgraded" in told.remarks


@pytest.mark.parametrize(
    ("written", "remark"),
    [
        (lambda n: n.lower(), "repaired.case"),
        (lambda n: n + "  ", "repaired.spaces"),
        (lambda n: "\u3000" + n[:6] + " " + n[6:], "repaired.spaces"),
        (lambda n: n.translate({code: code + 0xFEE0 for code in range(0x30, 0x5B)}), "repaired.width"),
        (lambda n: n[:17] + "×", "repaired.case"),
        (lambda n: "'" + n, "repaired.spaces"),
    ],
    ids=["lower-case x", "trailing blanks", "blanks inside", "full-width", "multiplication sign", "apostrophe"],
)
def test_a_number_written_otherwise_is_the_same_number(written, remark, job_login):
    who = next(n for n in iter(number, "") if n.endswith("X"))
    send(job_login, "police", [police(f"白二{who[14:17]}", 公民身份号码=who)])
    told = send(
        job_login, "hrss", [{"姓名": f"白二{who[14:17]}", "公民身份号码": written(who), "就业形式": "单位就业"}]
    )
    assert (told.counts["matched"], told.counts["new_people"]) == (1, 0)
    assert remark in told.remarks
    assert "id.check_digit" not in told.warnings


@pytest.mark.parametrize(
    ("suffix", "written"),
    [("子", "000000000000000000"), ("丑", "000000201605200000"), ("寅", "111111111111111111"), ("卯", "不详")],
)
def test_a_placeholder_is_no_number_and_joins_nobody(suffix, written, job_login):
    born = {"出生日期": "1990-01-01", "性别": "女"}
    names = (f"白三{suffix}", f"龚四海{suffix}")
    told = send(job_login, "police", [police(name, 公民身份号码=written, **born) for name in names])
    people = [found(job_login, name) for name in names]
    assert [len(same) for same in people] == [1, 1]
    assert all(same[0].identity.id_index is None for same in people)
    assert all(same[0].identity.claimed_index is None for same in people)
    assert told.warnings == ("id.placeholder",)
    assert told.counts["warnings"] == 2


def test_a_number_a_spreadsheet_has_spoilt_is_dropped_with_advice_and_the_row_kept(job_login):
    told = send(job_login, "police", [police("白四", 公民身份号码="1.10105E+17", 联系电话="10022220001")])
    (one,) = found(job_login, "白四")
    assert one.identity.id_index is None
    assert told.warnings == ("id.scientific",)
    assert told.counts["accepted"] == 1


def test_two_people_whose_numbers_were_spoilt_alike_stay_two(job_login):
    rows = [police(name, 公民身份号码="1.10105E+17", 出生日期="1991-02-03") for name in ("白五", "龚海潮")]
    told = send(job_login, "police", rows)
    assert told.counts["new_people"] == 2


def test_a_row_with_nothing_but_a_spoilt_number_is_given_back_as_received(job_login):
    told = send(job_login, "police", [police("白六", 公民身份号码="1.10105E+17")])
    with job_login() as by:
        text = "".join(rejects_csv(told.batch, by=by))
    assert "person.indistinct" in told.rejects
    assert found(job_login, "白六") == []
    assert "1.10105E+17" in text


def test_a_wrong_check_digit_is_a_claim_that_identifies_nobody(job_login):
    who = number()
    wrong = who[:17] + ("1" if who[17] != "1" else "2")
    told = send(job_login, "police", [police("白七", 公民身份号码=wrong), police("白七他", 公民身份号码=wrong)])
    (one,), (other,) = found(job_login, "白七"), found(job_login, "白七他")
    assert one.person != other.person
    assert one.identity.id_index is None
    assert one.identity.claimed_index is not None
    assert told.warnings == ("id.check_digit",)


def test_a_birth_date_that_disagrees_is_flagged_and_both_are_kept(job_login):
    who = number("19920413")
    told = send(job_login, "police", [police("白八", 公民身份号码=who, 出生日期="1992-05-14")])
    (one,) = found(job_login, "白八")
    assert told.warnings == ("id.birth_disagrees",)
    assert one.identity.born_on.isoformat() == "1992-05-14"
    assert one.identity.id_index is None  # it may be a parent's, until a row without the contradiction shows it
    assert one.identity.claimed_index is not None
    send(job_login, "hrss", [{"姓名": "白八", "公民身份号码": who, "就业形式": "单位就业"}])
    corrected = send(job_login, "police", [police("白八", 公民身份号码=who, 登记日期="2026-01-01")])
    assert corrected.counts["new_people"] == 0
    assert any(bears(each, who) for each in found(job_login, "白八"))


def test_a_sex_that_disagrees_with_the_number_is_flagged_and_both_are_kept(job_login, as_job):
    told = send(job_login, "police", [police("白九", 公民身份号码=number(male=True), 性别="女")])
    (one,) = found(job_login, "白九")
    assert told.warnings == ("id.sex_disagrees",)
    assert one.identity.sex == "male"
    with as_job("intake"):
        profile = profiles.find_profile(one.person)
    assert profile.values["sex"].is_disputed


def test_a_lunar_birthday_beside_a_number_is_a_birth_date_that_disagrees(job_login):
    who = number("19920622")
    told = send(job_login, "police", [police("白十", 公民身份号码=who, 出生日期="1992-05-22")])
    (one,) = found(job_login, "白十")
    assert told.warnings == ("id.birth_disagrees",)
    assert one.identity.born_on.isoformat() == "1992-05-22"
    again = send(job_login, "police", [police("白十", 公民身份号码=who, 出生日期="1992-06-22")])
    assert (again.counts["accepted"], again.warnings) == (1, ())


@pytest.mark.parametrize(
    ("name", "written"),
    [("白土子", "农历1992年五月廿二"), ("白土丑", "一九九二年腊月初八"), ("白土寅", "阴历1992.5.22")],
)
def test_a_lunar_date_is_told_to_be_one_and_not_guessed_at(name, written, job_login):
    told = send(job_login, "police", [police(name, 联系电话="10022220002", 出生日期=written)])
    (one,) = found(job_login, name)
    assert one.identity.born_on is None
    assert told.warnings == ("date.lunar",)


def test_the_thirtieth_of_the_second_lunar_month_is_no_day_and_a_child_is_given_back(job_login):
    told = send(job_login, "education", [pupil("白水儿", 身份证件号=number("20160330"), 出生日期="2016-02-30")])
    assert told.rejects == ("date.impossible",)
    assert found(job_login, "白水儿") == []


@pytest.mark.parametrize(
    ("name", "written"), [("白火子", "1900-01-01"), ("白火丑", "1900/1/1"), ("白火寅", "19000101")]
)
def test_the_first_of_january_1900_is_no_birth_date(name, written, job_login):
    told = send(job_login, "police", [police(name, 公民身份号码=number(), 出生日期=written)])
    (one,) = found(job_login, name)
    assert told.warnings == ("date.placeholder",)
    assert one.identity.born_on.isoformat() == "1990-05-20"


# ---- names ----


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("陈䶮", "陈䶮"),  # in GB 18030 since 2000, in no older list
        ("马喆", "马喆"),
        ("李\U0002a7dd", "李\U0002a7dd"),  # beyond the basic plane
        ("王\ue863", "王\ue863"),  # what a clerk drew himself
        ("龙\ue82b", "龙\u9fb6"),  # GB 18030-2022 moved it out of the private area
    ],
    ids=["䶮", "喆", "extension B", "private area", "GB 18030-2022"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_rare_character_comes_through_every_encoding_as_itself(first, second, encoding, job_login):
    who, suffix = number(), "甲" if encoding == "utf-8" else "乙"
    row = police(first + suffix, 公民身份号码=who)
    content = (",".join(row) + "\n" + ",".join(row.values()) + "\n").encode(encoding)
    told = send(job_login, "police", content)
    (one,) = found(job_login, second + suffix)
    assert bears(one, who)
    assert told.warnings == ()


def test_a_dotted_name_is_one_name_whatever_the_dot(job_login):
    dots = ("·", ".", "•", "・", "‧", "．")
    born = {"出生日期": "1988-08-08", "性别": "男"}
    rows = [police(f"买买提{dot}阿不都", 现居住地址=f"新华路{n}号", **born) for n, dot in enumerate(dots)]
    told = send(job_login, "police", rows)
    (one,) = found(job_login, "买买提·阿不都")
    assert (told.counts["new_people"], told.counts["matched"]) == (1, 5)
    assert "repaired.name" in told.remarks
    assert len(one.stays) == 1


def test_a_homophone_without_a_number_is_not_joined_by_the_exact_step(job_login):
    born = {"出生日期": "1993-03-03", "性别": "男"}
    send(job_login, "police", [police("白金伟", 公民身份号码=number("19930303", male=True))])
    told = send(job_login, "hrss", [{"姓名": "白金炜", "就业形式": "单位就业", **born}], AS_OF)
    assert told.counts["rejected"] == 0
    assert len(found(job_login, "白金伟")) == 1  # whoever joins the two later does it with weights, or asks a clerk


def test_a_variant_character_with_the_number_is_the_same_person_and_the_police_spelling_is_shown(job_login, as_job):
    who = number()
    send(job_login, "police", [police("白木峰", 公民身份号码=who)])
    told = send(job_login, "hrss", [{"姓名": "白木峯", "公民身份号码": who, "就业形式": "单位就业"}])
    (one,) = found(job_login, "白木峰")
    assert told.counts["matched"] == 1
    with as_job("intake"):
        profile = profiles.find_profile(one.person)
    assert profile.values["name"].is_disputed
