"""Small rolls, one question each: whose row is it, and what does the register know afterwards?"""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest

from tongdeng.intake import actions as intake
from tongdeng.kernel import citizen_id
from tongdeng.people.models import Identity, LocalNumber, Person, Record, Stay

AS_OF = date(2026, 11, 23)
EAST = "990101001001"
_serial = count(100)


def number(born_on: str = "19900520") -> str:
    """Return a fresh valid number of a woman born on a day."""
    first17 = "990303" + born_on + f"{next(_serial) * 2:03d}"[-3:]
    return first17 + citizen_id.check_character(first17)


def roll(*rows: dict[str, str]) -> bytes:
    """Return rows as a CSV file."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def police(name: str, **columns: str) -> dict[str, str]:
    """Return a police row."""
    given = {"户籍区划": "990303", "社区代码": EAST, "现居住地址": "新华路1号", "流入日期": "2025-03-01"}
    return {"姓名": name, **given, **columns}


@pytest.fixture
def take(database: str, job_login: Callable[..., Any]) -> Callable[..., dict[str, int]]:
    """Take a roll in and return its batch and counts."""

    def run(source: str, *rows: dict[str, str], as_at: date = AS_OF) -> dict[str, int]:
        content = roll(*rows)
        with job_login() as by:
            batch = intake.receive_roll(source=source, path=content, as_at=as_at, by=by, name="roll.csv")
            return {"batch": batch, **intake.import_roll(batch_id=batch, path=content, by=by)}

    return run


@pytest.fixture
def seen(job_login: Callable[..., Any]) -> Callable[[Callable[[], Any]], Any]:
    """Read the register as a job does."""
    from tongdeng.access.selectors import acting

    def run(read: Callable[[], Any]) -> Any:
        with job_login() as by, acting(by):
            return read()

    return run


def test_a_number_gives_birth_date_and_sex_to_match_by_across_rolls(take):
    take("police", police("郑一", 公民身份号码=number("20160520")))
    child = {
        "学生姓名": "郑一",
        "性别": "女",
        "出生日期": "2016-05-20",
        "学校": "一小",
        "学段": "小学",
        "年级": "四年级",
    }
    counts = take("education", child)
    assert (counts["matched"], counts["new_people"]) == (1, 0)


def test_a_parents_number_typed_for_a_local_child_does_not_make_the_parent_local(take, seen):
    parent = number()
    child = police("郑二娃", 公民身份号码=parent, 出生日期="2018-01-01", 户籍区划="990101")
    assert take("police", child)["local"] == 1
    assert take("hrss", {"姓名": "郑二", "公民身份号码": parent, "就业形式": "单位就业"})["new_people"] == 1
    assert seen(LocalNumber.objects.count) == 0


def test_a_resident_of_the_same_name_and_birthday_stays_out_of_the_register(take):
    take("police", police("郑三", 公民身份号码=number()))
    namesake = take("police", police("郑三", 公民身份号码=number(), 户籍区划="990101"))
    assert (namesake["local"], namesake["new_people"]) == (1, 0)


def test_an_older_row_does_not_bring_back_who_has_settled_since(take):
    who = number()
    take("police", police("郑四", 公民身份号码=who, 户籍区划="990101", 登记日期="2026-06-01"))
    older = take("police", police("郑四", 公民身份号码=who, 登记日期="2024-06-01", 流入日期="2024-05-01"))
    newer = take("police", police("郑四", 公民身份号码=who, 登记日期="2026-09-01", 流入日期="2026-08-20"))
    assert (older["local"], newer["new_people"]) == (1, 1)


def test_a_migrant_and_the_same_person_settled_in_one_file_are_one_and_settled(take, seen):
    who = number()
    rows = (
        police("郑五", 公民身份号码=who, 户籍区划="990101", 登记日期="2026-08-01"),
        police("郑五", 公民身份号码=who, 登记日期="2025-03-02"),
    )
    counts = take("police", *rows)
    assert (counts["new_people"], counts["matched"], counts["local"]) == (1, 1, 0)
    assert seen(lambda: Identity.objects.get(name="郑五").hukou_code)[:6] == "990101"


def test_a_roll_of_an_earlier_day_does_not_win_by_being_sent_later(take, seen):
    who = number()
    left = police("郑六", 公民身份号码=who, 登记日期="2025-03-02", 离开日期="2026-05-01")
    take("police", left, as_at=date(2026, 6, 1))
    take("police", police("郑六", 公民身份号码=who, 登记日期="2025-03-02"), as_at=date(2026, 1, 1))
    (stay,) = seen(lambda: list(Stay.objects.filter(person_id=Identity.objects.get(name="郑六").pk)))
    assert stay.ends_on == date(2026, 5, 1)


def test_a_withdrawn_person_comes_back_as_the_same_person_from_a_corrected_roll(take, seen, job_login):
    who = number()
    first = take("police", police("郑七", 公民身份号码=who, 现居住地址="错路1号"))
    person = seen(lambda: Identity.objects.get(name="郑七").pk)
    with job_login() as by:
        intake.withdraw_batch(batch_id=first["batch"], reason="错了", by=by)
    again = take("police", police("郑七", 公民身份号码=who, 现居住地址="对路1号"))
    assert (again["new_people"], again["matched"]) == (0, 1)
    assert seen(lambda: Identity.objects.get(name="郑七").pk) == person
    assert seen(lambda: Person.objects.get(pk=person).retired_at) is None


def test_what_was_asked_about_a_withdrawn_row_is_closed_with_it_and_asked_again_with_it(take, seen, job_login):
    from tongdeng.intake.models import Doubt

    said = {"性别": "女", "出生日期": "1990-05-20"}
    take("police", police("郑双", 公民身份号码=number()), police("郑双", 公民身份号码=number()))
    doubtful = take("hrss", {"姓名": "郑双", "就业形式": "单位就业", **said})
    assert doubtful["review"] == 1
    questions = seen(lambda: set(Doubt.objects.filter(closed_at=None).values_list("id", flat=True)))
    with job_login() as by:
        intake.withdraw_batch(batch_id=doubtful["batch"], reason="错了", by=by)
    closed = seen(lambda: list(Doubt.objects.filter(pk__in=questions).exclude(closed_at=None)))
    assert {one.verdict for one in closed} == {"withdrawn"}
    assert (
        seen(lambda: Doubt.objects.filter(closed_at=None, person_id__in=[one.person_id for one in closed]).count()) == 0
    )
    take("hrss", {"姓名": "郑双", "就业形式": "单位就业", **said})
    again = seen(lambda: set(Doubt.objects.filter(closed_at=None).values_list("id", flat=True)))
    assert again == questions


def test_the_as_at_of_a_row_is_that_of_its_newest_living_sighting(take, seen, job_login):
    row = police("郑八", 公民身份号码=number())
    first = take("police", row, as_at=date(2026, 10, 1))
    with job_login() as by:
        intake.withdraw_batch(batch_id=first["batch"], reason="错了", by=by)
    take("police", row, as_at=date(2026, 3, 1))
    as_at = seen(lambda: Record.objects.order_by("-id").first().as_at)
    assert as_at == date(2026, 3, 1)


def test_a_tenant_without_a_name_is_known_by_a_known_number(take):
    who = number()
    take("police", police("郑九", 公民身份号码=who))
    lease = {"房屋地址": "新华路9号", "社区代码": EAST, "承租人证件号": who, "起租日期": "2026-01-01"}
    counts = take("housing", lease)
    assert counts["matched"] == 1


def test_services_of_the_sealed_bureau_wait_and_are_not_called_unknown(take, job_login):
    from tongdeng.intake.exports import rejects_csv

    row = {"姓名": "郑十", "公民身份号码": number(), "事项编码": "HEA-07", "服务日期": "2026-03-01", "结果": "提供"}
    counts = take("deliveries", row)
    with job_login() as by:
        text = "".join(rejects_csv(counts["batch"], by=by))
    assert counts["rejected"] == 1
    assert "care.not_yet" in text


def test_a_roll_cannot_be_true_as_at_a_day_to_come(take):
    from tongdeng.kernel.errors import UnusableInput

    with pytest.raises(UnusableInput, match="as_at"):
        take("police", police("郑百", 公民身份号码=number()), as_at=date(2099, 1, 1))
