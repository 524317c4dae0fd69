"""Dwellings: a stable id whatever the spelling and the order of rolls, and a history of inspections."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from tests.databases import AS_OF, SmallCounty, owner_here
from tests.posts import EAST, WEST, staffed
from tongdeng.access.selectors import acting
from tongdeng.intake import actions as intake
from tongdeng.kernel.citizen_id import check_character
from tongdeng.people import actions as people
from tongdeng.people.exports import dwellings

HEAD = (
    "房屋地址", "社区代码", "房屋类型", "房主姓名", "承租人姓名", "承租人证件号", "起租日期", "退租日期",
    "安全检查日期", "检查结果",
)  # fmt: skip
ADDRESS = "和平路88号院2单元101"


def number(first17: str) -> str:
    """Return an id number with its check character."""
    return first17 + check_character(first17)


TENANT = ("钱大壮", number("99018119900101123"), "2026-01-05")


def take_in(rows: list[tuple[str, ...]], file: Path, by: Any, as_at: date = AS_OF) -> int:
    """Import a housing roll of these rows and return its batch."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEAD, *rows])
    batch = intake.receive_roll(source="housing", path=file, as_at=as_at, by=by)
    intake.import_roll(batch_id=batch, path=file, by=by)
    return batch


def homes(place: str = EAST, **wanted: Any) -> list[dwellings.Home]:
    """Return the dwellings that the housing bureau sees in a place."""
    with acting(staffed("housing")):
        return dwellings.listed(dwellings.Wanted(place, AS_OF, page=None, **wanted))


def home(text: str) -> dwellings.Home:
    """Return the dwelling at an address."""
    (found,) = (one for one in homes() if one.address.replace(" ", "").startswith(text))
    return found


def test_one_dwelling_however_it_is_spelt_and_counted_once_for_two_tenants(
    small_county: SmallCounty, job_login: Callable[..., Any], tmp_path: Path
) -> None:
    other = ("孙二娘", number("99018119910202123"), "2026-03-01")
    with job_login() as by:
        take_in(
            [
                (ADDRESS, EAST, "成套住宅", "李房东", *TENANT, "", "2026-02-01", "合格"),
                ("和平路 八十八号院２单元101", EAST, "", "", *other, "", "", ""),
            ],
            tmp_path / "a.csv", by,
        )  # fmt: skip
    found = [one for one in homes() if "88号" in one.address or "八十八" in one.address]
    assert len(found) == 1
    assert (found[0].tenants, found[0].landlord, found[0].kind) == (2, "李房东", "flat")
    assert (found[0].inspected_on, found[0].due_on) == (date(2026, 2, 1), date(2027, 2, 1))
    with acting(staffed("housing")):
        assert [one.tenant for one in dwellings.leases(found[0].dwelling_id)] == ["孙**", "钱**"]


