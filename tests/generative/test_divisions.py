"""Whatever changes of the map follow each other: everybody ends on the last map, at one place, and only there."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongdeng.org.changes import Planned, advance, plan
from tongdeng.org.succession import successors_of
from tongdeng.org.types import ChangeKind, Level, Place, level_of

COUNTY, TOWNS = "990101000000", ("990101001000", "990101002000")
FIRST = date(2026, 1, 1)
WORDS = ("幸福", "和平", "人民路1-9号")
ADDRESSES = (None, "幸福小区", "和平街", "人民路5号", "人民路55号")


def first_map() -> dict[str, Place]:
    codes = [COUNTY, *TOWNS, *(town[:9] + f"00{n}" for town in TOWNS for n in range(1, 4))]
    parents = {code: code[:9] + "000" for code in codes}
    return {
        code: Place(code, code, code, level_of(code), {Level.COUNTY: None, Level.TOWN: COUNTY}.get(
            level_of(code), parents[code]))
        for code in codes
    }  # fmt: skip


@st.composite
def days_of_changes(draw: st.DrawFn) -> tuple[dict[str, Place], list[Planned]]:
    """Draw some days, one sound change on each, and return the last map with all changes."""
    known, done, used = first_map(), [], set(first_map())
    for step in range(draw(st.integers(1, 5))):
        day = FIRST + timedelta(days=step)
        communities = sorted(code for code in known if level_of(code) is Level.COMMUNITY)
        fresh = [draw(st.sampled_from(TOWNS))[:9] + f"{100 + step * 2 + n}" for n in (0, 1)]
        one, other = draw(st.permutations(communities))[:2]
        kind = draw(st.sampled_from([ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.MOVE]))
        if kind is ChangeKind.MERGE:
            after = draw(st.sampled_from([fresh[0], other]))
            lines = [Planned(1, day, kind, one, after, "新")] + (
                [Planned(2, day, kind, other, after)] if after != other else []
            )
        elif kind is ChangeKind.SPLIT:
            word, rest = draw(st.sampled_from(WORDS)), draw(st.sampled_from([one, fresh[1], other]))
            lines = [Planned(1, day, kind, one, fresh[0], "甲", words=(word,)), Planned(2, day, kind, one, rest, "乙")]
        else:
            lines = [Planned(1, day, kind, one, fresh[0])]
        made = plan(lines, lambda _, now=dict(known): now, used, None)
        assert not made.faults
        known, done, used = advance(known, made.changes), done + made.changes, used | set(fresh)
    return known, done


@given(days_of_changes(), st.sampled_from(ADDRESSES))
def test_every_open_stay_ends_at_one_place_of_the_last_map(
    drawn: tuple[dict[str, Place], list[Planned]], address: str | None
) -> None:
    last, done = drawn
    told = successors_of((one.starts_on, str(one.before), one.after, one.words) for one in done)
    people = [code for code in first_map() if level_of(code) is Level.COMMUNITY]
    now = Counter(told.current(code, address=address, since=FIRST - timedelta(days=1)) for code in people)
    assert sum(now.values()) == len(people)
    assert now.keys() <= last.keys()
    for code in people:
        assert told.current(code, address=address) in told.followers(code)
        assert told.current(code, address=address, until=FIRST) == code
        assert set(told.followers(code)) <= last.keys()
