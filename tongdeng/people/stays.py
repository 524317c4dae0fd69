"""Spells: which rows of one source tell of the same stay, job, lease or schooling, and what the newest of them says."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from tongdeng.kernel import clock
from tongdeng.org.types import Successors
from tongdeng.people.sources import known
from tongdeng.people.types import Spell, Statement, Values

AS_WRITTEN = Successors()


def makes(statement: Statement, kind: str) -> bool:
    """Tell whether a statement's source tells of such spells."""
    return kind in known()[statement.source].makes


def day(text: str | None) -> date | None:
    """Return the date of an ISO text; None stays None."""
    return date.fromisoformat(text) if text else None


def on_map(statement: Statement, successors: Successors) -> Statement:
    """Return a statement under the code its community bears on a later map; what ended before keeps the code of then.

    The record itself is never edited: this is how it is read.
    """
    values = statement.values
    code = values.get("community_code")
    if not code:
        return statement
    since, until = values.get("arrived_on") or values.get("leased_from"), None
    if makes(statement, "stay"):
        until = day(values.get("departed_on") or values.get("leased_until"))
    now = successors.current(code, address=values.get("address"), since=day(since), until=until)
    return statement if now == code else replace(statement, values={**values, "community_code": now})


def newest_of_each(statements: Iterable[Statement]) -> list[Statement]:
    """Return one statement a spell: the newest."""
    groups: dict[tuple[Any, ...], list[Statement]] = defaultdict(list)
    for statement in statements:
        keys = known()[statement.source].spell
        if keys:
            groups[(statement.source, *(statement.values.get(key) for key in keys))].append(statement)
    return [max(group, key=lambda statement: statement.newness) for group in groups.values()]


def stay_of(statement: Statement) -> dict[str, Any] | None:
    """Return the stay that one statement tells of; None where it tells of none, or of never a day present."""
    values = statement.values
    starts_on = day(values.get("arrived_on") or values.get("leased_from"))
    if not makes(statement, "stay") or starts_on is None or not values.get("community_code"):
        return None
    ends_on = day(values.get("departed_on") or values.get("leased_until"))
    if ends_on is not None and ends_on <= starts_on:
        return None  # never a day present
    is_lease = makes(statement, "tenancy")
    return {
        "source": statement.source,
        "rank": known()[statement.source].stay_rank,
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
    if not makes(statement, "permit") or not (values.get("permit_number") or values.get("permit_issued_on")):
        return None
    return {
        # A number without its date counts from the roll's as-at.
        "issued_on": day(values.get("permit_issued_on")) or statement.as_at,
        "endorsed_on": day(values.get("permit_endorsed_on")),
    }


def _job(statement: Statement) -> dict[str, Any] | None:
    values = statement.values
    if not makes(statement, "job") or not (values.get("employment_form") or values.get("employed_from")):
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
    if not makes(statement, "insurance"):
        return None
    found: Values = {key: statement.values.get(key) for key in INSURANCE}
    dated = {key: day(value) if key.endswith("_on") else value for key, value in found.items()}
    # What the row says counts from the row's own date, and the form of work tells by which way one was enrolled.
    values = statement.values
    return {**dated, "form": values.get("employment_form"), "since": day(values.get("employed_from"))}


def _schooling(statement: Statement) -> dict[str, Any] | None:
    values = statement.values
    if not makes(statement, "schooling"):
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
    if not makes(statement, "tenancy") or not values.get("leased_from"):
        return None
    return {
        "community": values["community_code"],
        "address": values["address"],
        "starts_on": day(values.get("leased_from")),
        "ends_on": day(values.get("leased_until")),
        "lease_number": values.get("lease_number"),
    }


BUILDERS: dict[str, Callable[[Statement], dict[str, Any] | None]] = {
    "stay": stay_of,
    "permit": _permit,
    "job": _job,
    "insurance": _insurance,
    "schooling": _schooling,
    "tenancy": _tenancy,
}


def spells(statements: Iterable[Statement], successors: Successors = AS_WRITTEN) -> dict[str, list[Spell]]:
    """Return the spells of one person by cache table, in a fixed order, on the map that these successors lead to."""
    found: dict[str, list[Spell]] = {table: [] for table in BUILDERS}
    if successors:
        statements = [on_map(one, successors) for one in statements]
    newest = sorted(newest_of_each(statements), key=lambda one: one.newness)
    for statement in newest:
        told = known()[statement.source].makes
        for table, build in BUILDERS.items():
            if table in told and (values := build(statement)) is not None:
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
