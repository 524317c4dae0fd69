"""What was known of a person at the end of a past day: the records seen and linked by then and not superseded yet."""

from datetime import date, datetime, time, timedelta

from django.db import connection

from tongdeng.kernel import clock
from tongdeng.people import records
from tongdeng.people.types import Statement

# A record is as-at its newest sighting live then; a withdrawn roll's sightings were live until it was withdrawn.
KNOWN = """
SELECT r.id, r.source, r.sealed, r.domain, max(s.as_at), r.row_on, r.recorded_at, r.digest
  FROM people_link l
  JOIN people_record r ON r.id = l.record_id
  JOIN people_sighting s ON s.record_id = r.id
  JOIN people_batch b ON b.id = s.batch_id
 WHERE l.person_id = %(person)s
   AND l.recorded_at < %(end)s AND (l.superseded_at IS NULL OR l.superseded_at >= %(end)s)
   AND r.recorded_at < %(end)s AND (r.superseded_at IS NULL OR r.superseded_at >= %(end)s)
   AND b.received_at < %(end)s AND (s.withdrawn_at IS NULL OR s.withdrawn_at >= %(end)s)
 GROUP BY r.id
"""
ROLLS = "SELECT source, max(as_at) FROM people_batch WHERE state = 'done' AND received_at < %s GROUP BY source"


def end_of(day: date) -> datetime:
    """Return the instant at which a day ends in China."""
    return datetime.combine(day + timedelta(days=1), time.min, clock.CHINA)


def statements_known_on(person_id: int, day: date) -> list[Statement]:
    """Return what the records known at the end of a day said of one person."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"person": person_id, "end": end_of(day)})
        return [
            Statement(i, source, records.unseal(sealed, domain), as_at, row_on, recorded_at, bytes(digest))
            for i, source, sealed, domain, as_at, row_on, recorded_at, digest in cursor.fetchall()
        ]


def rolls_known_on(day: date) -> list[tuple[str, date]]:
    """Return the newest as-at of each source's rolls taken in by the end of a day."""
    with connection.cursor() as cursor:
        cursor.execute(ROLLS, [end_of(day)])
        return [(source, as_at) for source, as_at in cursor.fetchall()]
