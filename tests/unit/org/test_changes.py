"""A file of changes is judged against the map of the day; every fault has its row."""

from datetime import date
from typing import Any

import pytest

from tongdeng.org.changes import Plan, Planned, advance, plan
from tongdeng.org.types import ChangeKind, Level, Place, level_of

COUNTY, TOWN, OTHER = "990101000000", "990101001000", "990101002000"
A, B, C, D = "990101001001", "990101001002", "990101001003", "990101002001"
NEW, TWO = "990101001011", "990101001012"
DAY, LATER = date(2026, 7, 1), date(2026, 9, 1)


def place(code: str) -> Place:
    parent = None if code == COUNTY else COUNTY if level_of(code) is Level.TOWN else code[:9] + "000"
    return Place(code, f"社区{code[-3:]}", f"Place {code[-3:]}", level_of(code), parent)


MAP = {code: place(code) for code in (COUNTY, TOWN, OTHER, A, B, C, D)}


def line(row: int, kind: str, before: str | None, after: str | None = None, day: date = DAY, **more: Any) -> Planned:
    return Planned(row=row, starts_on=day, kind=ChangeKind(kind), before=before, after=after, **more)


def judged(*lines: Planned, newest: date | None = None) -> Plan:
    return plan(lines, lambda day: MAP, MAP.keys() | {"990101001099"}, newest)


def codes(made: Plan) -> list[tuple[int, str]]:
    return [(one.row, one.code.removeprefix("org.change.")) for one in made.faults]


def test_a_merge_into_a_new_community() -> None:
    made = judged(line(1, "merge", A, NEW, name_zh="新城"), line(2, "merge", B, NEW))
    assert not made.faults
    after = advance(MAP, made.changes)
    assert {A, B}.isdisjoint(after)
    assert (after[NEW].name_zh, after[NEW].parent) == ("新城", TOWN)


def test_a_merge_into_one_that_stays_needs_no_row_for_it() -> None:
    made = judged(line(1, "merge", A, B))
    assert not made.faults
    assert advance(MAP, made.changes).keys() == MAP.keys() - {A}


def test_a_whole_town_moves_with_its_communities() -> None:
    made = judged(line(1, "move", TOWN, "990101009000"))
    assert not made.faults
    after = advance(MAP, made.changes)
    assert {"990101009000", "990101009001", "990101009002", "990101009003"} <= after.keys()
    assert after["990101009001"].parent == "990101009000"
    assert after["990101009001"].name_zh == MAP[A].name_zh
    assert not [code for code in after if code.startswith("990101001")]


def test_a_town_that_joins_another_names_the_codes_that_would_clash() -> None:
    assert codes(judged(line(1, "merge", OTHER, TOWN))) == [(1, "code.clash")]
    made = judged(line(1, "merge", OTHER, TOWN), line(2, "move", D, "990101001021"))
    assert not made.faults
    assert advance(MAP, made.changes)["990101001021"].parent == TOWN


def test_a_new_town_gets_communities_of_an_old_one_and_that_one_goes() -> None:
    made = judged(
        line(1, "establish", None, "990101009000", name_zh="新镇"),
        line(2, "move", D, "990101009001"), line(3, "abolish", OTHER),
    )  # fmt: skip
    assert not made.faults
    assert OTHER not in advance(MAP, made.changes)


def test_a_split_that_keeps_its_own_code() -> None:
    made = judged(line(1, "split", A, NEW, name_zh="新", words=("幸福路",)), line(2, "split", A, A))
    assert not made.faults
    assert {A, NEW} <= advance(MAP, made.changes).keys()


def test_a_new_name_keeps_the_old_one_on_record() -> None:
    made = judged(line(1, "rename", A, name_zh="新名", name_en="New"))
    assert [(one.after, one.former_zh) for one in made.changes] == [(A, MAP[A].name_zh)]


def test_a_later_row_of_the_file_builds_on_an_earlier_one() -> None:
    made = judged(line(1, "move", A, NEW), line(2, "move", NEW, TWO, day=LATER))
    assert not made.faults


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line(1, "move", "990101001077", NEW)], [(1, "code.not_there")]),
        ([line(1, "move", A, B)], [(1, "code.in_use")]),
        ([line(1, "move", A, "990101001099")], [(1, "code.used_before")]),
        ([line(1, "move", A, "990101009000")], [(1, "code.level")]),
        ([line(1, "move", A, "990101009001")], [(1, "code.no_town")]),
        ([line(1, "move", A, None)], [(1, "code.missing")]),
        ([line(1, "move", None, NEW)], [(1, "code.missing")]),
        ([line(1, "move", COUNTY, "990102000000")], [(1, "county.fixed")]),
        ([line(1, "move", A, NEW), line(2, "rename", A, name_zh="新")], [(2, "code.twice")]),
        ([line(1, "move", A, NEW), line(2, "move", B, NEW)], [(1, "code.twice"), (2, "code.twice")]),
        ([line(1, "merge", A, NEW, name_zh="新")], [(1, "merge.single")]),
        ([line(1, "merge", A, NEW), line(2, "merge", B, NEW)], [(1, "name.missing"), (2, "name.missing")]),
        ([line(1, "split", A, NEW, name_zh="新")], [(1, "split.single")]),
        (
            [
                line(1, "split", A, NEW, name_zh="新", words=("x",)),
                line(2, "split", A, TWO, name_zh="二", words=("y",)),
            ],
            [(1, "split.rest")],
        ),
        ([line(1, "split", TOWN, "990101009000", name_zh="新")], [(1, "split.town")]),
        ([line(1, "move", A, NEW, words=("幸福路",))], [(1, "words.unwanted")]),
        ([line(1, "rename", A)], [(1, "name.missing")]),
        ([line(1, "abolish", A)], [(1, "abolish.community")]),
        ([line(1, "abolish", TOWN)], [(1, "abolish.not_empty")]),
        ([line(1, "establish", None, A, name_zh="新")], [(1, "code.in_use")]),
        ([], [(0, "file.empty")]),
    ],
)
def test_every_fault_is_said_at_its_row(lines: list[Planned], expected: list[tuple[int, str]]) -> None:
    assert codes(judged(*lines)) == expected


def test_nothing_is_planned_before_a_change_that_is_known_already() -> None:
    assert codes(judged(line(1, "move", A, NEW), newest=LATER)) == [(1, "order.later")]


def test_a_fault_names_fact_and_way_out_in_both_languages() -> None:
    (one,) = judged(line(1, "move", A, B)).faults
    assert one.say("zh").startswith("第1行 新代码")
    assert "row 1" in one.say("en")
    assert one.as_json("en")["code"] == "org.change.code.in_use"
