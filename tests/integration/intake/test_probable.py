"""The probabilistic step in the register: who joins, who must not, and what a clerk is asked."""

import json
from datetime import date
from itertools import count

import pytest

from tests.databases import owner_here
from tests.integration.intake.test_who_is_who import number, police
from tongdeng.intake import candidates
from tongdeng.kernel import citizen_id

AS_OF = date(2026, 11, 23)
_phones = count(1)


@pytest.fixture(autouse=True)
def in_parts(monkeypatch):
    """Compare only those together who hang together, as of a large roll; others compare all candidates at once."""
    monkeypatch.setattr(candidates, "AT_ONCE", 1)


def phone() -> str:
    """Return a phone that is no neighbour of another."""
    return f"100{next(_phones) * 7_654_321 % 10**8:08}"


def child(name: str, born_on: str, **more: str) -> dict[str, str]:
    """Return a school's row of a boy."""
    given = {"性别": "男", "出生日期": born_on, "学校": "一小", "学段": "小学", "年级": "二年级", "户籍区划": "990303"}
    return {"学生姓名": name, **given, **more}


def delivery(name: str, **more: str) -> dict[str, str]:
    """Return a row about a service that was provided."""
    return {"姓名": name, "事项编码": "HRS-01", "服务日期": "2026-03-01", "结果": "提供", **more}


def swapped(text: str) -> str:
    """Return a number with two neighbours of its sequence in each other's place."""
    return text[:15] + text[16] + text[15] + text[17]


def test_a_name_heard_otherwise_finds_its_person_and_the_link_says_by_what(asked_after, people, read):
    mobile = phone()
    asked_after("police", police("林志强", 公民身份号码=number("19880305"), 联系电话=mobile))
    doubts = asked_after("police", police("林至强", 出生日期="1988-03-05", 性别="女", 联系电话=mobile))
    assert [one for one in doubts if one.kind != "sample"] == []
    (person,) = people("林志强", "林至强")
    links = read("SELECT method, weights FROM people_link WHERE person_id = %s ORDER BY id", person)
    assert [method for method, _ in links] == ["exact-1", "probable-1"]
    weights = json.loads(links[1][1])
    assert weights["model"] == "linkage-1"
    said = {one["name"]: (one["level"], one["weight"]) for one in weights["comparisons"]}
    assert said["name"][0] == "sounds the same"
    assert said["born"][0] == said["sex"][0] == said["phone"][0] == "same"
    assert said["number"] == ("not stated", 0)
    assert weights["weight"] > 6


def test_day_and_month_swapped_and_a_slip_in_the_number_are_the_same_person(asked_after, people):
    who, mobile = number("19880305"), phone()
    asked_after("police", police("郝建国", 公民身份号码=who, 联系电话=mobile))
    assert asked_after("police", police("郝建国", 公民身份号码=swapped(who), 出生日期="1988-05-03", 性别="女")) == []
    assert len(people("郝建国")) == 1


def test_who_was_there_without_a_number_gets_the_new_bearers_rows(asked_after, people, read):
    mobile = phone()
    asked_after("police", police("苗秀英", 出生日期="1991-07-09", 性别="女", 联系电话=mobile))
    (known,) = people("苗秀英")
    asked_after("police", police("苗秀瑛", 公民身份号码=number("19910709"), 联系电话=mobile))
    assert people("苗秀英", "苗秀瑛") == [known]
    ((bears,),) = read("SELECT id_index IS NOT NULL FROM people_identity WHERE person_id = %s", known)
    assert bears


def test_new_rows_without_number_join_the_bearer_in_the_same_roll(asked_after, people):
    mobile = phone()
    bare = {"出生日期": "1979-02-11", "性别": "女", "联系电话": mobile}
    rows = [
        police("耿桂兰", **bare),
        police("耿桂栏", **bare),
        police("耿贵兰", 公民身份号码=number("19790211"), 联系电话=mobile),
    ]
    assert [one for one in asked_after("police", *rows) if one.kind != "sample"] == []
    assert len(people("耿桂兰", "耿桂栏", "耿贵兰")) == 1


def test_twins_stay_two_people_with_and_without_numbers(asked_after, people):
    mobile, mother = phone(), number("19900712")
    family = {"监护人姓名": "王思莹", "监护人身份证号": mother, "监护人电话": mobile}
    boy, girl = "990303201803060{}", "990303201803060{}"
    boy, girl = (
        (first := one.format(serial)) + citizen_id.check_character(first) for one, serial in ((boy, "51"), (girl, "77"))
    )
    asked_after("education", child("贺梓晨", "2018-03-06", 身份证件号=boy, **family))
    asked_after("education", child("贺梓涵", "2018-03-06", 身份证件号=girl, **family))
    both = people("贺梓晨", "贺梓涵")
    assert len(both) == 2
    asked_after(
        "education",
        child("贺梓晨", "2018-03-06", 年级="三年级", **family),
        child("贺梓涵", "2018-03-06", 年级="三年级", **family),
    )
    assert people("贺梓晨", "贺梓涵") == both
    asked_after("education", child("贺若涵", "2019-03-06", **family), child("贺若晨", "2019-03-06", **family))
    assert len(people("贺若涵", "贺若晨")) == 2


