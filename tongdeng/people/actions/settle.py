"""What follows when records went from one person to another: profiles, territories, and who still speaks."""

from collections.abc import Iterable, Sequence

from django.db import connection

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.people.actions.rebuild import PLACE_MERGES, rebuild

WHOSE = "SELECT id, territory FROM people_person WHERE id = ANY(%(persons)s) OR survivor_id = ANY(%(persons)s)"
RETIRE = """
UPDATE people_person p SET retired_at = CASE WHEN q.speaks THEN NULL ELSE %(at)s END
  FROM (SELECT id, survivor_id IS NOT NULL OR EXISTS (
            SELECT 1 FROM people_link l JOIN people_record r ON r.id = l.record_id
            WHERE l.person_id = people_person.id AND l.superseded_at IS NULL AND r.superseded_at IS NULL) AS speaks
          FROM people_person WHERE id = ANY(%(persons)s)) q
 WHERE p.id = q.id AND (p.retired_at IS NULL) <> q.speaks"""


def settle_persons(*, persons: Iterable[int], by: Actor) -> None:
    """Bring profiles and territories to what the links say; a post does so as far as it sees, a job to the end."""
    listed = sorted(set(persons))
    if not by.post_id:
        # A post may not see every record: it cannot tell who has fallen silent.
        with connection.cursor() as cursor:
            cursor.execute(RETIRE, {"at": clock.now(), "persons": listed})
    rebuild(persons=listed, on=clock.today(), by=by)
    _place(listed)
    audit.record("people.persons.settled", by=by, subjects=listed)


def _place(persons: Sequence[int]) -> None:
    """Let the links, records, sightings and notes of these persons, and the ids merged into them, lie where they do."""
    given = {"persons": list(persons)}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_person m SET territory = p.territory FROM people_person p"
            " WHERE m.survivor_id = p.id AND (p.id = ANY(%(persons)s) OR m.id = ANY(%(persons)s))"
            " AND m.territory <> p.territory",
            given,
        )
        cursor.execute(
            f"UPDATE people_link l SET territory = p.territory FROM ({WHOSE}) p"
            " WHERE l.person_id = p.id AND l.territory <> p.territory",
            given,
        )
        for table, record in (("people_record", "id"), ("people_sighting", "record_id")):
            cursor.execute(
                f"UPDATE {table} t SET territory = p.territory FROM people_link l, ({WHOSE}) p WHERE p.id = l.person_id"
                f" AND t.{record} = l.record_id AND l.superseded_at IS NULL AND t.territory <> p.territory",
                given,
            )
        cursor.execute(PLACE_MERGES.format(persons="(SELECT unnest(%(persons)s::bigint[]))"), given)
