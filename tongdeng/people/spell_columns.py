"""The spells of many persons with a single record each, column by column: what `stays.BUILDERS` makes row by row.

Values stay the text they are: of two days the earlier is also the lesser text. A test holds both ways against each
other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongdeng.kernel import clock
from tongdeng.people import records
from tongdeng.people.sources import known
from tongdeng.people.types import Columns


@dataclass(frozen=True, slots=True)
class Told:
    """The spells of one cache table: whether each row tells of one, and the table's own columns of all."""

    is_told: Sequence[Any]
    columns: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Roll:
    """What the rows of one roll have in common."""

    source: str
    as_at: date
    recorded_at: datetime


def _either(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    return [one or other for one, other in zip(first, second, strict=True)]


def _stays(said: Columns, roll: Roll) -> Told:
    source, rows = known()[roll.source], said.rows
    starts = _either(said["arrived_on"], said["leased_from"])
    ends = _either(said["departed_on"], said["leased_until"])
    community = said["community_code"]
    is_lease = "tenancy" in source.makes
    recorded_on = roll.recorded_at.astimezone(clock.CHINA).date()
    # A stay that ends on its first day is never a day present.
    is_told = [
        bool(begin and code and not (end and end <= begin))
        for begin, end, code in zip(starts, ends, community, strict=True)
    ]
    return Told(
        is_told,
        {
            "source": [roll.source] * rows,
            "rank": [str(source.stay_rank)] * rows,
            "community": community,
            "address": said["address"],
            "lodging": ["rented"] * rows if is_lease else said["lodging"],
            "reason": said["stay_reason"],
            "starts_on": starts,
            "ends_on": ends,
            "registered_on": [None] * rows if is_lease else said["registered_on"],
            "recorded_on": [recorded_on.isoformat()] * rows,
        },
    )


def _permits(said: Columns, roll: Roll) -> Told:
    number, as_at = said["permit_number"], roll.as_at.isoformat()
    issued = said["permit_issued_on"]
    return Told(
        _either(number, issued),
        {
            "issued_on": [one or as_at for one in issued],
            "endorsed_on": said["permit_endorsed_on"],
        },
    )


def _jobs(said: Columns, roll: Roll) -> Told:
    form, starts = said["employment_form"], said["employed_from"]
    columns = {"form": form, "employer": said["employer_name"], "starts_on": starts, "ends_on": said["employed_until"]}
    return Told(_either(form, starts), columns)


def _insurance(said: Columns, roll: Roll) -> Told:
    keys = (
        "pension_type", "pension_enrolled_on", "unemployment_months", "work_injury_enrolled_on", "medical_type",
        "contribution_months",
    )  # fmt: skip
    return Told([True] * said.rows, {key: said[key] for key in keys})


def _schooling(said: Columns, roll: Roll) -> Told:
    columns = {
        "school": said["school"],
        "stage": said["school_stage"],
        "grade": said["grade"],
        "enrolled_on": said["enrolled_on"],
        "guardian_name": said["guardian_name"],
        "guardian_id_index": records.index_each(records.ID, said["guardian_id_number"]),
    }
    return Told([True] * said.rows, columns)


def _tenancies(said: Columns, roll: Roll) -> Told:
    columns = {
        "community": said["community_code"],
        "address": said["address"],
        "starts_on": said["leased_from"],
        "ends_on": said["leased_until"],
        "lease_number": said["lease_number"],
    }
    return Told(said["leased_from"], columns)


BUILDERS: dict[str, Callable[[Columns, Roll], Told]] = {
    "stay": _stays,
    "permit": _permits,
    "job": _jobs,
    "insurance": _insurance,
    "schooling": _schooling,
    "tenancy": _tenancies,
}


def current_communities(stays: Told, today: date) -> list[str | None]:
    """Return the community of each stay that is open today."""
    day = today.isoformat()
    columns = (stays.columns[name] for name in ("community", "starts_on", "ends_on"))
    return [
        code if told and begin <= day and (not end or day < end) else None
        for told, code, begin, end in zip(stays.is_told, *columns, strict=True)
    ]
