"""Stays, places, phones and families as they really come: what becomes of the person, and what the sender is told."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.integration.intake.told import found, number, police, pupil, send
from tests.posts import EAST, WEST
from tongdeng.access.selectors import acting
from tongdeng.delivery.models import Delivery
from tongdeng.intake.exports import rejects_csv
from tongdeng.people.exports import profiles, records
from tongdeng.people.models import Job, Record, Schooling

pytestmark = pytest.mark.usefixtures("database")
Login = Callable[..., object]


def test_two_open_stays_are_both_kept_and_the_newer_says_where_the_person_lives(job_login):
    who = number()
    told = send(job_login, "police", [
        police("乌一", 公民身份号码=who, 社区代码=EAST, 流入日期="2024-01-01"),
        police("乌一", 公民身份号码=who, 社区代码=WEST, 流入日期="2026-02-01", 现居住地址="环城路2号"),
    ])  # fmt: skip
    (one,) = found(job_login, "乌一")
    assert [(stay.community, stay.ends_on) for stay in one.stays] == [(EAST, None), (WEST, None)]
    assert one.identity.territory == WEST
    assert told.counts["accepted"] == 2


def test_who_left_and_was_never_cancelled_stays_open_until_somebody_says_so(job_login):
    who = number()
    send(job_login, "police", [police("乌二", 公民身份号码=who, 流入日期="2019-05-01")], date(2024, 1, 31))
    later = send(job_login, "police", [police("乌二旁", 公民身份号码=number())])
    (one,) = found(job_login, "乌二")
    assert [stay.ends_on for stay in one.stays] == [None]  # not being in a later roll ends nothing
    assert one.stays[0].as_at == date(2024, 1, 31)  # by which the list of those not seen for long finds it
    assert later.counts["accepted"] == 1
    gone = police("乌二", 公民身份号码=who, 流入日期="2019-05-01", 离开日期="2023-06-01")
    send(job_login, "police", [gone])
    (one,) = found(job_login, "乌二")
    assert [stay.ends_on for stay in one.stays] == [date(2023, 6, 1)]
    assert not one.identity.is_placed


def test_the_hukou_address_as_living_address_is_remarked_and_kept(job_login):
    where = "远县平安镇3号"
    told = send(job_login, "police", [police("乌三", 公民身份号码=number(), 户籍地址=where, 现居住地址=where)])
    (one,) = found(job_login, "乌三")
    assert one.identity.territory == EAST  # the community code stands, whatever the address
    assert "address.same_as_hukou" in told.remarks


@pytest.mark.parametrize(("name", "code"), [("乌四子", ""), ("乌四丑", "幸福社区"), ("乌四寅", "990101999001")])
def test_an_address_without_a_community_is_given_back_with_the_row_as_it_was(name, code, job_login):
    told = send(job_login, "police", [police(name, 公民身份号码=number(), 社区代码=code, 现居住地址="新华路四号院")])
    with job_login() as by:
        text = "".join(rejects_csv(told.batch, by=by))
    assert found(job_login, name) == []
    assert told.rejects == ("required.missing" if not code else "community.unknown",)
    assert "新华路四号院" in text
    assert "社区代码" in text.splitlines()[1]


def test_without_a_community_a_pupil_is_known_and_placed_nowhere(job_login):
    told = send(job_login, "education", [pupil("乌五", 现住址="新华路五号院")])
    (one,) = found(job_login, "乌五")
    assert (one.identity.address, one.identity.is_placed) == ("新华路五号院", False)
    assert told.counts["accepted"] == 1


def test_old_division_codes_in_numbers_and_hukou_are_used_as_they_are(job_login):
    who = number(division="610427")  # a county until 2018
    told = send(job_login, "police", [police("乌六", 公民身份号码=who, 户籍区划="610427")])
    (one,) = found(job_login, "乌六")
    assert one.identity.id_index is not None
    assert one.identity.hukou_code == "610427"
    assert told.counts["rejected"] == 0


def test_a_division_nobody_knows_is_kept_with_a_warning(job_login):
    told = send(job_login, "police", [police("乌七", 公民身份号码=number(division="780101"), 户籍区划="780101")])
    (one,) = found(job_login, "乌七")
    assert one.identity.hukou_code == "780101"
    assert one.identity.id_index is not None
    assert set(told.warnings) == {"id.division", "division.unknown"}


def test_a_whole_dormitory_on_one_phone_stays_as_many_people_as_it_is(job_login):
    names = ("唐大江", "薛明月", "贺长青", "倪小舟", "汤若水", "滕云飞", "罗文斌", "毕海生")
    rows = [police(name, 联系电话="10077770001", 现居住地址="工业园宿舍") for name in names]
    told = send(job_login, "police", rows)
    assert (told.counts["new_people"], told.counts["matched"]) == (8, 0)
    assert [len(found(job_login, name)) for name in names] == [1] * 8


def test_arrival_on_the_first_of_january_1900_gives_the_row_back(job_login):
    told = send(job_login, "police", [police("乌八", 公民身份号码=number(), 流入日期="1900-01-01")])
    assert told.rejects == ("date.placeholder",)
    assert found(job_login, "乌八") == []


def test_an_arrival_after_its_registration_is_flagged_and_both_dates_kept(job_login):
    row = police("乌九", 公民身份号码=number(), 流入日期="2025-06-01", 登记日期="2025-03-01")
    told = send(job_login, "police", [row])
    (one,) = found(job_login, "乌九")
    assert [(stay.starts_on, stay.registered_on) for stay in one.stays] == [(date(2025, 6, 1), date(2025, 3, 1))]
    assert told.warnings == ("date.order",)


def test_who_left_before_arriving_has_no_end_and_the_sender_is_told(job_login):
    row = police("乌十", 公民身份号码=number(), 流入日期="2025-06-01", 离开日期="2025-05-01")
    told = send(job_login, "police", [row])
    (one,) = found(job_login, "乌十")
    assert [stay.ends_on for stay in one.stays] == [None]
    assert told.warnings == ("date.ends_before_start",)


# ---- children and families ----


def test_a_service_for_small_children_given_to_an_older_child_comes_back_and_changes_nobody(job_login):
    who = number("20170101")
    send(job_login, "police", [police("乌小一", 公民身份号码=who)])
    row = {"姓名": "乌小一", "公民身份号码": who, "事项编码": "HEA-07", "服务日期": "2026-05-01", "结果": "提供"}
    told = send(job_login, "deliveries", [row])
    (one,) = found(job_login, "乌小一")
    assert told.rejects == ("care.not_yet",)
    with job_login() as by, acting(by):
        assert not Delivery.objects.filter(person_id=one.person).exists()


def test_a_late_dose_of_an_older_child_is_kept_behind_the_seal(job_login):
    who = number("20160101")
    send(job_login, "police", [police("乌小二", 公民身份号码=who)])
    told = send(job_login, "immunisation", [{
        "儿童姓名": "乌小二", "儿童身份证号": who, "出生日期": "2016-01-01", "疫苗": "百白破疫苗", "剂次": "5",
        "接种日期": "2026-05-01",
    }])  # fmt: skip
    assert (told.counts["accepted"], told.counts["matched"], told.warnings) == (1, 1, ())


def test_a_child_written_under_both_parents_is_one_child_with_two_guardians_on_record(job_login):
    mother, father = number("19900520"), number("19881111", male=True)
    told = send(job_login, "education", [
        pupil("乌小三", 性别="男", 监护人姓名="乌母", 监护人身份证号=mother),
        pupil("乌小三", 性别="男", 监护人姓名="乌父", 监护人身份证号=father, 入学日期="2025-09-01"),
    ])  # fmt: skip
    (one,) = found(job_login, "乌小三")
    assert told.counts["new_people"] == 1
    with job_login() as by, acting(by):
        places = list(Schooling.objects.filter(person_id=one.person))
        said = {s.values["guardian_name"] for s in profiles.statements_about(one.person)}
    assert len(places) == 1  # one place at one school
    assert said == {"乌母", "乌父"}


def test_a_child_with_the_number_of_either_parent_typed_in_is_one_child_and_nobodys_parent(job_login):
    mother, father = number("19900521"), number("19881112", male=True)
    told = send(job_login, "education", [
        pupil("乌小四", 性别="女", 身份证件号=mother),
        pupil("乌小四", 性别="女", 身份证件号=father, 入学日期="2025-09-01"),
    ])  # fmt: skip
    (one,) = found(job_login, "乌小四")
    assert one.identity.id_index is None
    assert set(told.warnings) == {"id.birth_disagrees", "id.sex_disagrees"}
    adult = send(job_login, "hrss", [{"姓名": "乌母四", "公民身份号码": mother, "就业形式": "单位就业"}])
    assert adult.counts["new_people"] == 1


def test_without_a_head_of_household_landlord_or_guardian_everybody_is_still_taken_in(job_login):
    counts = [
        send(job_login, "police", [police("乌小五", 公民身份号码=number(), 房主姓名="", 户主姓名="")]).counts,
        send(job_login, "education", [pupil("乌小六", 监护人姓名="", 监护人身份证号="")]).counts,
        send(
            job_login, "housing", [{"房屋地址": "新华路66号", "社区代码": EAST, "房主姓名": "", "起租日期": ""}]
        ).counts,
    ]
    assert [one["rejected"] for one in counts] == [0, 0, 0]
    assert len(found(job_login, "乌小五")) == len(found(job_login, "乌小六")) == 1


# ---- what else departments send ----


def test_a_flag_of_forced_submission_is_kept_with_the_record_and_changes_nothing(job_login):
    who = number()
    told = send(job_login, "police", [police("乌廿一", 公民身份号码=who, 提交类型="强制提交")])
    (one,) = found(job_login, "乌廿一")
    with job_login() as by, acting(by):
        (said,) = profiles.statements_about(one.person)
    assert said.values["extra"] == {"提交类型": "强制提交"}
    again = send(job_login, "police", [police("乌廿一", 公民身份号码=who, 提交类型="正常提交")])
    assert (told.counts["new_people"], again.counts["unchanged"]) == (1, 1)  # it is no part of who or what


def test_the_same_person_in_another_county_is_the_other_countys_row(job_login):
    who = number()
    here = police("乌廿二", 公民身份号码=who)
    there = police("乌廿二", 公民身份号码=who, 社区代码="990202001001", 流入日期="2026-05-01")
    told = send(job_login, "police", [here, there])
    (one,) = found(job_login, "乌廿二")
    assert told.rejects == ("community.unknown",)
    assert [stay.community for stay in one.stays] == [EAST]
    assert one.identity.is_placed


def test_an_employers_name_in_the_place_of_its_credit_code_is_dropped_and_told(job_login):
    row = {"姓名": "乌廿三", "公民身份号码": number(), "单位名称": "东方纺织厂", "统一社会信用代码": "东方纺织厂"}
    told = send(job_login, "hrss", [{**row, "就业形式": "单位就业", "就业日期": "2025-02-01"}])
    (one,) = found(job_login, "乌廿三")
    with job_login() as by, acting(by):
        (job,) = Job.objects.filter(person_id=one.person)
        sealed = Record.objects.get(pk=job.record_id)
        said = records.unseal(sealed.sealed, sealed.domain)
    assert job.employer == "东方纺织厂"
    assert "employer_code" not in said
    assert told.warnings == ("credit_code.invalid",)
