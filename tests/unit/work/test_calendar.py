"""Working days as the State Council announces them."""

from datetime import date

from tongdeng.work import calendar


def test_a_weekend_lies_between_friday_and_monday() -> None:
    assert calendar.next_working_day(date(2026, 11, 20)) == date(2026, 11, 23)
    assert calendar.working_days_between(date(2026, 11, 20), date(2026, 11, 23)) == 1


def test_the_national_holiday_is_no_working_time() -> None:
    assert calendar.next_working_day(date(2025, 9, 30)) == date(2025, 10, 9)


def test_a_weekend_worked_in_exchange_counts() -> None:
    assert calendar.is_working_day(date(2025, 9, 28))


def test_counting_backwards_is_negative() -> None:
    assert calendar.working_days_between(date(2026, 11, 23), date(2026, 11, 20)) == -1


def test_a_year_without_published_holidays_has_its_weekends() -> None:
    assert calendar.is_working_day(date(2045, 1, 2))
    assert not calendar.is_working_day(date(2045, 1, 1))
