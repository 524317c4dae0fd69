"""The facts a snapshot gives, on plain tables: what is true on a day by its own dates, and nothing else."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "tongdeng/snapshots/facts").glob("*.sql"))
TABLES = """
CREATE TABLE setting (county VARCHAR);
CREATE TABLE person (n BIGINT, born_on DATE, sex VARCHAR, hukou_division VARCHAR, has_police_row BOOLEAN,
    marital_status VARCHAR, education_level VARCHAR, community VARCHAR);
CREATE TABLE stay (n BIGINT, community VARCHAR, starts_on DATE, ends_on DATE, registered_on DATE, recorded_on DATE,
    lodging VARCHAR, reason VARCHAR, source VARCHAR, rank BIGINT);
CREATE TABLE permit (n BIGINT, issued_on DATE, endorsed_on DATE, stated_on DATE);
CREATE TABLE job (n BIGINT, form VARCHAR, starts_on DATE, ends_on DATE, as_at DATE);
CREATE TABLE insurance (n BIGINT, form VARCHAR, since DATE, pension_type VARCHAR, pension_enrolled_on DATE,
    unemployment_months BIGINT,
    work_injury_enrolled_on DATE, medical_type VARCHAR, contribution_months BIGINT, as_at DATE);
CREATE TABLE schooling (n BIGINT, stage VARCHAR, grade BIGINT, enrolled_on DATE, as_at DATE);
CREATE TABLE tenancy (n BIGINT, community VARCHAR, starts_on DATE, ends_on DATE, lease_number_known BOOLEAN,
    as_at DATE);
CREATE TABLE source_roll (source VARCHAR, as_at DATE); CREATE TABLE subject (n BIGINT, day DATE);
INSERT INTO setting VALUES ('990101');
"""
EAST, WEST = "990101001001", "990101002001"
TYPES = {"integer": "BIGINT", "decimal": "DECIMAL(18,2)", "boolean": "BOOLEAN", "code": "VARCHAR", "date": "DATE"}
HELPERS = {"n", "day", "community", "is_migrant"}


def law_facts() -> dict[str, dict[str, Any]]:
    """Return the vocabulary as it is written."""
    return yaml.safe_load((ROOT / "law/facts.yaml").read_text(encoding="utf-8"))["facts"]


class County:
    """Tables of a snapshot, filled by a test, and the facts they give."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(TABLES)

    def add(self, table: str, n: int = 1, **columns: Any) -> None:
        names = ", ".join(["n", *columns])
        marks = ", ".join("?" * (len(columns) + 1))
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [n, *columns.values()])

    def person(self, n: int = 1, **columns: Any) -> None:
        given = {"born_on": "1990-05-20", "hukou_division": "990202", "has_police_row": True}
        self.add("person", n, **{**given, **columns})

    def stay(self, starts_on: str, ends_on: str | None = None, n: int = 1, **columns: Any) -> None:
        given = {"community": EAST, "source": "police", "rank": 1, "recorded_on": starts_on}
        self.add("stay", n, starts_on=starts_on, ends_on=ends_on, **{**given, **columns})

    def rolls(self, as_at: str) -> None:
        for source in ("police", "hrss", "education", "housing"):
            self.connection.execute("INSERT INTO source_roll VALUES (?, ?)", [source, as_at])

    def run(self, days: list[str]) -> list[dict[str, Any]]:
        """Return the facts of everyone on the days, ordered by person and day."""
        self.connection.execute("DELETE FROM subject")
        for day in days:
            self.connection.execute("INSERT INTO subject SELECT n, ? FROM person", [day])
        for file in FILES:
            self.connection.execute(file.read_text(encoding="utf-8"))
        found = self.connection.execute("SELECT * FROM facts ORDER BY n, day")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def on(self, day: str) -> dict[str, Any]:
        return self.run([day])[0]

    def over(self, fact: str, *days: str) -> list[Any]:
        return [row[fact] for row in self.run(list(days))]


