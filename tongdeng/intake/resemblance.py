"""The probabilistic step for one entry at a door: its persons exist already, so nobody is joined, only asked about."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit.types import Actor
from tongdeng.intake import probable
from tongdeng.intake.types import Doubt
from tongdeng.kernel import citizen_id
from tongdeng.linkage import characters
from tongdeng.people.exports import records

STAGE = """
CREATE TEMP TABLE stage_row (
    position bigint, digest bytea, domain text, as_at date, row_on date, number_key bytea,
    triple_key bytea, needs_name bool, name text, name_sound text, born_on date, sex text, phone_key bytea,
    person_id bigint, is_new bool, method text, weights jsonb
) ON COMMIT DROP"""
SAID = "CREATE TEMP TABLE stage_said (position bigint, sealed bytea) ON COMMIT DROP"
# Persons of whom nothing but this entry speaks: it made them.
MADE = """
SELECT r.id, r.digest, r.sealed, r.domain, r.as_at, r.row_on, l.person_id, l.method
FROM people_sighting s JOIN people_record r ON r.id = s.record_id JOIN people_link l ON l.record_id = r.id
WHERE s.batch_id = %(batch)s AND s.withdrawn_at IS NULL AND l.superseded_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM people_link o JOIN people_sighting t ON t.record_id = o.record_id
    WHERE o.person_id = l.person_id AND o.superseded_at IS NULL AND t.batch_id <> %(batch)s)
ORDER BY r.id"""


def doubts_of(batch_id: int, by: Actor) -> list[Doubt]:
    """Return whom the new persons of an entry may be: likely or nearly so, a clerk decides."""
    with connection.cursor() as cursor:
        cursor.execute(MADE, {"batch": batch_id})
        made = cursor.fetchall()
    if not made:
        return []
    at = {position: (row[0], row[6]) for position, row in enumerate(made, 1)}
    _stage(made)
    asked = probable.of_records(probable.identify(by=by), {position: record for position, (record, _) in at.items()})
    found = [one for one in asked if one.kind != "sample"]
    found += [Doubt(at[p][1], other, at[p][0], "row", weights) for p, other, weights in _joined()]
    bulk.drop("stage_row", "stage_said")
    return found


def _stage(made: list[tuple[Any, ...]]) -> None:
    bulk.drop("stage_row", "stage_said")
    with connection.cursor() as cursor:
        for statement in (STAGE, SAID):
            cursor.execute(statement)
        with cursor.copy("COPY stage_row FROM STDIN") as copy:
            for position, (_, digest, sealed, domain, as_at, row_on, person, method) in enumerate(made, 1):
                said = records.unseal(sealed, domain)
                number, phone, name = said.get("id_number"), said.get("phone"), str(said.get("name", ""))
                copy.write_row(
                    (
                        position, bytes(digest), domain, as_at, row_on,
                        records.index(records.ID, number) if number else None, records.triple_of(said), False, name,
                        characters.sound(name), citizen_id.born_on(number) if number else said.get("born_on"),
                        citizen_id.sex(number) if number else said.get("sex"),
                        records.index(records.PHONE, phone) if phone else None, person, True, method,
                        json.dumps({"basis": "none"}),
                    )
                )  # fmt: skip
        with cursor.copy("COPY stage_said FROM STDIN") as copy:
            for position, (_, _, sealed, *_) in enumerate(made, 1):
                copy.write_row((position, bytes(sealed)))
        cursor.execute("ANALYZE stage_row")


def _joined() -> Iterator[tuple[int, int, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, person_id, weights FROM stage_row WHERE NOT is_new ORDER BY position")
        for position, person, weights in cursor.fetchall():
            yield position, person, weights if isinstance(weights, dict) else json.loads(weights)
