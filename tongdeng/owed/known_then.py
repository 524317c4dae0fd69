"""Facts from what the register knew on a past day: the same tables as a snapshot's, filled from the records of then."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.owed.explain import MEMORY, computed
from tongdeng.people import selectors as registry
from tongdeng.people.exports import history, identity
from tongdeng.people.types import Profile
from tongdeng.rules.model import Value
from tongdeng.snapshots import selectors as frozen

ONE = 1  # the only person's number
PERSON = (
    "born_on date, sex text, hukou_division text, has_police_row boolean, marital_status text, education_level text,"
    " community text"
)
SPELLS = {
    "stay": "community text, starts_on date, ends_on date, registered_on date, recorded_on date, lodging text,"
    " reason text, source text, rank bigint",
    "permit": "issued_on date, endorsed_on date, stated_on date",
    "job": "form text, starts_on date, ends_on date, as_at date",
    "insurance": "form text, since date, pension_type text, pension_enrolled_on date, unemployment_months bigint,"
    " work_injury_enrolled_on date, medical_type text, contribution_months bigint, as_at date",
    "schooling": "stage text, grade bigint, enrolled_on date, as_at date",
    "tenancy": "community text, starts_on date, ends_on date, lease_number_known boolean, as_at date",
}


def facts_known_on(person_id: int, days: Iterable[date], known: date, domains: str) -> dict[date, dict[str, Value]]:
    """Return a person's facts on each day from what was known at the end of a past day.

    Raises UnusableInput where nothing was known of the person yet.
    """
    wanted = sorted(set(days))
    statements = history.statements_known_on(person_id, known)
    if not statements:
        fact = Text(f"{known} 时登记册里还没有此人的记录。", f"the register knew nothing of this person on {known}.")
        raise UnusableInput("owed.person.not_known_then", fact, place="known_on")
    profile = identity.resolve(statements, registry.ranks(), known, org.successors(known))
    link = frozen.connect(MEMORY)
    try:
        _fill_person(link, profile, registry.county_code(known))
        for table, columns in SPELLS.items():
            rows = [_spell(one.values, one.as_at, columns) for one in profile.spells.get(table, ())]
            _fill(link, table, f"n bigint, {columns}", [(ONE, *row) for row in rows])
        rolls = history.rolls_known_on(known)
        _fill(link, "source_roll", "source text, as_at date", rolls)
        return computed(link, catalogue.open_law(), wanted, domains)
    finally:
        link.close()


def _fill_person(link: Any, profile: Profile, county: str) -> None:
    def value(attribute: str) -> Any:
        believed = profile.attributes.get(attribute)
        return believed.value if believed else None

    hukou = value("hukou_code")
    row = (
        ONE, value("born_on"), value("sex"), hukou[:6] if hukou else None, profile.has_police_row,
        value("marital_status"), value("education_level"), profile.community or county,
    )  # fmt: skip
    _fill(link, "person", f"n bigint, {PERSON}", [row])


def _spell(values: dict[str, Any], as_at: date, columns: str) -> tuple[Any, ...]:
    known = {**values, "as_at": as_at, "stated_on": as_at, "lease_number_known": bool(values.get("lease_number"))}
    return tuple(known.get(column.split()[0]) for column in columns.split(", "))


def _fill(link: Any, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    link.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
    if rows:
        link.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