@pytest.fixture
def county() -> Iterator[County]:
    """A county with tables and no rows."""
    county = County()
    yield county
    county.connection.close()


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


def endorsed(county: County, *days: str) -> None:
    county.person()
    county.rolls("2026-11-23")
    for day in days or (None,):
        county.add("permit", issued_on="2024-03-15", endorsed_on=day, stated_on="2026-11-23")


def test_a_permit_is_held_from_its_issue_and_valid_until_the_anniversary(county):
    endorsed(county)
    days = ("2024-03-14", "2024-03-15", "2025-03-15", "2025-03-16")
    assert county.over("holds_residence_permit", *days) == [False, True, True, True]
    # The roll of 2026 says nothing about a year that ran out more than 400 days before it.
    assert county.over("has_residence_permit", *days) == [None, True, True, None]
    assert county.over("has_residence_permit", "2026-03-16") == [False]


@pytest.mark.parametrize("in_time", ["2026-02-15", "2026-03-15"])
def test_an_endorsement_in_the_month_before_the_anniversary_is_on_time(county, in_time):
    endorsed(county, in_time)
    row = county.on("2026-11-23")
    assert (row["permit_endorsed_on"], row["permit_counted_from"]) == (date.fromisoformat(in_time), date(2024, 3, 15))
    assert county.over("has_residence_permit", "2026-11-23", "2027-03-15", "2027-03-16") == [True, True, False]


@pytest.mark.parametrize("late", ["2026-03-16", "2026-02-14"])
def test_a_late_endorsement_starts_the_count_anew(county, late):
    endorsed(county, late)
    assert county.over("permit_counted_from", "2025-12-31", "2026-11-23") == [
        date(2024, 3, 15),
        date.fromisoformat(late),
    ]


def test_the_next_endorsement_is_judged_from_the_late_one(county):
    endorsed(county, "2025-05-10", "2026-04-20")
    row = county.on("2026-11-23")
    assert (row["permit_counted_from"], row["has_residence_permit"]) == (date(2025, 5, 10), True)


def test_whether_a_year_before_the_last_endorsement_was_endorsed_is_not_known(county):
    county.person()
    county.rolls("2026-11-01")
    county.add("permit", issued_on="2024-03-15", endorsed_on="2026-03-01", stated_on="2026-11-01")
    days = ("2025-03-15", "2025-03-16", "2026-02-28", "2026-03-01")
    assert county.over("has_residence_permit", *days) == [True, None, None, True]


def test_a_late_endorsement_tells_that_the_anniversary_before_it_was_missed(county):
    county.person()
    county.rolls("2026-11-01")
    county.add("permit", issued_on="2024-03-15", endorsed_on="2026-05-01", stated_on="2026-11-01")
    days = ("2025-03-16", "2026-03-15", "2026-03-16", "2026-05-01")
    assert county.over("has_residence_permit", *days) == [None, None, False, True]


def test_a_permit_without_its_date_counts_from_the_roll_that_states_it(county):
    county.person()
    for stated in ("2026-05-01", "2026-11-01"):
        county.add("permit", issued_on=None, stated_on=stated)
    days = ("2026-04-30", "2026-05-01")
    assert county.over("permit_issued_on", *days) == [None, date(2026, 5, 1)]
    assert county.over("holds_residence_permit", *days) == [None, True]
    # Its anniversary is unknown, and so is whether a year has run out.
    assert county.over("permit_counted_from", *days) == [None, None]
    assert county.over("has_residence_permit", *days) == [None, None]


