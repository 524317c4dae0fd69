"""New records, seen in a batch and linked to persons."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.org import selectors as org
from tongdeng.people import caches, records, selectors
from tongdeng.people.models import Batch
from tongdeng.people.types import NewRecord

# What becomes of `stage_row`, made by `staging` for a roll and here for an entry: staged once, dealt out by SQL.
STAGED = (
    "record_id bigint, digest bytea, sealed bytea, domain text, as_at date, row_on date, position bigint,"
    " person_id bigint, is_new bool, method text, weights jsonb, territory text"
)
PERSONS = """
INSERT INTO people_person (id, territory, created_at) SELECT person_id, territory, %(at)s FROM stage_row WHERE is_new"""
RECORDS = """
INSERT INTO people_record (id, source, digest, sealed, domain, territory, as_at, row_on, recorded_at)
SELECT record_id, %(source)s, digest, sealed, domain, territory, as_at, row_on, %(at)s FROM stage_row"""
SIGHTINGS = """
INSERT INTO people_sighting (record_id, batch_id, row_number, as_at, territory)
SELECT record_id, %(batch)s, position, as_at, territory FROM stage_row"""
LINKS = """
INSERT INTO people_link (record_id, person_id, method, weights, staff_id, territory, recorded_at)
SELECT record_id, person_id, method, weights, %(staff)s, territory, %(at)s FROM stage_row WHERE person_id IS NOT NULL"""
# Whoever was silent because a roll was taken back is spoken of again.
UNRETIRE = """
UPDATE people_person p SET retired_at = NULL FROM stage_row s
WHERE p.id = s.person_id AND NOT s.is_new AND p.retired_at IS NOT NULL"""


def _deal_out(batch_id: int, source: str, at: datetime, by: Actor) -> tuple[int, int]:
    """Store the rows of `stage_row`; return how many records and how many persons they made."""
    values = {"batch": batch_id, "source": source, "at": at, "staff": by.staff_id}
    counts = []
    with connection.cursor() as cursor:
        for statement in (RECORDS, PERSONS, SIGHTINGS, LINKS, UNRETIRE):
            cursor.execute(statement, values)
            counts.append(cursor.rowcount)
    return counts[0], counts[1]


def store_records(*, batch_id: int, new: Sequence[NewRecord], by: Actor, territory: str | None = None) -> list[int]:
    """Store some rows of one source as records with a sighting and a link each, and return the record ids.

    What concerns a known person is placed where the person is, the rest at the county, unless a territory is given;
    `rebuild` moves it to the community that the records tell of. Whoever may see one community only must give it, or
    row security refuses.
    """
    org.hold_map()  # until the profiles are rebuilt, or a record may be left behind in a community that has ended
    county = selectors.county_code(clock.today())
    ids = bulk.take_ids("people_record", len(new))
    # What is said of a known person would else stay at the county, out of the community's sight.
    known = selectors.territories({one.person_id for one in new if one.person_id is not None and not one.is_new_person})
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_row ({STAGED}) ON COMMIT DROP")
        with cursor.copy("COPY stage_row FROM STDIN") as copy:
            for i, one in zip(ids, new, strict=True):
                place = territory or known.get(one.person_id or 0, county)
                copy.write_row(
                    (
                        i, one.digest, records.seal(one.values, one.domain), one.domain, one.as_at, one.row_on,
                        one.row_number, one.person_id, one.is_new_person, one.method, json.dumps(one.weights), place,
                    )
                )  # fmt: skip
        records_made, people = _deal_out(batch_id, new[0].source, clock.now(), by)
        cursor.execute("DROP TABLE stage_row")
    audit.record("people.records.stored", by=by, detail={"batch": batch_id, "records": records_made, "people": people})
    return ids


# Whom the roll makes by several rows or speaks of though known. A new person is placed where the newest row says, so
# that `rebuild_anew` seldom has to move one; it must find what hangs on a person in one place.
SEVERAL = """
CREATE TEMP TABLE stage_several ON COMMIT DROP AS
SELECT s.person_id, bool_or(s.is_new) AS is_made,
  (array_agg(s.community ORDER BY s.row_on DESC NULLS LAST) FILTER (WHERE s.community IS NOT NULL))[1] AS community
