"""A batch taken back: its sightings no longer count, and what is left without any falls silent. Nothing is deleted."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.people.actions import dwellings


@dataclass(frozen=True)
class Withdrawn:
    """What fell silent with a batch: records, persons left without any, and persons who must be resolved anew."""

    records: list[int]
    retired: set[int]
    touched: set[int]


SILENCE = """
CREATE TEMP TABLE stage_withdrawn ON COMMIT DROP AS
SELECT r.id AS record_id, r.as_at, max(live.as_at) AS live_as_at, l.person_id
FROM people_sighting s JOIN people_record r ON r.id = s.record_id
LEFT JOIN people_sighting live ON live.record_id = r.id AND live.withdrawn_at IS NULL
LEFT JOIN people_link l ON l.record_id = r.id AND l.superseded_at IS NULL
WHERE s.batch_id = %s AND s.withdrawn_at = %s AND r.superseded_at IS NULL
GROUP BY r.id, r.as_at, l.person_id"""
# A record that another batch still shows is as recent as that batch says.
AGE = """
UPDATE people_record r SET as_at = w.live_as_at FROM stage_withdrawn w
WHERE r.id = w.record_id AND w.live_as_at < r.as_at"""
SUPERSEDE = """
UPDATE people_record r SET superseded_at = %s FROM stage_withdrawn w
WHERE r.id = w.record_id AND w.live_as_at IS NULL RETURNING r.id"""
RETIRE = """
UPDATE people_person p SET retired_at = %s
WHERE p.id IN (SELECT person_id FROM stage_withdrawn WHERE live_as_at IS NULL) AND p.retired_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM people_link l JOIN people_record r ON r.id = l.record_id
    WHERE l.person_id = p.id AND l.superseded_at IS NULL AND r.superseded_at IS NULL)
RETURNING p.id"""


def withdraw_sightings(*, batch_id: int, by: Actor) -> Withdrawn:
    """Take a batch's sightings back, and supersede the records and retire the persons left without any."""
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_sighting SET withdrawn_at = %s WHERE batch_id = %s AND withdrawn_at IS NULL", [at, batch_id]
        )
        cursor.execute(SILENCE, [batch_id, at])
        cursor.execute("ANALYZE stage_withdrawn")
        cursor.execute(AGE)
        cursor.execute(SUPERSEDE, [at])
        records = [row[0] for row in cursor.fetchall()]
        cursor.execute(RETIRE, [at])
        retired = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT DISTINCT person_id FROM stage_withdrawn"
            " WHERE person_id IS NOT NULL AND (live_as_at IS NULL OR live_as_at < as_at)"
        )
        touched = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT record_id FROM stage_withdrawn")
        told = [row[0] for row in cursor.fetchall()]
    bulk.drop("stage_withdrawn")
    dwellings.forget_statements(records=records, aged=told, by=by)
    audit.record(
        "people.sightings.withdrawn", by=by, subjects=retired,
        detail={"batch": batch_id, "records": len(records), "retired": len(retired)},
    )  # fmt: skip
    return Withdrawn(records, retired, touched)


def withdraw_records(*, records: Iterable[int], by: Actor) -> None:
    """Let single records of an entry fall silent; the rest of its batch speaks on, and nobody is retired."""
    at, listed = clock.now(), list(records)
    with connection.cursor() as cursor:
        for statement in (
            "UPDATE people_sighting SET withdrawn_at = %s WHERE record_id = ANY(%s) AND withdrawn_at IS NULL",
            "UPDATE people_record SET superseded_at = %s WHERE id = ANY(%s) AND superseded_at IS NULL",
        ):
            cursor.execute(statement, [at, listed])
    audit.record("people.records.withdrawn", by=by, detail={"records": len(listed)})


def hide_sightings(*, batch_id: int, domain: str, by: Actor) -> int:
    """Let only posts of a domain know which records a batch showed. Returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_sighting SET domain = %s WHERE batch_id = %s", [domain, batch_id])
        count = int(cursor.rowcount)
    audit.record("people.sightings.hidden", by=by, detail={"batch": batch_id, "sightings": count})
    return count