def test_work_without_a_gap_is_one_stretch_and_ends_with_the_last_job(county):
    county.person()
    county.add("job", form="employee", starts_on="2025-01-01", ends_on="2025-07-01", as_at="2026-11-23")
    county.add("job", form="flexible", starts_on="2025-07-01", ends_on="2026-02-01", as_at="2026-11-23")
    county.add("job", form="unemployed", starts_on="2026-02-01", ends_on=None, as_at="2026-11-23")
    row = county.on("2026-06-01")
    assert (row["employment_status"], row["employment_months_here"]) == ("unemployed", 13)
    assert (row["employed_from"], row["unemployed_from"]) == (None, date(2026, 2, 1))
    assert county.over("employed_from", "2025-08-01") == [date(2025, 7, 1)]
    assert county.over("employment_months_here", "2025-08-01") == [7]


def test_a_job_without_its_beginning_counts_from_the_roll(county):
    county.person()
    county.add("job", form="employee", starts_on=None, as_at="2026-06-30")
    assert county.over("employment_status", "2026-06-29", "2026-06-30") == [None, "employed"]
    row = county.on("2026-11-23")
    assert (row["employed_from"], row["employment_months_here"], row["stable_employment"]) == (None, None, True)


def test_whose_job_ended_is_not_called_unemployed(county):
    county.person()
    county.add("job", form="employee", starts_on="2025-01-01", ends_on="2025-07-01", as_at="2026-11-23")
    assert county.on("2026-11-23")["employment_status"] is None


def test_insurance_counts_from_its_enrolment(county):
    county.person()
    county.add(
        *("insurance", 1),
        **{"pension_type": "pension_employee", "pension_enrolled_on": "2026-05-01", "unemployment_months": 6},
        **{"work_injury_enrolled_on": "2026-05-02", "medical_type": "medical_employee", "as_at": "2026-11-01"},
    )
    days = ("2026-04-30", "2026-05-01", "2026-11-01")
    assert county.over("pension_enrolled", *days) == [False, True, True]
    assert county.over("has_employee_medical", *days) == [None, True, True]
    assert county.over("work_injury_enrolled", *days) == [False, False, True]
    assert county.over("unemployment_contribution_months", *days) == [None, None, 6]
    assert county.over("pension_enrolled_on", *days) == [None, date(2026, 5, 1), date(2026, 5, 1)]


def test_a_pension_is_the_employers_or_ones_own_by_the_job_it_came_with(county):
    county.person()
    paid = {"pension_type": "pension_employee", "as_at": "2026-11-01"}
    county.add("insurance", form="employee", since="2025-05-01", pension_enrolled_on="2025-05-10", **paid)
    county.add("insurance", form="flexible", since="2026-02-01", pension_enrolled_on="2026-03-01", **paid)
    days = ("2026-01-31", "2026-02-28", "2026-03-01")
    assert county.over("employee_pension_enrolled_on", *days) == [date(2025, 5, 10)] * 3
    assert county.over("flexible_pension_enrolled_on", *days) == [None, None, date(2026, 3, 1)]


def test_the_row_of_the_job_that_ended_does_not_speak_for_the_next(county):
    county.person()
    left = {
        "form": "employee",
        "since": "2025-01-01",
        "pension_type": "pension_employee",
        "medical_type": "medical_employee",
    }
    county.add("insurance", pension_enrolled_on="2025-01-05", as_at="2026-11-01", **left)
    now = {"form": "unemployed", "since": "2026-07-07", "pension_type": "none", "medical_type": "medical_resident"}
    county.add("insurance", as_at="2026-11-01", **now)
    days = ("2026-07-06", "2026-07-07")
    assert county.over("has_employee_medical", *days) == [True, False]
    assert county.over("pension_enrolled", *days) == [True, False]
    assert county.over("pension_enrolled_on", *days) == [date(2025, 1, 5), date(2025, 1, 5)]


def test_the_scheme_for_illness_does_not_wait_for_the_pension(county):
    county.person()
    flexible = {"form": "flexible", "since": "2024-09-21", "pension_type": "pension_employee"}
    county.add(
        "insurance", pension_enrolled_on="2026-08-02", medical_type="medical_resident", as_at="2026-11-23", **flexible
    )
    days = ("2024-09-20", "2024-09-21", "2026-08-02")
    assert county.over("has_employee_medical", *days) == [None, False, False]
    assert county.over("pension_enrolled", *days) == [False, False, True]


