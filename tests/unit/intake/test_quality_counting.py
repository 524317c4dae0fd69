"""Counting a roll while it is read: what is filled, dropped, warned of, and what recurs."""

from datetime import date
from itertools import count
from typing import Any

from tests.unit.intake.cast import COMMUNITIES, GOOD, SERVICES, TODAY, csv_bytes
from tongdeng.intake.formats import load_format, sources
from tongdeng.intake.quality import Counter
from tongdeng.intake.quality.terms import Terms, terms
from tongdeng.intake.rolls import read_roll

COUNTY = "990101000000"
HERE = sorted(COMMUNITIES)[0]
TERMS = Terms(
    stale_after_days=400, far_past_years=40, conflicts=(), needed={}, recurring={"phone": (3, 0.1)}, ages=(30, 90),
    timely_days=90,
)  # fmt: skip
HEAD = "姓名,公民身份号码,性别,社区代码,现居住地址,流入日期,登记日期,联系电话\n"


def counted(*lines: str, as_at: date = TODAY) -> Counter:
    counter = Counter(load_format("police"), as_at=as_at, county=COUNTY, by=TERMS)
    stream = read_roll(
        "police", (HEAD + "\n".join(lines)).encode(), today=TODAY, communities=COMMUNITIES, services=SERVICES,
        name="x.csv", block=2,
    )  # fmt: skip
    for block in stream.taking(count().__next__):
        counter.add(block, block.good())
    return counter


def line(name: str, phone: str = "", *, number: str = "", code: str = HERE, arrived: str = "2026-01-05") -> str:
    return f"{name},{number},男,{code},人民路1号,{arrived},,{phone or '10012345678'}"


def test_a_claimed_number_is_filled_in_and_a_placeholder_is_not() -> None:
    counter = counted(line("甲", number="990203199001013312"), line("乙", number="000000000000000000"))
    assert counter.tally[HERE, "filled", "id_number"] == 1
    assert counter.tally[HERE, "dropped", "id_number"] == 1
    assert counter.tally[HERE, "warning", "id.placeholder"] == 1


def test_rows_given_back_are_counted_by_reason_and_not_as_rows() -> None:
    counter = counted(line("甲"), line("乙", code="990101999999"), line("丙", arrived="不知道"))
    assert counter.tally[HERE, "rows", ""] == counter.rows == 1
    assert counter.tally[COUNTY, "rejected", "community.unknown"] == 1
    assert counter.tally[HERE, "rejected", "date.unreadable"] == 1


def test_rows_fall_into_bands_by_their_own_date() -> None:
    day = TODAY.isoformat()
    counter = counted(line("甲", arrived=day), line("乙", arrived="2020-01-01"))
    assert counter.tally[HERE, "age", "30"] == counter.tally[HERE, "age", "older"] == 1


def test_a_value_recurs_only_when_it_is_enough_and_a_large_part_of_the_roll() -> None:
    few = [line(f"人{i}", f"1001234{i:04d}") for i in range(30)]
    assert counted(*few, *(line(f"同{i}", "10099990000") for i in range(4))).recurring() == {"phone": 4}
    assert counted(*few, *(line(f"同{i}", "10099990000") for i in range(3))).recurring() == {}


def test_parts_of_a_roll_counted_apart_add_up() -> None:
    lines = [line(f"人{i}", "10099990000" if i % 2 else "") for i in range(8)]
    whole, part = counted(*lines), counted(*lines[:3])
    part.merge(counted(*lines[3:]))
    assert (part.tally, part.rows, part.recurring()) == (whole.tally, whole.rows, whole.recurring())


def test_nothing_of_a_sealed_roll_is_counted() -> None:
    counter = Counter(load_format("immunisation"), as_at=TODAY, county=COUNTY, by=TERMS)
    rows = next(
        read_roll(
            "immunisation", csv_bytes(list(GOOD["immunisation"]), [list(GOOD["immunisation"].values())]), today=TODAY,
            communities=COMMUNITIES, services=SERVICES,
        ).taking(count().__next__)
    )  # fmt: skip
    assert len(rows.numbers) == 1
    counter.add(rows, rows)
    assert counter.lines(1) == []


def test_the_countys_terms_name_columns_that_there_are() -> None:
    known: dict[str, Any] = {source: {column.key for column in load_format(source).columns} for source in sources()}
    every = set().union(*known.values()) | {"id_claimed"}
    assert {
        source: set(needed) - known[source] for source, needed in terms().needed.items() if set(needed) - known[source]
    } == {}
    assert {*terms().recurring, *terms().conflicts} <= every
    assert terms().timely_days in terms().ages