def test_one_number_typed_for_two_children_makes_neither_the_parent_nor_the_other(asked_after, people):
    mobile, father = phone(), number("19880305")
    family = {"监护人姓名": "鲍志强", "监护人身份证号": father, "监护人电话": mobile}
    asked_after("education", *(child(name, "2018-03-06", 身份证件号=father, **family) for name in ("鲍梓晨", "鲍梓涵")))
    asked_after("education", child("鲍一诺", "2015-11-20", 身份证件号=father, **family))
    asked_after("police", police("鲍志强", 公民身份号码=father, 联系电话=mobile))
    assert len(people("鲍梓晨", "鲍梓涵", "鲍一诺", "鲍志强")) == 4


def test_namesakes_of_one_day_are_told_apart_by_the_phone_or_a_clerk_is_asked(asked_after, people):
    mobiles = phone(), phone()
    asked_after("police", *(police("纪海燕", 公民身份号码=number("19850505"), 联系电话=mobile) for mobile in mobiles))
    both = people("纪海燕")
    bare = police("纪海燕", 出生日期="1985-05-05", 性别="女")
    assert [one.kind for one in asked_after("police", {**bare, "联系电话": mobiles[0]}) if one.kind != "sample"] == []
    assert people("纪海燕") == both
    doubts = asked_after("police", bare)
    (own,) = set(people("纪海燕")) - set(both)
    assert {frozenset((one.person_id, one.other_id)) for one in doubts} == {frozenset((own, one)) for one in both}
    assert {one.kind for one in doubts} == {"row"}


def test_a_dormitorys_phone_joins_nobody(asked_after, people):
    mobile = phone()
    names = ("左志强", "戚国海", "柏文磊", "水婷", "窦宇鹏")
    asked_after("police", *(police(name, 联系电话=mobile) for name in names[:3]))
    asked_after("police", *(police(name, 联系电话=mobile) for name in names[3:]))
    assert len(people(*names)) == 5


def test_two_valid_numbers_are_never_compared(asked_after, people):
    mobile = phone()
    for _ in range(2):
        assert asked_after("police", police("云小梅", 公民身份号码=number("19930303"), 联系电话=mobile)) == []
    assert len(people("云小梅")) == 2


def test_two_who_were_there_before_are_only_asked_about(asked_after, people):
    mobile, who = phone(), number("19810101")
    asked_after("police", police("葛玉兰", 公民身份号码=who))
    asked_after("deliveries", delivery("葛玉兰", 联系电话=mobile))
    both = people("葛玉兰")
    assert len(both) == 2
    (asked,) = asked_after("police", police("葛玉兰", 公民身份号码=who, 联系电话=mobile))
    assert ({asked.person_id, asked.other_id}, asked.kind) == (set(both), "proposal")
    assert people("葛玉兰") == both
    assert (
        asked_after("police", police("葛玉兰", 公民身份号码=who, 联系电话=mobile, 文化程度="初中")) == []
    )  # nothing new


def test_too_little_to_join_and_too_much_to_be_silent_is_a_doubt(asked_after, people):
    asked_after("police", police("卞梦思", 公民身份号码=number("19990202"), 户籍区划="990404"))
    (asked,) = asked_after("police", police("卞梦思", 出生日期="1999-02-02", 户籍区划="990505"))
    assert asked.kind == "row"
    assert {asked.person_id, asked.other_id} == set(people("卞梦思"))
    assert 2 <= json.loads(asked.weights)["weight"] < 6


def test_the_look_is_recorded_by_counts_alone(asked_after):
    mobile = phone()
    asked_after("police", police("谷文博", 公民身份号码=number("19950505"), 联系电话=mobile))
    asked_after("police", police("谷文搏", 出生日期="1995-05-05", 性别="女", 联系电话=mobile))
    with owner_here() as owner:
        entries = owner.execute(
            "SELECT purpose, subjects, detail FROM audit_entry WHERE code = 'intake.candidates.compared' ORDER BY id"
        ).fetchall()
    purpose, subjects, detail = entries[-1]
    assert (purpose, subjects) == ("identify", [])
    assert set(detail) == {"people", "candidates", "rows", "fits"}
    assert (detail["candidates"], detail["rows"], detail["fits"]) == (2, 2, 1)


def test_a_row_linked_before_its_own_person_came_is_asked_about_when_that_person_comes(asked_after, people):
    mobile = phone()
    asked_after("police", police("纪小梅", 公民身份号码=number("19850606")))
    bare = police("纪小梅", 出生日期="1985-06-06", 性别="女", 联系电话=mobile)
    assert asked_after("police", bare) == []
    (first,) = people("纪小梅")
    (asked,) = asked_after("police", police("纪小梅", 公民身份号码=number("19850606"), 联系电话=mobile))
    (second,) = set(people("纪小梅")) - {first}
    assert (asked.person_id, asked.other_id, asked.kind) == (first, first, "sample")
    assert json.loads(asked.weights)["rival"] == second
    assert json.loads(asked.weights)["model"] == "linkage-1, judged again"


def test_a_claimed_number_may_hold_the_last_year_there_is(asked_after):
    # The year after it is no year: a large roll of clerks' typing has such a number.
    asked_after("police", police("任一", 公民身份号码="990303999905201234", 出生日期="1990-05-20", 性别="女"))
