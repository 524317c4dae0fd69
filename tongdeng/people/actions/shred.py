"""Deleting a person: what is known goes, the id stays, and the very same rows do not bring the person back."""

from django.db import connection, transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.people import merges, selectors, shredding
from tongdeng.people.types import Doomed

RECORDS = "SELECT DISTINCT record_id FROM people_link WHERE person_id = ANY(%s)"
STATED = "SELECT sealed, domain FROM people_record WHERE id = ANY(%s)"
LIVES_HERE = """
SELECT EXISTS (SELECT 1 FROM people_stay WHERE person_id = ANY(%s) AND source = 'police'
               AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s))"""


@transaction.atomic
def shred_person(*, person_id: int, reason: str, by: Actor, request: int | None = None) -> dict[str, int]:
    """Delete what is known of a person everywhere, and return how many rows and files that touched.

    Raises TongdengError for somebody whom the police have registered as living here, unless the reason overrides it.
    The caller acts for the whole county; a second person has agreed before.
    """
    doomed = _doomed(person_id, reason)
    counts = {"records": len(doomed.records)}
    for forget in shredding.upper():
        counts["elsewhere"] = counts.get("elsewhere", 0) + forget(doomed, by)
    names = {"persons": "%(persons)s", "records": "%(records)s", "county": "%(county)s", "now": "%(now)s"}
    values = {
        "persons": list(doomed.persons), "records": list(doomed.records), "now": clock.now(),
        "county": selectors.county_code(clock.today()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in shredding.statements():
            cursor.execute(statement.format(**names), values)
            counts["rows"] = counts.get("rows", 0) + cursor.rowcount
    audit.record(
        "people.person.shredded", by=by, subjects=doomed.persons,
        detail={"reason": reason, "request": request, **counts},
    )  # fmt: skip
    return counts


def _doomed(person_id: int, reason: str) -> Doomed:
    while_here = shredding.reasons().get(reason)
    if while_here is None:
        known = ", ".join(shredding.reasons())
        raise UnusableInput(
            "people.shredding.reason",
            Text(f"没有这样的删除理由：{reason}", f"there is no such reason for a deletion: {reason}"),
            place="--reason",
            remedy=Text(f"可用的理由：{known}", f"reasons are: {known}"),
        )
    persons = merges.ids_of(merges.current(person_id))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [persons])
        if not cursor.fetchall():
            raise UnusableInput(
                "people.person.unknown",
                Text(f"没有这个人：{ids.show(person_id)}", f"there is no person {ids.show(person_id)}"),
                place=ids.show(person_id),
            )
        cursor.execute(LIVES_HERE, [persons, clock.today(), clock.today()])
        if cursor.fetchone()[0] and not while_here:
            raise TongdengError(
                "people.person.lives_here",
                Text(
                    "公安登记此人仍住在本县，登记期间不能删除",
                    "the police have the person registered as living here",
                ),
                place=ids.show(person_id),
                remedy=Text(
                    "先结束居住登记；如有法院或监管部门的决定，用理由 order",
                    "end the registration first; for a court's or an authority's decision use the reason `order`",
                ),
            )
        cursor.execute(RECORDS, [persons])
        records = sorted(row[0] for row in cursor.fetchall())
        cursor.execute(STATED, [records])
        stated = [shredding.secrets_in(sealed, domain) for sealed, domain in cursor.fetchall()]
    return Doomed(frozenset(persons), tuple(records), frozenset().union(*stated))
