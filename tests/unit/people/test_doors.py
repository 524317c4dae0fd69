"""Stays as the door and the police state them together: one stay, whatever the order of records."""

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

from tongdeng.org.types import Successors
from tongdeng.people import identity
from tongdeng.people.types import Statement

EAST = "990101001001"
DAY = date(2026, 11, 23)


def said(record: int, source: str, on: str, as_at: str = "", **values: str) -> Statement:
    """Return a statement about the eastern community."""
    values = {"name": "郑一", "community_code": EAST, **values}
    day, at = date.fromisoformat(on), date.fromisoformat(as_at or on)
    return Statement(record, source, values, at, day, datetime(2026, 11, 1, tzinfo=UTC), bytes([record]))


def stays(*records: Statement) -> list[tuple[Any, ...]]:
    """Return the stays, the same in every order of records."""
    found = {
        tuple(
            (one.values["source"], one.values["starts_on"], one.values["ends_on"], one.values["address"])
            for one in identity.resolve(order, {}, DAY, Successors()).spells["stay"]
        )
        for order in permutations(records)
    }
    assert len(found) == 1
    return list(found.pop())


POLICE = said(1, "police", "2026-03-01", arrived_on="2026-03-01", address="旧址", registered_on="2026-03-02")
VISIT = said(2, "form", "2026-10-01", arrived_on="2026-03-01", address="新址")
LEFT = said(3, "form", "2026-11-20", arrived_on="2026-03-01", departed_on="2026-11-19")
START, END = date(2026, 3, 1), date(2026, 11, 19)


def test_a_visit_and_the_police_row_are_one_stay_and_the_newer_address_counts():
    assert stays(POLICE, VISIT) == [("police", START, None, "新址")]


def test_a_departure_told_at_the_door_ends_it_and_keeps_the_address():
    assert stays(POLICE, VISIT, LEFT) == [("police", START, END, "新址")]


def test_a_roll_that_still_lists_the_person_does_not_bring_them_back():
    again = said(4, "police", "2026-03-01", "2026-11-22", arrived_on="2026-03-01", address="旧址")
    assert stays(again, LEFT) == [("police", START, END, "旧址")]


def test_an_end_the_police_state_after_a_visit_counts():
    ended = said(4, "police", "2026-03-01", "2026-11-22", arrived_on="2026-03-01", departed_on="2026-11-21")
    assert stays(ended, VISIT)[0][2] == date(2026, 11, 21)


def test_a_stay_left_on_the_day_of_arrival_was_never_a_day():
    assert stays(said(3, "form", "2026-11-20", arrived_on="2026-03-01", departed_on="2026-03-01")) == []


def test_a_lease_that_runs_on_keeps_nobody_where_the_door_says_they_left():
    lease = said(5, "housing", "2026-02-01", leased_from="2026-02-01", address="旧址")
    assert [(one[0], one[2]) for one in stays(lease, POLICE, LEFT)] == [("housing", END), ("police", END)]
