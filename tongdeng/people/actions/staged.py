"""A staged roll becomes records, links, persons and their profiles, in sets; what was known already is seen again."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.org import selectors as org
from tongdeng.people import caches, resting, selectors, several
from tongdeng.people.actions.rebuild import place
from tongdeng.people.actions.store import deal_out

# Whom the roll makes by several rows or speaks of though known. A new person is placed where the newest row says, so
# that `rebuild_anew` seldom has to move one; it must find what hangs on a person in one place.
SEVERAL = """
CREATE TEMP TABLE stage_several ON COMMIT DROP AS
SELECT s.person_id, bool_or(s.is_new) AS is_made,
  (array_agg(s.community ORDER BY s.row_on DESC NULLS LAST) FILTER (WHERE s.community IS NOT NULL))[1] AS community
FROM (SELECT person_id FROM stage_row WHERE person_id IS NOT NULL GROUP BY person_id
  HAVING count(*) > 1 OR NOT bool_and(is_new)) j JOIN stage_row s USING (person_id) GROUP BY s.person_id"""
JOINED = """
UPDATE stage_row s SET territory = j.territory
FROM (SELECT v.person_id, coalesce(p.territory, v.community, %(county)s) AS territory FROM stage_several v
  LEFT JOIN people_person p ON p.id = v.person_id) j
WHERE s.person_id = j.person_id AND s.territory <> j.territory"""
ANEW = """
CREATE TEMP TABLE stage_anew ON COMMIT DROP AS
SELECT person_id, true AS is_added FROM stage_several WHERE NOT is_made UNION ALL
SELECT person_id, true FROM stage_row s WHERE is_new AND is_claimed
  AND NOT EXISTS (SELECT FROM stage_several v WHERE v.person_id = s.person_id)"""
ANALYSED = "ANALYZE stage_several"
CORRECTED = (
    """
UPDATE stage_row s SET territory = c.territory FROM stage_corrected c WHERE s.person_id = c.id""",
    """
UPDATE people_key k SET territory = c.territory FROM stage_corrected c
 WHERE k.person_id = c.id AND k.person_id = ANY(ARRAY(SELECT id FROM stage_corrected))""",
)
STATED = """
CREATE TEMP TABLE stage_stated ON COMMIT DROP AS
SELECT position, record_id, person_id FROM stage_row
UNION ALL
SELECT s.position, s.record_id, l.person_id FROM stage_seen s
LEFT JOIN people_link l ON l.record_id = s.record_id AND l.superseded_at IS NULL WHERE s.is_silent"""


def store_staged(*, batch_id: int, source: str, recorded_at: datetime, on: date, by: Actor) -> None:
    """Store the staged rows of a roll, and the profiles of the persons whom it makes.

    Makes `stage_stated`, the records that speak now and did not before, `stage_several`, whom several rows make, and
    `stage_anew`, whom to resolve anew because they were known or only claim their number.
    """
    org.hold_map()  # until the profiles are rebuilt, or a record may be left behind in a community that has ended
    with connection.cursor() as cursor:
        cursor.execute(SEVERAL)
        cursor.execute(JOINED, {"county": selectors.county_code(on)})
        for statement in (ANALYSED, STATED, ANEW):
            cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM stage_row WHERE is_new")
        is_resting = resting.rest(int(cursor.fetchone()[0]))
    counts = []
    with several.Resolver(source, recorded_at, on) as resolver:
        resolver.feed()
        stored = deal_out(batch_id, source, recorded_at, by, sealed="JOIN stage_said USING (position)")
        for count in chain(stored, caches.write_made()):
            counts.append(count)
            resolver.store()
            resolver.feed()
        resolver.finish()
    _correct(resolver.moved)
    caches.write_spells(source)
    if is_resting:
        resting.wake()
    place(resolver.moved)
    if is_resting:
        resting.look_over()
    detail = {"batch": batch_id, "records": counts[0], "people": counts[1], "by_several_rows": resolver.count}
    audit.record("people.records.stored", by=by, detail=detail)


def _correct(moved: Sequence[tuple[int, str]]) -> None:
    """Let the keys and spells of persons who live elsewhere than their newest row said lie where they live."""
    if moved:
        bulk.load("stage_corrected", "people_person", ("id", "territory"), moved)
        with connection.cursor() as cursor:
            for statement in CORRECTED:
                cursor.execute(statement)
        bulk.drop("stage_corrected")


def see_again(*, batch_id: int, as_at: date, by: Actor) -> None:
    """Add a sighting to the records in `stage_seen`; a superseded one lives again, and its person comes back.

    Adds to `stage_anew` the persons whose newest as-at changed.
    """
    values = {"batch": batch_id, "as_at": as_at}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_sighting (record_id, batch_id, row_number, as_at, territory)"
            " SELECT r.id, %(batch)s, s.position, %(as_at)s, r.territory"
            " FROM stage_seen s JOIN people_record r ON r.id = s.record_id",
            values,
        )
        seen = cursor.rowcount
        cursor.execute(
            "WITH newer AS (UPDATE people_record r SET superseded_at = NULL, as_at ="
            " CASE WHEN r.superseded_at IS NULL THEN greatest(r.as_at, %(as_at)s) ELSE %(as_at)s END"
            " FROM stage_seen s WHERE r.id = s.record_id AND (r.as_at < %(as_at)s OR r.superseded_at IS NOT NULL)"
            " RETURNING r.id) INSERT INTO stage_anew SELECT DISTINCT person_id, false FROM people_link"
            " JOIN newer ON newer.id = record_id WHERE superseded_at IS NULL",
            values,
        )
        cursor.execute(
            "UPDATE people_person p SET retired_at = NULL FROM stage_anew t"
            " WHERE p.id = t.person_id AND p.retired_at IS NOT NULL RETURNING p.id"
        )
        back = [row[0] for row in cursor.fetchall()]
    audit.record("people.records.seen_again", by=by, detail={"batch": batch_id, "records": seen})
    if back:
        audit.record("people.persons.brought_back", by=by, subjects=back)
