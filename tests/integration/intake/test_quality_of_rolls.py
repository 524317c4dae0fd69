"""Data quality: counted while a roll is read, compared afterwards, given back, and gone once it is corrected."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.databases import AS_OF, owner_here
from tests.factors import browser_of
from tests.posts import EAST, signed_in
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.intake import actions
from tongdeng.intake.exports import corrections, load_format, quality
from tongdeng.kernel import citizen_id
from tongdeng.org import actions as org
from tongdeng.org.types import Level, PostKind

BY = command("intake")
COUNTY, TOWN = "990101000000", "990101001000"
POLICE = "姓名,公民身份号码,性别,出生日期,社区代码,现居住地址,流入日期,登记日期,联系电话\n"
HRSS = "姓名,公民身份号码,出生日期,联系电话,单位名称,就业日期\n"


def number(eight: str, three: str = "331") -> str:
    body = "990203" + eight + three
    return body + citizen_id.check_character(body)


ZHAO, QIAN, SUN = number("19900101"), number("19910202"), number("19920303")


def wrong(good: str) -> str:
    return good[:17] + ("1" if good[17] != "1" else "2")


def send(source: str, head: str, *lines: str, as_at: Any = AS_OF) -> int:
    content = (head + "\n".join(lines)).encode()
    batch = actions.receive_roll(source=source, path=content, as_at=as_at, by=BY, name=f"{source}.csv")
    actions.import_roll(batch_id=batch, path=content, by=BY)
    return batch


@pytest.fixture(scope="module", autouse=True)
def rolls(database: str, job_login: Callable[..., Any]) -> Iterator[int]:
    """A police roll with a stay that nobody has seen for long, a faulty number and a placeholder; one of the HRSS."""
    old = AS_OF.replace(year=2025, month=1)
    with pytest.MonkeyPatch.context() as patch, job_login():
        patch.setenv("TONGDENG_TODAY", AS_OF.isoformat())
        send("police", POLICE, f"周久居,{number('19880808')},男,,{EAST},育才路1号,2020-05-01,2020-05-03,", as_at=old)
        batch = send(
            "police", POLICE,
            f"赵春梅,{ZHAO},男,1990-01-01,{EAST},人民路1号,2026-03-01,2026-03-02,10012345678",
            f"钱多多,{QIAN},男,1991-02-02,{EAST},人民路2号,2026-03-01,2026-03-02,10012345679",
            f"孙立,{wrong(SUN)},男,1992-03-03,{EAST},人民路3号,2026-03-01,,10012345670",
            f"李无号,000000000000000000,女,1993-04-04,{EAST},人民路4号,1950-03-01,很久以前,",
        )  # fmt: skip
        send("hrss", HRSS, f"赵春花,{ZHAO},1990-01-01,10012345678,示例电子厂,2026-04-01")
        actions.measure_quality(on=AS_OF, by=BY)
        yield batch


def facts(source: str, place: str = COUNTY) -> quality.Facts:
    return quality.by_source([load_format(source)], place)[source]


def lines(source: str) -> list[corrections.Line]:
    with acting(BY):
        return list(corrections.lines_of(source, COUNTY, AS_OF))


def told(source: str) -> set[tuple[str, str, str]]:
    return {(line.name, line.column.zh, line.code) for line in lines(source)}


def test_a_roll_is_counted_by_column_and_warning_while_it_is_read() -> None:
    found = facts("police")
    assert found.rows == 4
    assert found.rolled["filled", "phone"] == 3
    assert found.rolled["filled", "id_number"] == 3  # a claimed number is filled in
    assert found.rolled["dropped", "id_number"] == 1
    assert found.rolled["dropped", "registered_on"] == 1
    assert found.rolled["warning", "id.placeholder"] == found.rolled["warning", "id.check_digit"] == 1
    assert found.bad_numbers == 2
    assert found.cells == 4 * len(quality.needed(load_format("police")))
    assert 0 < found.filled < found.cells


def test_people_who_stand_out_are_counted_by_place() -> None:
    found = facts("police")
    assert found.people("people") == 5
    assert found.people("claimed") == 1
    assert found.people("stale") == 1
    assert found.people("far_past") == 1
    assert facts("hrss").compared["conflict", "name", "police"] == 1
    by_place = quality.by_place([load_format("police")], TOWN, Level.COMMUNITY)
    assert by_place[EAST].people("stale") == 1
    assert facts("police", EAST).rows == 4


def test_each_finding_is_a_line_with_the_row_as_it_was_sent(rolls: int) -> None:
    assert told("police") >= {
        ("孙立", "公民身份号码", "id.check_digit"), ("李无号", "公民身份号码", "column.empty"),
        ("李无号", "流入日期", "stay.far_past"), ("周久居", "流入日期", "stay.stale"),
    }  # fmt: skip
    (line,) = [one for one in lines("police") if one.code == "id.check_digit"]
    assert (line.file, line.row, line.said, line.community) == ("police.csv", 3, wrong(SUN), EAST)
    (name,) = [one for one in lines("hrss") if one.code == "conflict.name"]
    assert (name.said, name.told, name.by.zh) == ("赵春花", "赵春梅", "公安流动人口登记")


def test_what_the_receiving_bureau_may_not_see_stays_hidden() -> None:
    send("education", "学生姓名,身份证件号,出生日期,学校,学段,年级\n", f"赵春芽,{ZHAO},1990-01-01,示例小学,小学,1")
    send("hrss", HRSS, f"吴小明,{number('20100909')},2010-09-09,10055556666,示例厂,2026-05-01")
    send("education", "学生姓名,身份证件号,出生日期,学校,学段,年级\n",
         f"吴晓明,{number('20100909')},2010-09-09,示例小学,小学,6")  # fmt: skip
    found = [one for one in lines("hrss") if one.code == "conflict.name" and one.name == "吴小明"]
    other = [one for one in lines("education") if one.code == "conflict.name" and one.name == "吴晓明"]
    assert len(found) + len(other) == 1
    (line,) = found + other
    assert (line.told, "无权" in line.by.zh) == ("", True)


def test_a_corrected_roll_closes_its_findings() -> None:
    assert ("赵春花", "姓名", "conflict.name") in told("hrss")
    send("hrss", HRSS, f"赵春梅,{ZHAO},1990-01-01,10012345678,示例电子厂,2026-04-01")
    assert not {one for one in told("hrss") if one[0].startswith("赵春") and one[2] == "conflict.name"}


def test_a_value_that_half_the_roll_shares_is_told_of_the_roll() -> None:
    day = [f"{1950 + i}0{1 + i % 9}1{i % 9}" for i in range(40)]
    batch = send(
        "police", POLICE,
        *(
            f"郑某,{number(day[i])},,,{EAST},人民路{i}号,2026-0{1 + i % 9}-{1 + i % 27:02d},,"
            + ("10099990000" if i % 2 else "")
            for i in range(40)
        ),
    )  # fmt: skip
    (found,) = [one for one in quality.recurring("police", 5) if one[0].pk == batch]
    assert (found[1], dict(found[2])) == (40, {"phone": 20})


def test_the_counts_name_nobody() -> None:
    with owner_here() as owner:
        for table in ("intake_quality", "intake_quality_cell"):
            for row in owner.execute(f"SELECT * FROM {table}"):
                assert not {"赵春梅", ZHAO, "10012345678"} & {str(value) for value in row}


@pytest.fixture(scope="module")
def clients() -> dict[str, Client]:
    """Posts that look at data quality: the office, two bureaus, a worker, and one who has no business there."""
    made = {kind: signed_in(kind) for kind in ("office", "auditor")}
    made["worker"] = signed_in("worker", EAST)
    for kind, bureau in (("police", "PSB"), ("hrss", "HRS")):
        staff = org.add_staff(
            login=f"bureau-{kind}", name="孙立民", kind=PostKind(kind), division=COUNTY, titles=("局", "Bureau"),
            bureau=bureau, password="a-good-password", by=command("setup"),
        )  # fmt: skip
        made[kind] = browser_of(staff)
    return made


def test_the_command_writes_both_kinds_of_file(tongdeng: Callable[..., Any], tmp_path: Path) -> None:
    xlsx, text = tmp_path / "a.xlsx", tmp_path / "a.csv"
    answer = json.loads(tongdeng("roll", "corrections", "police", "--out", xlsx, "--json").stdout)
    assert answer["rows"] > 3
    assert xlsx.stat().st_mode & 0o777 == 0o600
    rows = CalamineWorkbook.from_path(str(xlsx)).get_sheet_by_index(0).to_python()
    assert "用途" in str(rows[0][0])
    tongdeng("roll", "corrections", "police", "--out", text)
    with text.open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.reader(stream))) == answer["rows"] + 3
    refused = tongdeng("roll", "corrections", "residents-return", "--out", xlsx, "--json")
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (2, "intake.corrections.no_people")


@pytest.mark.parametrize("who", ["office", "worker", "police"])
def test_the_pages_show_what_a_post_answers_for(clients: dict[str, Client], who: str) -> None:
    page = clients[who].get("/quality/")
    assert page.status_code == 200
    assert "流动人口登记" in page.content.decode()
    assert clients[who].get("/quality/police/").status_code == 200


def test_a_bureau_sees_its_own_source_only(clients: dict[str, Client]) -> None:
    assert "流动人口登记" not in clients["hrss"].get("/quality/").content.decode()
    assert clients["hrss"].get("/quality/police/").status_code == 404
    assert clients["hrss"].get("/quality/police/corrections/").status_code == 404
    assert clients["auditor"].get("/quality/").status_code == 403


def test_places_are_shown_down_to_the_community(clients: dict[str, Client]) -> None:
    towns = clients["office"].get("/quality/?by=town").content.decode()
    assert f"/quality/?place={TOWN}&amp;by=community" in towns
    assert f"/quality/?place={EAST}" in clients["office"].get(f"/quality/?place={TOWN}&by=community").content.decode()


def test_corrections_go_to_the_rolls_own_bureau_and_the_office_with_a_purpose(clients: dict[str, Client]) -> None:
    address = "/quality/police/corrections/"
    assert clients["worker"].get(address).status_code == 403
    assert "用来做什么" in clients["police"].get(address).content.decode()
    assert clients["police"].post(address, {"purpose": ""}).status_code == 422
    answer = clients["police"].post(f"{address}?as=csv", {"purpose": "check"})
    text = answer.content.decode("utf-8-sig")
    assert "用途：核对资料、补正名册" in text.splitlines()[0]
    assert wrong(SUN) in text
    with owner_here() as owner:
        (entry,) = owner.execute(
            "SELECT detail, cardinality(subjects) FROM audit_entry WHERE code = 'intake.corrections.exported'"
            " AND origin = 'web' ORDER BY id DESC LIMIT 1"
        )
    assert entry[0]["source"] == "police"
    assert entry[1] > 0
    assert clients["office"].post(address, {"purpose": "check"}).content.startswith(b"PK")
