"""New records, seen in a batch and linked to persons."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.org import selectors as org
from tongdeng.people import records, selectors
from tongdeng.people.models import Batch
from tongdeng.people.types import NewRecord

STAGED = (
    "id bigint, source text, digest bytea, sealed bytea, domain text, as_at date, row_on date, row_number bigint,"
    " person_id bigint, method text, weights jsonb, territory text"
)
SIGHTING = ("record_id", "batch_id", "row_number", "as_at", "territory")


@lru_cache(maxsize=256)
def _dumped(weights: tuple[tuple[str, Any], ...]) -> str:
    return json.dumps(dict(weights))


def _weights(weights: Mapping[str, Any]) -> str:
    # Exact links say the same few things over and over; a probable one has a list of comparisons of its own.
    return json.dumps(weights) if "comparisons" in weights else _dumped(tuple(weights.items()))


def store_records(*, batch_id: int, new: Sequence[NewRecord], by: Actor, territory: str | None = None) -> list[int]:
    """Store rows as records with a sighting and a link each, make the new persons, and return the record ids.

    What concerns a known person is placed where the person is, the rest at the county, unless a territory is given;
    `rebuild` moves it to the community that the records tell of. Whoever may see one community only must give it, or
    row security refuses.
    """
    org.hold_map()  # until the profiles are rebuilt, or a record may be left behind in a community that has ended
    at, county = clock.now(), selectors.county_code(clock.today())
    ids = bulk.take_ids("people_record", len(new))
    fresh = {one.person_id for one in new if one.is_new_person and one.person_id is not None}
    # What a later roll says of a known person would else stay at the county, out of the community's sight.
    known = selectors.territories({one.person_id for one in new if one.person_id is not None} - fresh)
    bulk.insert(
        "people_person",
        ("id", "territory", "created_at"),
        ((person, territory or county, at) for person in sorted(fresh)),
    )
    with connection.cursor() as cursor:
        # Staged once, then dealt out by SQL: three tables for the price of one COPY.
        cursor.execute(f"CREATE TEMP TABLE stage_new ({STAGED}) ON COMMIT DROP")
        with cursor.copy("COPY stage_new FROM STDIN") as copy:
            for i, one in zip(ids, new, strict=True):
                copy.write_row(
                    (
                        i, one.source, one.digest, records.seal(one.values, one.domain), one.domain, one.as_at,
                        one.row_on, one.row_number, one.person_id, one.method, _weights(one.weights),
                        territory or known.get(one.person_id or 0, county),
                    )
                )  # fmt: skip
        cursor.execute(
            "INSERT INTO people_record (id, source, digest, sealed, domain, territory, as_at, row_on, recorded_at)"
            " SELECT id, source, digest, sealed, domain, territory, as_at, row_on, %s FROM stage_new",
            [at],
        )
        cursor.execute(
            "INSERT INTO people_sighting (record_id, batch_id, row_number, as_at, territory)"
            " SELECT id, %s, row_number, as_at, territory FROM stage_new",
            [batch_id],
        )
        cursor.execute(
            "INSERT INTO people_link (record_id, person_id, method, weights, staff_id, territory, recorded_at)"
            " SELECT id, person_id, method, weights, %s, territory, %s FROM stage_new WHERE person_id IS NOT NULL",
            [by.staff_id, at],
        )
        # Whoever was silent because a roll was taken back is spoken of again.
        cursor.execute(
            "UPDATE people_person p SET retired_at = NULL FROM stage_new n"
            " WHERE p.id = n.person_id AND p.retired_at IS NOT NULL"
        )
        cursor.execute("DROP TABLE stage_new")
    audit.record("people.records.stored", by=by, detail={"batch": batch_id, "records": len(ids), "people": len(fresh)})
    return ids


def see_again(*, batch_id: int, seen: Mapping[int, int], as_at: date, by: Actor) -> list[int]:
    """Add a sighting to records already known (record id -> row number); a superseded one lives again.

    Returns the persons whose newest as-at changed and who must be resolved anew.
    """
    county = selectors.county_code(clock.today())
    rows: Iterable[tuple[int, int, int, date, str]] = ((i, batch_id, row, as_at, county) for i, row in seen.items())
    bulk.insert("people_sighting", SIGHTING, rows)
    bulk.values("stage_seen", "record_id", "bigint", seen)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_sighting s SET territory = r.territory FROM people_record r, stage_seen seen"
            " WHERE s.batch_id = %s AND s.record_id = r.id AND r.id = seen.record_id",
            [batch_id],
        )
        cursor.execute(
            "WITH newer AS (UPDATE people_record r SET superseded_at = NULL, as_at ="
            " CASE WHEN r.superseded_at IS NULL THEN greatest(r.as_at, %s) ELSE %s END"
            " FROM stage_seen seen WHERE r.id = seen.record_id AND (r.as_at < %s OR r.superseded_at IS NOT NULL)"
            " RETURNING r.id) SELECT DISTINCT person_id FROM people_link JOIN newer ON newer.id = record_id"
            " WHERE superseded_at IS NULL",
            [as_at, as_at, as_at],
        )
        touched = [row[0] for row in cursor.fetchall()]
    bulk.drop("stage_seen")
    audit.record("people.records.seen_again", by=by, detail={"batch": batch_id, "records": len(seen)})
    return touched


def keep_local_numbers(*, numbers: Mapping[bytes, date | None], by: Actor) -> None:
    """Remember the blind index of registered residents' numbers and the newest row date; nothing else of them."""
    county = selectors.county_code(clock.today())
    bulk.load(
        "stage_local",
        "people_local_number",
        ("key", "row_on", "territory"),
        ((k, d, county) for k, d in numbers.items()),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_local_number (key, row_on, territory) SELECT key, row_on, territory FROM stage_local"
            " ON CONFLICT (key) DO UPDATE SET row_on = greatest(people_local_number.row_on, excluded.row_on)"
        )
    bulk.drop("stage_local")
    audit.record("people.local_numbers.kept", by=by, detail={"numbers": len(numbers)})


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
