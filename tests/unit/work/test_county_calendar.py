"""A county's own table of a year goes before the country's; years nobody has published are marked."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from tongdeng.work import calendar

MADE_UP = "off = [2026-11-24]\nworked = [2026-11-28]\n"


@pytest.fixture
def own_tables(settings, tmp_path: Path):
    settings.TONGDENG_LAW = tmp_path
    (tmp_path / "working_days").mkdir()
    calendar.look_again()
    yield tmp_path / "working_days"
    calendar.look_again()


# Day 0 is the start and does not count; the State Council's table of 2026, with its worked weekends.
@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)), (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 9, 18), 3, date(2026, 9, 22)), (date(2026, 9, 24), 5, date(2026, 10, 9)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)), (date(2026, 4, 30), 20, date(2026, 6, 1)),
        (date(2026, 1, 2), 1, date(2026, 1, 4)),
    ],
)  # fmt: skip
def test_a_term_of_working_days_ends_across_holidays_and_worked_weekends(start, days, end):
    assert calendar.add_days(start, days) == end


def test_2026_has_248_working_days():
    assert calendar.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_calendar_days_pass_over_nothing():
    assert calendar.add_days(date(2026, 9, 30), 15, calendar.EVERY) == date(2026, 10, 15)


def test_a_term_of_no_days_ends_on_its_first_day():
    assert calendar.add_days(date(2026, 10, 1), 0) == date(2026, 10, 1)


def test_the_countys_own_days_go_before_the_countrys(own_tables):
    (own_tables / "2026.toml").write_text(MADE_UP, encoding="utf-8")
    assert calendar.add_days(date(2026, 11, 23), 1) == date(2026, 11, 25)
    assert calendar.is_working_day(date(2026, 11, 28))  # a Saturday
    assert not calendar.is_working_day(date(2026, 10, 1))  # the rest of the year is the country's


def test_a_year_nobody_has_published_is_provisional_until_the_county_says_it_is_complete(own_tables):
    day = date(2090, 3, 1)
    assert calendar.is_provisional(day)
    (own_tables / "2090.toml").write_text("off = [2090-03-02]\nis_complete = true\n", encoding="utf-8")
    calendar.look_again()
    assert not calendar.is_provisional(day)
    assert calendar.add_days(day, 1) == date(2090, 3, 3)


def test_a_day_that_the_county_adds_counts_within_a_minute_in_a_process_that_runs(own_tables, monkeypatch):
    now = [10_000.0]
    monkeypatch.setattr(calendar, "time", SimpleNamespace(monotonic=lambda: now[0]))
    assert calendar.is_working_day(date(2026, 11, 24))
    (own_tables / "2026.toml").write_text(MADE_UP, encoding="utf-8")
    now[0] += calendar.FRESH
    assert not calendar.is_working_day(date(2026, 11, 24))


def test_a_published_year_is_not_provisional():
    assert not calendar.is_provisional(date(2026, 12, 31))
