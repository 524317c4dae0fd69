"""How the clocks of a case run: the first day, holidays, suspension, extension, and what two clocks do side by side."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongdeng.desk import clocks
from tongdeng.desk.clocks import Run
from tongdeng.desk.types import Clock, Leg

WORKING, EVERY = "working", "calendar"


def run(start: date, *legs: tuple[int, str]) -> Run:
    return Run(start, tuple(Leg(*leg) for leg in legs))


@pytest.mark.parametrize(
    ("start", "legs", "end"),
    [
        (date(2026, 2, 12), [(5, WORKING)], date(2026, 2, 26)),
        (date(2026, 4, 30), [(20, WORKING)], date(2026, 6, 1)),
        (date(2026, 11, 21), [(1, WORKING)], date(2026, 11, 23)),  # handed in on a Saturday, which is day 0
        (date(2026, 11, 22), [(5, WORKING)], date(2026, 11, 27)),  # on a Sunday: the same Friday as from the Saturday
        (date(2026, 9, 20), [(1, WORKING)], date(2026, 9, 21)),  # a Sunday that is worked is day 0 as well
        (date(2026, 9, 30), [(15, EVERY)], date(2026, 10, 15)),  # a permit's fifteen days are the calendar's
        (date(2026, 4, 30), [(20, WORKING), (10, WORKING)], date(2026, 6, 15)),
        (date(2026, 9, 16), [(15, EVERY), (10, WORKING)], date(2026, 10, 20)),  # each leg in its own days
        (date(2026, 11, 23), [(0, WORKING)], date(2026, 11, 23)),  # done while one waits
    ],
)
def test_a_term_ends_on_its_day(start, legs, end):
    assert clocks.due_on(run(start, *legs)) == end


def test_the_day_of_suspension_does_not_count_and_that_of_resumption_does():
    begun = run(date(2026, 11, 2), (5, WORKING))  # a Monday: Tuesday is the first day
    stands = clocks.pause(begun, date(2026, 11, 4))  # Wednesday
    assert clocks.used(stands, date(2026, 11, 10)) == 1
    assert clocks.due_on(stands) is None
    goes = clocks.go_on(stands, date(2026, 11, 11))
    assert clocks.used(goes, date(2026, 11, 11)) == 2
    assert clocks.due_on(goes) == date(2026, 11, 16)


def test_suspended_and_resumed_on_one_day_costs_nothing():
    begun = run(date(2026, 11, 2), (5, WORKING))
    same = clocks.go_on(clocks.pause(begun, date(2026, 11, 4)), date(2026, 11, 4))
    assert clocks.due_on(same) == clocks.due_on(begun)


def test_what_was_over_before_it_was_suspended_stays_over():
    late = clocks.pause(run(date(2026, 11, 2), (1, WORKING)), date(2026, 11, 9))
    assert clocks.due_on(late) == date(2026, 11, 3)
    assert clocks.is_over(late, date(2026, 11, 30))


def test_the_last_day_is_in_time_and_the_next_is_not_even_if_it_is_a_sunday():
    one = run(date(2026, 11, 26), (1, WORKING))  # ends on the Friday
    assert not clocks.is_over(one, date(2026, 11, 27))
    assert clocks.is_over(one, date(2026, 11, 28))


def test_what_was_stopped_in_time_is_never_over():
    one = clocks.stop(run(date(2026, 11, 2), (5, WORKING)), date(2026, 11, 9))
    assert not clocks.is_over(one, date(2027, 1, 1))
    assert clocks.used(one, date(2027, 1, 1)) == 5


def test_an_end_in_an_unpublished_year_is_marked():
    assert clocks.face(Clock.STATUTORY, run(date(2090, 12, 28), (20, WORKING)), date(2090, 12, 28)).is_provisional
    assert not clocks.face(Clock.STATUTORY, run(date(2026, 11, 2), (20, WORKING)), date(2026, 11, 2)).is_provisional


DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
LEGS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([WORKING, EVERY])), min_size=1, max_size=2)
STILL = st.lists(st.integers(0, 20), max_size=4)


def with_pauses(start: date, legs: list[tuple[int, str]], gaps: list[int]) -> Run:
    """Suspend and resume in turn, so many days after one another."""
    now, day = run(start, *legs), start
    for number, gap in enumerate(gaps):
        day += timedelta(days=gap)
        now = clocks.go_on(now, day) if number % 2 else clocks.pause(now, day)
    return now


@given(start=DAYS, legs=LEGS, gaps=STILL, later=st.integers(0, 60))
def test_no_clock_runs_backward(start, legs, gaps, later):
    now = with_pauses(start, legs, gaps)
    counted = [clocks.used(now, start + timedelta(days=step)) for step in range(later + 2)]
    assert counted == sorted(counted)


@given(start=DAYS, legs=LEGS, gaps=STILL)
def test_the_day_it_is_due_is_the_day_on_which_all_is_used_up(start, legs, gaps):
    now = with_pauses(start, legs, gaps)
    last = clocks.due_on(now)
    if last is not None:
        assert clocks.used(now, last) == now.total
        assert last == start or clocks.used(now, last - timedelta(days=1)) == max(now.total - 1, 0)


@given(start=DAYS, legs=LEGS, gaps=STILL)
def test_a_pause_never_brings_the_end_nearer(start, legs, gaps):
    end = clocks.due_on(with_pauses(start, legs, gaps))
    assert end is None or end >= clocks.due_on(run(start, *legs))


@given(start=DAYS, legs=LEGS, gaps=STILL)
def test_it_comes_back_as_it_was_kept(start, legs, gaps):
    now = with_pauses(start, legs, gaps)
    assert Run.of_json(now.as_json()) == now
