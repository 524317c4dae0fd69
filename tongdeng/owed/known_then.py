"""What was known of a person at the end of a past day: the law published then, and the records of then."""

from datetime import date
from typing import Any

from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.owed.explain import Known
from tongdeng.people import selectors as registry
from tongdeng.people.exports import history, identity
from tongdeng.people.types import Profile, Statement
from tongdeng.snapshots import selectors as frozen

ONE = 1  # the only person's number
SPELLS = frozenset(frozen.COLUMNS) - {"person", "source_roll"}


def known_then(person_id: int, known: date, domains: str) -> Known:
    """Return what was known of a person at the end of a past day, under the law of that day.

    Raises UnusableInput where nothing was known of the person yet.
    """
    statements = history.statements_known_on(person_id, known)
    if not statements:
        fact = Text(f"{known} 时登记册里还没有此人的记录。", f"the register knew nothing of this person on {known}.")
        raise UnusableInput("owed.person.not_known_then", fact, place="known_on")
    profile = identity.resolve(statements, registry.ranks(), known, org.successors(known))
    county = registry.county_code(known)
    rolls = [{"source": source, "as_at": as_at} for source, as_at in history.rolls_known_on(known)]
    rows: dict[str, list[dict[str, Any]]] = {"person": [_person(profile, county)], "source_roll": rolls}
    for table in SPELLS:
        rows[table] = [_spell(one.values, one.as_at) for one in profile.spells.get(table, ())]
    return Known(catalogue.open_law_known_on(known), domains, county[:6], rows, _newest(statements))


def _person(profile: Profile, county: str) -> dict[str, Any]:
    def value(attribute: str) -> Any:
        believed = profile.attributes.get(attribute)
        return believed.value if believed else None

    hukou = value("hukou_code")
    told = {name: value(name) for name in ("born_on", "sex", "marital_status", "education_level")}
    return told | {
        "n": ONE,
        "hukou_division": hukou[:6] if hukou else None,
        "has_police_row": profile.has_police_row,
        "community": profile.community or county,
    }


def _spell(values: dict[str, Any], as_at: date) -> dict[str, Any]:
    own = {"n": ONE, "as_at": as_at, "stated_on": as_at, "lease_number_known": bool(values.get("lease_number"))}
    return {**values, **own}


def _newest(statements: list[Statement]) -> dict[str, date]:
    newest: dict[str, date] = {}
    for one in sorted(statements, key=lambda statement: statement.as_at):
        newest[one.source] = one.as_at
    return newest
