"""What forms and addresses carry is a whole number or a day, or nothing: never an error."""

from datetime import date

import pytest

from tongdeng.sites.shell.typed import read_day, whole


@pytest.mark.parametrize("text", ["", "-1", "1.5", " 7", "７", "²", "9" * 19, "9" * 5000, "a"])
def test_what_is_no_whole_number_of_ours_is_none(text):
    assert whole(text) is None


def test_a_whole_number_is_read_up_to_what_the_database_holds():
    assert (whole("0"), whole("007"), whole("9" * 18)) == (0, 7, 10**18 - 1)
    assert whole("12345", 4) is None


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "2026-11-23T10:00", " 2026-11-23", "23.11.2026", "9" * 5000, "0000-01-01"]
)
def test_what_is_no_day_is_none(text):
    assert read_day(text) is None


def test_a_day_is_read():
    assert read_day("2024-02-29") == date(2024, 2, 29)