def test_the_newer_roll_states_it_in_whatever_order_they_come(
    small_county: SmallCounty, job_login: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [
        ("新路1号", EAST, "平房", "老房东", *TENANT, "", "2025-01-10", "需整改"),
        ("新路1号", EAST, "成套住宅", "新房东", *TENANT, "", "2026-01-10", "合格"),
        ("旧路1号", EAST, "成套住宅", "新房东", *TENANT, "", "2026-01-10", "合格"),
        ("旧路1号", EAST, "平房", "老房东", *TENANT, "", "2025-01-10", "需整改"),
    ]
    with job_login() as by:
        for at, (row, day) in enumerate(zip(rows, (date(2026, 1, 1), AS_OF, AS_OF, date(2026, 1, 1)), strict=True)):
            take_in([row], tmp_path / f"{at}.csv", by, day)
    for name in ("新路1号", "旧路1号"):
        one = home(name)
        assert (one.landlord, one.kind, one.result, one.inspected_on) == ("新房东", "flat", "passed", date(2026, 1, 10))
        with acting(staffed("housing")):
            assert [i.inspected_on.year for i in dwellings.inspections(one.dwelling_id)] == [2026, 2025]


def test_a_withdrawn_roll_takes_back_what_it_said_and_the_id_stays(
    small_county: SmallCounty, job_login: Callable[..., Any], tmp_path: Path
) -> None:
    first = ("回路1号", EAST, "平房", "甲", *TENANT, "", "2025-11-01", "合格")
    second = ("回路1号", EAST, "成套住宅", "乙", *TENANT, "", "2026-11-01", "需整改")
    with job_login() as by:
        take_in([first], tmp_path / "1.csv", by, date(2026, 1, 1))
        before = home("回路1号")
        newer = take_in([second], tmp_path / "2.csv", by)
        assert home("回路1号").landlord == "乙"
        intake.withdraw_batch(batch_id=newer, reason="导错了", by=by)
        assert home("回路1号") == before
        again = take_in([second], tmp_path / "2.csv", by)
        assert home("回路1号").dwelling_id == before.dwelling_id
        intake.withdraw_batch(batch_id=again, reason="导错了", by=by)


def test_a_dwelling_nobody_speaks_of_any_more_is_not_listed(
    small_county: SmallCounty, job_login: Callable[..., Any], tmp_path: Path
) -> None:
    row = ("空路1号", EAST, "平房", "甲", "", "", "", "", "", "")
    with job_login() as by:
        batch = take_in([row], tmp_path / "1.csv", by)
        kept = home("空路1号")
        assert (kept.state, kept.is_let) == ("vacant", False)
        intake.withdraw_batch(batch_id=batch, reason="导错了", by=by)
        assert "空路1号" not in {one.address for one in homes()}
        take_in([row], tmp_path / "1.csv", by)
        assert home("空路1号").dwelling_id == kept.dwelling_id


def test_overdue_inspections_come_first_and_the_rule_knows_dormitories(
    small_county: SmallCounty, job_login: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [
        ("宿舍路1号", EAST, "集体宿舍", "厂", *TENANT, "", "2026-05-01", "合格"),  # six months: over since 1 November
        ("住宅路1号", EAST, "成套住宅", "甲", *TENANT, "", "2025-12-10", "合格"),  # a year: due in December
        ("整改路1号", EAST, "成套住宅", "甲", *TENANT, "", "2026-10-01", "需整改"),  # thirty days: over
        ("未检路1号", EAST, "成套住宅", "甲", *TENANT, "", "", ""),
        ("新租路1号", EAST, "成套住宅", "甲", *TENANT[:2], "2026-11-20", "", "", ""),
    ]
    with job_login() as by:
        take_in(rows, tmp_path / "1.csv", by)
    states = {name: home(name).state for name in ("宿舍路", "住宅路", "整改路", "未检路", "新租路")}
    assert states == {
        "宿舍路": "overdue", "住宅路": "soon", "整改路": "overdue", "未检路": "never", "新租路": "soon",
    }  # fmt: skip
    order = [one.state for one in homes()]
    ranks = [{"never": 0, "overdue": 0, "soon": 1, "ok": 2, "vacant": 3}[state] for state in order]
    assert ranks == sorted(ranks)
    with acting(staffed("housing")):
        counts = dwellings.counts(dwellings.Wanted(EAST, AS_OF))
    assert counts["late"] == sum(rank == 0 for rank in ranks)
    assert counts["let"] + counts["vacant"] == counts[""] == len(order)


def test_an_inspection_is_recorded_and_taken_back_by_who_made_it(small_county: SmallCounty) -> None:
    before = homes()[0]
    worker, other = staffed("worker", EAST), staffed("clerk")
    with acting(worker):
        record = people.record_inspection(
            dwelling_id=before.dwelling_id, inspected_on=AS_OF, result="repair", to_mend="燃气软管老化",
            next_due_on=date(2026, 12, 1), by=worker,
        )  # fmt: skip
    assert record
    after = home(before.address)
    assert (after.inspected_on, after.result, after.due_on) == (AS_OF, "repair", date(2026, 12, 1))
    assert (after.landlord, after.kind, after.address) == (before.landlord, before.kind, before.address)
    with acting(other):
        assert people.take_back_statement(record_id=record, by=other) is None
    with acting(worker):
        assert people.take_back_statement(record_id=record, by=worker)
    assert home(before.address) == before


def test_a_worker_of_another_community_sees_and_enters_nothing(small_county: SmallCounty) -> None:
    one, stranger = homes()[0], staffed("worker", WEST)
    with acting(stranger):
        assert dwellings.find(one.dwelling_id, AS_OF) is None
        assert dwellings.listed(dwellings.Wanted(EAST, AS_OF)) == []
        assert people.record_inspection(
            dwelling_id=one.dwelling_id, inspected_on=AS_OF, result="passed", to_mend=None, next_due_on=None,
            by=stranger,
        ) is None  # fmt: skip
    assert homes()[0] == one


def test_every_statement_belongs_to_a_dwelling_of_its_place(small_county: SmallCounty) -> None:
    with owner_here() as owner:
        for table in ("people_dwelling", "people_dwelling_statement"):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        strays = owner.execute(
            "SELECT count(*) FROM people_dwelling_statement s LEFT JOIN people_dwelling d ON d.id = s.dwelling_id"
            " WHERE d.id IS NULL OR d.territory <> s.territory"
        ).fetchone()
        for table in ("people_dwelling", "people_dwelling_statement"):
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    assert strays == (0,)
