"""Who is called next, how long it takes, and which times a day has: pure code, and the law file behind it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lines import lines_of
from tongdeng.hall import plans
from tongdeng.hall.waiting import Waiting, minutes_each, minutes_to_wait, next_of, preferred_run
from tongdeng.kernel import clock
from tongdeng.rules.loader import load

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=clock.CHINA)
COUNTY, TOWN, EAST, ELSEWHERE = "990101000000", "990101001000", "990101001001", "990101002001"


def one(
    number: int, minutes: int, *, first: bool = False, due: int | None = None, window: int | None = None
) -> Waiting:
    due_at = NOW + timedelta(minutes=due) if due is not None else None
    return Waiting(number, "residence", first, due_at, window, NOW - timedelta(minutes=minutes))


def called(*line: Waiting, before: int = 0, staffed: tuple[int, ...] = (1, 2)) -> int | None:
    return next_of(line, window=1, businesses=["residence"], staffed=staffed, now=NOW, preferred_before=before, most=2)


def test_whoever_waited_longest_comes_first():
    assert called(one(1, 5), one(2, 20), one(3, 10)) == 2
    assert called() is None


def test_priority_and_a_time_that_has_come_go_first_but_not_for_ever():
    line = (one(1, 50), one(2, 5, first=True), one(3, 4, due=-1))
    assert called(*line) == 2
    assert called(*line, before=1) == 2
    assert called(*line, before=2) == 1  # the ordinary line moves, too
    assert called(one(2, 5, first=True), before=2) == 2  # nobody else is there


def test_whoever_comes_too_early_for_an_appointment_stands_in_the_ordinary_line():
    assert called(one(1, 9), one(2, 8, due=20)) == 1


def test_what_was_handed_over_waits_for_that_window_while_somebody_sits_there():
    assert called(one(1, 50, window=2), one(2, 5)) == 2
    assert called(one(1, 5, window=1), one(2, 9, window=2)) == 1
    assert called(one(1, 50, window=2), one(2, 5), staffed=(1,)) == 1  # window 2 has closed meanwhile


@given(lines_of(NOW), st.integers(0, 3))
def test_nobody_is_overtaken_within_the_own_line_and_everybody_is_called_some_day(line, before):
    left, order, run = list(line), [], before
    while left:
        number = next_of(left, window=1, businesses=["residence"], staffed=(1,), now=NOW, preferred_before=run, most=2)
        if number is None:
            break
        chosen = next(entry for entry in left if entry.id == number)
        is_first = chosen.is_preferred(NOW)
        left.remove(chosen)
        if is_first and run >= 2:
            assert not any(not entry.is_preferred(NOW) and entry.business == "residence" for entry in left)
        run = run + 1 if is_first else 0
        order.append(chosen)
    assert {entry.id for entry in line if entry.business == "residence"} <= {entry.id for entry in order}
    for is_first in (True, False):
        kind = [(entry.waits_since, entry.id) for entry in order if entry.is_preferred(NOW) is is_first]
        assert kind == sorted(kind)


def test_a_run_ends_with_the_newest_ordinary_call():
    assert [preferred_run(calls) for calls in ([], [True, True], [True, False, True], [False, True])] == [0, 2, 1, 0]


def test_the_expected_time_is_measured_shared_by_windows_and_rounded_up():
    assert minutes_each([], 12) == 12
    assert minutes_each([4.0, 5.0], 12) == 12  # two say too little
    assert minutes_each([4.0, 6.0, 90.0], 12) == 6
    waits = [minutes_to_wait(ahead, windows, 10) for ahead, windows in ((0, 2), (1, 2), (3, 2), (3, 0))]
    assert waits == [0, 5, 15, 30]


# ---- the law file ----


def test_every_service_has_a_kind_of_business_and_every_kind_stands_somewhere():
    law = load(plans.settings.TONGDENG_LAW)
    assert [code for code in law.services if plans.business_of(code) is None] == []
    county = plans.plan_of(COUNTY)
    assert county is not None
    assert set(plans.served_here(county)) == set(plans.businesses())
    letters = [kind.letter for kind in plans.businesses().values()]
    assert len(set(letters)) == len(letters)
    for code in (COUNTY, TOWN, EAST):
        plan = plans.plan_of(code)
        assert plan is not None
        named = {kind for kinds in plan.windows.values() for kind in kinds} | set(plan.places)
        assert named <= set(plans.businesses())
        assert all(first < last for first, last in plan.hours)


def test_everybody_has_a_hall_near_home_and_none_of_another_town():
    assert [plan.division for plan in plans.halls_for(EAST)] == [EAST, TOWN, COUNTY]
    assert ELSEWHERE not in [plan.division for plan in plans.halls_for(EAST)]


@pytest.mark.parametrize(
    ("day", "slots"),
    [(date(2026, 11, 23), 14), (date(2026, 11, 22), 0), (date(2025, 10, 1), 0), (date(2025, 9, 28), 14)],
    ids=["a Monday", "a Sunday", "the national holiday", "a Sunday worked in exchange"],
)
def test_a_day_has_its_slots_if_offices_are_open(day, slots):
    plan = plans.plan_of(COUNTY)
    assert plan is not None
    found = plans.slots_on(plan, day)
    assert len(found) == slots
    assert [at.strftime("%H:%M") for at in found[6:8]] == (["11:30", "14:00"] if slots else [])


def test_a_slot_that_begins_at_once_is_for_whoever_takes_a_number():
    assert plans.is_in_time(NOW + timedelta(minutes=30), NOW)
    assert not plans.is_in_time(NOW + timedelta(minutes=29), NOW)
    assert plans.can_move_up(NOW + timedelta(hours=2), NOW)
    assert not plans.can_move_up(NOW + timedelta(minutes=119), NOW)
