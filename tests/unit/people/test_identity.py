"""`resolve`: a person is what their records say, in whatever order they came."""

from datetime import UTC, date, datetime
from itertools import permutations

from tongdeng.people.identity import resolve
from tongdeng.people.types import Statement

RANKS = {
    "name": {"police": 0, "hrss": 1},
    "born_on": {"police": 0, "hrss": 1},
    "sex": {"police": 0, "hrss": 1},
    "id_number": {"police": 0, "hrss": 1},
    "phone": {"hrss": 0, "police": 1},
    "address": {"police": 0, "housing": 1},
}
DAY = date(2026, 11, 23)
EAST, WEST = "990101001001", "990101002001"


def said(record, source, on, at=1, **values) -> Statement:
    day = date.fromisoformat(on)
    return Statement(record, source, values, day, day, datetime(2026, 11, at, tzinfo=UTC), bytes([record]))


def test_the_better_believed_source_wins_over_a_newer_one():
    records = [said(1, "police", "2026-01-01", name="赵春梅"), said(2, "hrss", "2026-06-01", name="赵春美")]
    believed = resolve(records, RANKS, DAY).attributes["name"]
    assert (believed.value, believed.records, believed.is_disputed) == ("赵春梅", (1, 2), True)


def test_within_a_rank_the_newer_row_wins_by_its_own_date_not_by_its_arrival():
    records = [said(1, "police", "2026-06-01", at=1, address="新"), said(2, "police", "2026-01-01", at=9, address="旧")]
    assert resolve(records, RANKS, DAY).attributes["address"].value == "新"


def test_a_source_without_a_rank_for_an_attribute_never_gives_it():
    profile = resolve([said(1, "housing", "2026-01-01", name="赵春梅")], RANKS, DAY)
    assert "name" not in profile.attributes


def test_a_valid_number_decides_birth_date_and_sex_and_the_dispute_stays_visible():
    records = [
        said(1, "police", "2026-01-01", born_on="1992-04-13", sex="male"),
        said(2, "hrss", "2026-01-01", id_number="990102199204121223"),
    ]
    found = resolve(records, RANKS, DAY).attributes
    assert (found["born_on"].value, found["sex"].value) == ("1992-04-12", "female")
    assert found["born_on"].is_disputed
    assert set(found["born_on"].records) == {1, 2}


def test_the_order_of_imports_never_matters():
    records = [
        said(1, "police", "2026-01-01", name="甲", phone="1", address="a"),
        said(2, "hrss", "2026-01-01", name="乙", phone="2"),
        said(3, "police", "2026-01-01", name="丙", address="c"),
        said(4, "hrss", "2026-03-01", phone="4"),
    ]
    profiles = [resolve(order, RANKS, DAY).attributes for order in permutations(records)]
    assert all(profile == profiles[0] for profile in profiles)


def test_a_person_lives_where_the_newest_open_stay_is_and_nowhere_when_all_have_ended():
    first = said(1, "police", "2025-01-01", community_code=EAST, arrived_on="2025-01-01")
    second = said(2, "police", "2026-05-01", community_code=WEST, arrived_on="2026-05-01")
    left = said(3, "police", "2026-06-01", community_code=WEST, arrived_on="2026-05-01", departed_on="2026-06-01")
    assert resolve([first, second], RANKS, DAY).community == WEST
    assert resolve([first, second, left], RANKS, DAY).community == EAST
    assert resolve([left], RANKS, date(2026, 6, 1)).community is None
    assert resolve([left], RANKS, date(2026, 5, 31)).community == WEST


def test_two_rows_that_tell_of_the_same_stay_are_one_and_the_newer_states_it():
    older = said(1, "police", "2026-01-02", community_code=EAST, arrived_on="2026-01-01", lodging="rented")
    newer = said(2, "police", "2026-03-02", community_code=EAST, arrived_on="2026-01-01", lodging="owned")
    (stay,) = resolve([newer, older], RANKS, DAY).spells["stay"]
    assert (stay.record_id, stay.values["lodging"]) == (2, "owned")


def test_a_permit_number_without_its_date_counts_from_the_rolls_as_at():
    (permit,) = resolve([said(1, "police", "2026-03-01", permit_number="J1")], RANKS, DAY).spells["permit"]
    assert permit.values["issued_on"] == date(2026, 3, 1)
