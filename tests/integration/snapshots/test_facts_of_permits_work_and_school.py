"""What a snapshot says of permits, work, insurance, school and leases on a day, by their own dates."""

from datetime import date

import pytest

from tests.integration.snapshots.tables import WEST, County


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
