"""Spells: which rows of one source tell of the same stay, job, lease or schooling, and what the newest of them says."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from tongdeng.kernel import clock
from tongdeng.people.types import Spell, Statement, Values

STAY_RANK = {"police": 1, "form": 1, "housing": 2}
# Two rows of a source are one spell when they agree on these.
SPELL_KEYS = {
    "police": ("community_code", "arrived_on"),
    "form": ("community_code", "arrived_on"),
    "hrss": ("employer_name", "employed_from"),
    "education": ("school", "school_stage"),
    "housing": ("address", "leased_from"),
}


def day(text: str | None) -> date | None:
    """Return the date of an ISO text; None stays None."""
    return date.fromisoformat(text) if text else None


def newest_of_each(statements: Iterable[Statement]) -> list[Statement]:
    """Return one statement a spell: the newest."""
    groups: dict[tuple[Any, ...], list[Statement]] = defaultdict(list)
    for statement in statements:
        keys = SPELL_KEYS.get(statement.source)
        if keys:
            groups[(statement.source, *(statement.values.get(key) for key in keys))].append(statement)
    return [max(group, key=lambda statement: statement.newness) for group in groups.values()]


def _stay(statement: Statement) -> dict[str, Any] | None:
    values = statement.values
    starts_on = day(values.get("arrived_on") or values.get("leased_from"))
    if statement.source not in STAY_RANK or starts_on is None or not values.get("community_code"):
        return None
    ends_on = day(values.get("departed_on") or values.get("leased_until"))
    if ends_on is not None and ends_on <= starts_on:
        return None  # never a day present
    is_lease = statement.source == "housing"
    return {
        "source": statement.source,
        "rank": STAY_RANK[statement.source],
        "community": values["community_code"],
        "address": values.get("address"),
        "lodging": "rented" if is_lease else values.get("lodging"),
        "reason": values.get("stay_reason"),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "registered_on": None if is_lease else day(values.get("registered_on")),
        "recorded_on": statement.recorded_at.astimezone(clock.CHINA).date(),
    }


def _permit(statement: Statement) -> dict[str, Any] | None:
    values = statement.values
    if statement.source != "police" or not (values.get("permit_number") or values.get("permit_issued_on")):
        return None
    return {
        "number": values.get("permit_number"),
        # A number without its date counts from the roll's as-at.
        "issued_on": day(values.get("permit_issued_on")) or statement.as_at,
        "endorsed_on": day(values.get("permit_endorsed_on")),
    }


def _job(statement: Statement) -> dict[str, Any] | None:
    values = statement.values
    if statement.source != "hrss" or not (values.get("employment_form") or values.get("employed_from")):
        return None
    return {
        "form": values.get("employment_form"),
        "employer": values.get("employer_name"),
        "starts_on": day(values.get("employed_from")),
        "ends_on": day(values.get("employed_until")),
    }


INSURANCE = (
    "pension_type", "pension_enrolled_on", "unemployment_months", "work_injury_enrolled_on", "medical_type",
    "contribution_months",
)  # fmt: skip


def _insurance(statement: Statement) -> dict[str, Any] | None:
    if statement.source != "hrss":
        return None
    found: Values = {key: statement.values.get(key) for key in INSURANCE}
    dated = {key: day(value) if key.endswith("_on") else value for key, value in found.items()}
    # What the row says counts from the row's own date, and the form of work tells by which way one was enrolled.
    values = statement.values
    return {**dated, "form": values.get("employment_form"), "since": day(values.get("employed_from"))}


def _schooling(statement: Statement) -> dict[str, Any] | None:
    values = statement.values
    if statement.source != "education":
        return None
    return {
        "school": values.get("school"),
        "stage": values.get("school_stage"),
        "grade": values.get("grade"),
        "enrolled_on": day(values.get("enrolled_on")),
        "guardian_name": values.get("guardian_name"),
        "guardian_id_number": values.get("guardian_id_number"),
    }


def _tenancy(statement: Statement) -> dict[str, Any] | None:
    values = statement.values
    if statement.source != "housing" or not values.get("leased_from"):
        return None
    return {
        "community": values["community_code"],
        "address": values["address"],
        "starts_on": day(values.get("leased_from")),
        "ends_on": day(values.get("leased_until")),
        "lease_number": values.get("lease_number"),
    }


BUILDERS: dict[str, Callable[[Statement], dict[str, Any] | None]] = {
    "stay": _stay,
    "permit": _permit,
    "job": _job,
    "insurance": _insurance,
    "schooling": _schooling,
    "tenancy": _tenancy,
}


def spells(statements: Iterable[Statement]) -> dict[str, list[Spell]]:
    """Return the spells of one person by cache table, in a fixed order."""
    found: dict[str, list[Spell]] = {table: [] for table in BUILDERS}
    for statement in sorted(newest_of_each(statements), key=lambda one: one.newness):
        for table, build in BUILDERS.items():
            values = build(statement)
            if values is not None:
                found[table].append(Spell(statement.record_id, statement.as_at, values))
    return found


def spells_of_one(statement: Statement, tables: Iterable[str]) -> dict[str, list[Spell]]:
    """Return the spells of a person with a single statement, by those of the cache tables its source can fill."""
    found: dict[str, list[Spell]] = {}
    for table in tables:
        values = BUILDERS[table](statement)
        if values is not None:
            found[table] = [Spell(statement.record_id, statement.as_at, values)]
    return found


def current_community(stays: Iterable[Spell], on: date) -> str | None:
    """Return the community of the stay open on a day: the better believed source, then the newer arrival."""
    open_ones = [
        one.values
        for one in stays
        if one.values["starts_on"] <= on and (one.values["ends_on"] is None or on < one.values["ends_on"])
    ]
    if not open_ones:
        return None
    return str(min(open_ones, key=lambda v: (v["rank"], -v["starts_on"].toordinal(), v["community"]))["community"])