FROM (SELECT person_id FROM stage_row WHERE person_id IS NOT NULL GROUP BY person_id
  HAVING count(*) > 1 OR NOT bool_and(is_new)) j JOIN stage_row s USING (person_id) GROUP BY s.person_id"""
JOINED = """
UPDATE stage_row s SET is_alone = false, territory = j.territory
FROM (SELECT v.person_id, coalesce(p.territory, v.community, %(county)s) AS territory FROM stage_several v
  LEFT JOIN people_person p ON p.id = v.person_id) j
WHERE s.person_id = j.person_id AND (s.is_alone OR s.territory <> j.territory)"""
ANEW = """
CREATE TEMP TABLE stage_anew ON COMMIT DROP AS SELECT DISTINCT person_id FROM stage_row s
WHERE NOT is_alone AND NOT EXISTS (SELECT 1 FROM stage_several v WHERE v.is_made AND v.person_id = s.person_id)
  AND person_id IS NOT NULL"""
STATED = """
CREATE TEMP TABLE stage_stated ON COMMIT DROP AS
SELECT position, record_id, person_id, is_new, is_alone FROM stage_row
UNION ALL
SELECT s.position, s.record_id, l.person_id, false, false FROM stage_seen s
LEFT JOIN people_link l ON l.record_id = s.record_id AND l.superseded_at IS NULL WHERE s.is_silent"""


def store_staged(*, batch_id: int, source: str, recorded_at: datetime, by: Actor) -> None:
    """Store the staged rows of a roll; a person of a single new record gets the profile that came with the row.

    Makes `stage_stated`, the records that speak now and did not before, `stage_several`, whom several rows make, and
    `stage_anew`, whom to resolve anew because they were known.
    """
    org.hold_map()  # until the profiles are rebuilt, or a record may be left behind in a community that has ended
    with connection.cursor() as cursor:
        cursor.execute(SEVERAL)
        cursor.execute(JOINED, {"county": selectors.county_code(clock.today())})
        cursor.execute(STATED)
        cursor.execute(ANEW)
    made, people = _deal_out(batch_id, source, recorded_at, by)
    caches.write_alone(source)
    audit.record("people.records.stored", by=by, detail={"batch": batch_id, "records": made, "people": people})


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
            " RETURNING r.id) INSERT INTO stage_anew SELECT DISTINCT person_id FROM people_link"
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


def keep_local_numbers(*, by: Actor) -> None:
    """Remember the blind index of the numbers of `stage_resident` and the newest row date; nothing else of them."""
    county = selectors.county_code(clock.today())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_local_number (key, row_on, territory) SELECT number, max(row_on), %s"
            " FROM stage_resident GROUP BY number"
            " ON CONFLICT (key) DO UPDATE SET row_on = greatest(people_local_number.row_on, excluded.row_on)",
            [county],
        )
        kept = cursor.rowcount
    audit.record("people.local_numbers.kept", by=by, detail={"numbers": kept})


def open_entry(*, source: str, digest: bytes, by: Actor) -> int:
    """Open the batch of one entry made on a page or at a counter, and return its id."""
    at = clock.now()
    batch = Batch.objects.create(
        source=source, file_name="", file_digest=digest, as_at=clock.today(), state="done", counts={"rows": 1},
        rows_done=1, rows_total=1, staff_id=by.staff_id, received_at=at, finished_at=at,
    )  # fmt: skip
    audit.record("people.entry.opened", by=by, detail={"batch": batch.pk, "source": source})
    return int(batch.pk)


def take_back_entry(*, record_id: int, by: Actor) -> None:
    """Withdraw the sightings of one record and supersede it: nothing is deleted, and it no longer speaks."""
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_batch b SET state = 'withdrawn' FROM people_sighting s"
            " WHERE s.batch_id = b.id AND s.record_id = %s",
            [record_id],
        )
        cursor.execute(
            "UPDATE people_sighting SET withdrawn_at = %s WHERE record_id = %s AND withdrawn_at IS NULL",
            [at, record_id],
        )
        cursor.execute(
            "UPDATE people_record SET superseded_at = %s WHERE id = %s AND superseded_at IS NULL", [at, record_id]
        )
    audit.record("people.entry.taken_back", by=by, detail={"record": record_id})
