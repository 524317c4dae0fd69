"""What a snapshot says of vocabulary, age and residence: true on a day by its own dates, and nothing else."""

from datetime import date

import pytest

from tests.integration.snapshots.tables import EAST, HELPERS, TYPES, WEST, law_facts


def test_every_column_is_a_fact_of_the_law_with_its_type(county):
    county.run(["2026-11-23"])
    columns = {row[0]: row[1] for row in county.connection.execute("DESCRIBE facts").fetchall()}
    facts = law_facts()
    assert set(columns) - set(facts) == HELPERS
    assert {name: columns[name] for name in columns if name in facts} == {
        name: TYPES[facts[name]["type"]] for name in columns if name in facts
    }


def test_a_fact_without_a_column_names_the_bureau_that_could_say_it(county):
    county.run(["2026-11-23"])
    columns = {row[0] for row in county.connection.execute("DESCRIBE facts").fetchall()}
    without = {name: fact for name, fact in law_facts().items() if name not in columns}
    assert without
    assert all("holder" in fact and "source" not in fact for fact in without.values())


@pytest.mark.parametrize(("day", "is_fresh"), [("2026-11-23", True), ("2027-05-05", True), ("2027-05-06", False)])
def test_absence_means_what_the_vocabulary_says_for_400_days(county, day, is_fresh):
    county.person(born_on=None, hukou_division=None)
    county.rolls("2026-03-31")
    row = county.on(day)
    meant = {name: fact.get("when_absent") if is_fresh else None for name, fact in law_facts().items()}
    assert {name: row[name] for name in meant if name in row} == {name: meant[name] for name in meant if name in row}


def test_a_roll_speaks_for_400_days_before_it_too(county):
    county.person()
    county.rolls("2026-11-23")
    assert county.over("pension_enrolled", "2025-10-18", "2025-10-19") == [None, False]


def test_months_are_complete_on_the_last_day_of_a_shorter_month(county):
    county.person()
    county.stay("2025-08-31")
    assert county.over("residence_months", "2025-09-29", "2025-09-30", "2026-02-27", "2026-02-28") == [0, 1, 5, 6]


def test_born_on_29_february_is_a_year_older_on_28_february(county):
    county.person(born_on="2020-02-29")
    assert county.over("age_years", "2026-02-27", "2026-02-28") == [5, 6]
    assert county.over("age_days", "2020-02-28", "2020-03-01") == [None, 1]


def test_school_begins_after_turning_six_by_the_end_of_august(county):
    county.person(1, born_on="2019-08-31")
    county.person(2, born_on="2019-09-01")
    assert county.over("school_entry_on", "2026-01-01") == [date(2025, 9, 1), date(2026, 9, 1)]


def test_the_day_of_departure_is_the_first_day_absent(county):
    county.person()
    county.stay("2026-01-10", "2026-06-01")
    days = ("2026-01-09", "2026-01-10", "2026-05-31", "2026-06-01")
    assert county.over("lives_here", *days) == [False, True, True, False]
    assert county.over("is_migrant", "2026-05-31", "2026-06-01") == [True, False]


def test_somebody_without_any_stay_lives_nobody_knows_where(county):
    county.person()
    county.rolls("2026-11-23")
    assert county.on("2026-11-23")["lives_here"] is None


def test_touching_and_overlapping_stays_are_unbroken_and_one_day_breaks_them(county):
    for n, second in ((1, "2026-03-01"), (2, "2026-02-10"), (3, "2026-03-02")):
        county.person(n)
        county.stay("2025-01-01", "2026-03-01", n)
        county.stay(second, None, n, community=WEST)
    assert county.over("residence_months", "2026-07-02") == [18, 18, 4]


def test_a_short_stay_inside_a_long_one_breaks_nothing(county):
    county.person()
    county.stay("2025-01-01", "2026-03-01")
    county.stay("2025-02-01", "2025-03-01", community=WEST)
    county.stay("2026-03-01")
    assert county.over("residence_months", "2026-07-01") == [18]


@pytest.mark.parametrize("columns", [{}, {"source": "form"}, {"registered_on": "2026-03-05"}])
def test_an_only_stay_gives_what_it_gives_after_a_former_one(county, columns):
    for n in (1, 2):
        county.person(n)
        county.stay("2026-03-01", "2026-09-01", n, lodging="rented", **columns)
    county.stay("2015-01-01", "2016-01-01", 2, community=WEST)
    rows = county.run(["2026-02-28", "2026-03-01", "2026-03-05", "2026-09-01"])
    assert [{**row, "n": 2} for row in rows[:4]] == rows[4:]


def test_the_more_believed_stay_is_chosen_then_the_newer(county):
    county.person()
    county.stay("2025-01-01", community=EAST, rank=1)
    county.stay("2026-01-01", community=WEST, rank=2, source="housing")
    county.stay("2026-06-01", community=WEST, rank=1, source="form")
    assert county.over("community", "2026-05-31", "2026-06-01") == [EAST, WEST]
    assert county.over("arrived_on", "2026-05-31", "2026-06-01") == [date(2025, 1, 1), date(2026, 6, 1)]


def test_a_move_asks_for_a_new_registration(county):
    county.person()
    county.rolls("2026-11-23")
    county.stay("2025-01-01", registered_on="2025-01-03")
    county.stay("2026-06-01", community=WEST, source="form")
    assert county.over("has_residence_registration", "2026-05-31", "2026-06-01") == [True, False]
    assert county.over("residence_registered_on", "2026-05-31", "2026-06-01") == [date(2025, 1, 3), None]


def test_a_visit_to_a_registered_place_keeps_its_registration(county):
    county.person()
    county.stay("2025-01-01", registered_on="2025-01-03")
    county.stay("2026-06-01", source="form")
    row = county.on("2026-11-23")
    assert (row["arrived_on"], row["residence_registered_on"]) == (date(2025, 1, 1), date(2025, 1, 3))


def test_a_registration_counts_from_its_day(county):
    county.person()
    county.stay("2026-01-10", registered_on="2026-01-20")
    assert county.over("has_residence_registration", "2026-01-19", "2026-01-20") == [False, True]


def test_a_registration_without_its_date_counts_from_the_day_we_heard(county):
    county.person()
    county.stay("2026-01-10", recorded_on="2026-03-01")
    assert county.over("has_residence_registration", "2026-02-28", "2026-03-01") == [None, True]


def test_an_unknown_hukou_is_a_migrant_with_a_police_row_only(county):
    county.person(1, hukou_division=None)
    county.person(2, hukou_division=None, has_police_row=False)
    county.person(3, hukou_division="990101")
    for n in (1, 2, 3):
        county.stay("2026-01-10", None, n)
    rows = county.run(["2026-02-01"])
    assert [row["is_migrant"] for row in rows] == [True, False, False]
    assert [row["is_outside_county_hukou"] for row in rows] == [None, None, False]
