"""New records, seen in a batch and linked to persons."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.org import selectors as org
from tongdeng.people import records, selectors
from tongdeng.people.models import Batch
from tongdeng.people.types import NewRecord

# What becomes of `stage_row`, made by `staging` for a roll and here for an entry: staged once, dealt out by SQL.
STAGED = (
    "record_id bigint, digest bytea, sealed bytea, domain text, as_at date, row_on date, position bigint,"
    " person_id bigint, is_new bool, method text, weights jsonb, territory text"
)
# In the order of their index, which is then built from left to right and not at a random place for each.
PERSONS = """
INSERT INTO people_person (id, territory, created_at)
SELECT person_id, territory, %(at)s FROM stage_row WHERE is_new ORDER BY person_id"""
RECORDS = """
INSERT INTO people_record (id, source, digest, sealed, domain, territory, as_at, row_on, recorded_at)
SELECT record_id, %(source)s, digest, sealed, domain, territory, as_at, row_on, %(at)s FROM stage_row {sealed}"""
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


def deal_out(batch_id: int, source: str, at: datetime, by: Actor, *, sealed: str = "") -> Iterator[int]:
    """Store the rows of `stage_row`, a table at a time; yield how many rows each got, records and persons first.

    `sealed` joins what has the sealed rows, where `stage_row` has not.
    """
    values = {"batch": batch_id, "source": source, "at": at, "staff": by.staff_id}
    for statement in (RECORDS, PERSONS, SIGHTINGS, LINKS, UNRETIRE):
        with connection.cursor() as cursor:
            cursor.execute(statement.format(sealed=sealed), values)
            count = int(cursor.rowcount)
        yield count


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
        records_made, people, *_ = deal_out(batch_id, new[0].source, clock.now(), by)
        cursor.execute("DROP TABLE stage_row")
    audit.record("people.records.stored", by=by, detail={"batch": batch_id, "records": records_made, "people": people})
    return ids


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