def test_insurance_without_its_date_says_nothing_about_the_time_before(county):
    county.person()
    county.add("insurance", pension_type="none", medical_type="medical_resident", as_at="2026-06-30")
    days = ("2026-06-29", "2026-06-30")
    assert county.over("pension_enrolled", *days) == [None, False]
    assert county.over("medical_enrolled", *days) == [None, True]


def test_the_newest_statement_wins_over_an_older_one_with_a_later_date(county):
    county.person()
    county.add("insurance", pension_type="none", as_at="2026-01-31")
    county.add("insurance", pension_type="pension_resident", pension_enrolled_on="2025-12-01", as_at="2026-11-01")
    assert county.over("pension_type", "2025-12-31", "2026-03-31") == ["pension_resident", "pension_resident"]


def test_of_two_rows_of_one_roll_the_enrolled_one_is_believed(county):
    county.person()
    county.add("insurance", pension_type="none", as_at="2026-11-01")
    county.add("insurance", pension_type="pension_employee", pension_enrolled_on="2025-12-01", as_at="2026-11-01")
    assert county.on("2026-11-23")["pension_type"] == "pension_employee"


def test_kindergarten_is_not_school(county):
    county.person(born_on="2020-01-05")
    county.add("schooling", stage="kindergarten", grade=1, enrolled_on="2023-09-01", as_at="2026-06-30")
    county.add("schooling", stage="primary", grade=1, enrolled_on="2026-09-01", as_at="2026-11-01")
    days = ("2026-08-31", "2026-09-01")
    assert county.over("school_enrolled_on", *days) == [None, date(2026, 9, 1)]
    assert county.over("kindergarten_enrolled_on", *days) == [date(2023, 9, 1), date(2023, 9, 1)]
    assert county.over("continuous_study", *days) == [False, True]
    assert county.over("employment_status", *days) == [None, "student"]


def test_a_grade_holds_in_its_own_school_year_and_a_record_for_400_days(county):
    county.person(born_on="2015-01-05")
    county.add("schooling", stage="primary", grade=4, enrolled_on="2021-09-01", as_at="2024-10-01")
    assert county.over("school_grade", "2024-08-31", "2024-09-01", "2025-09-01") == [None, 4, None]
    assert county.over("school_stage", "2025-11-05", "2025-11-06") == ["primary", None]


def test_a_rented_room_nobody_filed_may_have_a_lease(county):
    county.rolls("2026-11-23")
    for n, lodging in ((1, "rented"), (2, "hotel"), (3, None)):
        county.person(n)
        county.stay("2026-01-10", None, n, lodging=lodging)
    assert county.over("has_lease", "2026-11-23") == [None, False, False]
    assert county.over("stable_housing", "2026-11-23") == [True, False, None]


def test_a_lease_number_counts_from_the_roll_that_states_it(county):
    county.person()
    county.add("tenancy", starts_on="2026-03-01", ends_on="2026-09-01", lease_number_known=True, as_at="2026-05-31")
    days = ("2026-05-30", "2026-05-31", "2026-09-01")
    assert county.over("lease_filed_on", *days) == [None, date(2026, 5, 31), None]
    assert county.over("has_lease", *days) == [True, True, False]


def test_one_person_gets_the_same_facts_alone_as_among_many(county):
    endorsed(county, "2025-05-10", "2026-04-20")
    county.stay("2025-01-01", lodging="rented")
    alone = county.run(["2025-12-31", "2026-11-23"])
    for n in range(2, 40):
        county.person(n, born_on=f"19{50 + n}-01-31")
        county.stay("2025-01-01", None, n, community=WEST)
        county.add("job", n, form="employee", starts_on="2025-01-01", as_at="2026-11-23")
    together = county.run(["2025-12-31", "2026-11-23"])
    assert together[:2] == alone
    assert len(together) == 2 * 39
