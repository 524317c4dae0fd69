"""The temporary tables of an import: what its rows say, and what the register knows of whoever they might be.

`stage_in` has what each good row is matched by, `stage_said` the sealed row and what else is stored of it, `stage_row`
the rows that are not known yet and whose they are. What is looked through often is narrow; what is wide is written once
and read once for each table it goes to. All go with the transaction.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.kernel import ids
from tongdeng.people import caches, candidates, newer_keys, records
from tongdeng.people.lines import PLAIN

FEW = 2_000  # bytes of the table of keys for each row: some 25 keys
LEAN = (
    "position bigint, digest bytea, domain text, row_on date, number_key bytea, triple_key bytea,"
    " needs_name bool, is_resident bool, name text, name_sound text, born_on date, sex text, phone_key bytea,"
    " hukou_code text, community text"
)
SAID = (
    ("sealed", "bytea"),
    *((column, "text") for column in ("given", "pinyin", "initials", *PLAIN)),
    *((column, "bytea") for column in ("id_sealed", "claimed_sealed", "claimed_index", "phone_sealed")),
    ("has_police_row", "bool"),
    ("sources", "text"),
)  # fmt: skip
# What is asked of the register. Where {apart} is OFFSET 0, each line of the stage is a question of its own, answered by
# an index, whatever the planner takes the register for; where it is nothing, both are joined as a whole.
APART = "OFFSET 0"
KNOWN = """
CREATE TEMP TABLE stage_known ON COMMIT DROP AS
SELECT s.position, r.* FROM stage_in s CROSS JOIN LATERAL (
  SELECT r.id AS record_id, r.superseded_at IS NOT NULL AS is_silent, r.sealed = '\\xff' AS is_shredded
  FROM people_record r WHERE r.digest = s.digest {apart}) r"""
# A row of somebody who was deleted is known, and that is all: it never speaks again.
SEEN = """
CREATE TEMP TABLE stage_seen ON COMMIT DROP AS
SELECT record_id, is_silent, min(position) AS position FROM stage_known WHERE NOT is_shredded
GROUP BY record_id, is_silent"""
# Also what an earlier row of the same file says already.
UNCHANGED = """
CREATE TEMP TABLE stage_unchanged ON COMMIT DROP AS
SELECT position FROM stage_known UNION
SELECT s.position FROM stage_in s JOIN (
  SELECT digest, min(position) AS first FROM stage_in GROUP BY digest HAVING count(*) > 1) d USING (digest)
WHERE s.position <> d.first"""
BEARERS = """
CREATE TEMP TABLE stage_bearer ON COMMIT DROP AS
SELECT DISTINCT wanted.key, found.person_id, false AS has_number, NULL::text AS name
FROM (SELECT number_key AS key FROM stage_in UNION SELECT triple_key FROM stage_in) wanted CROSS JOIN LATERAL (
  SELECT coalesce(p.survivor_id, p.id) AS person_id FROM people_key k JOIN people_person p ON p.id = k.person_id
  WHERE k.key = wanted.key {apart}) found"""
NUMBERED = """
UPDATE stage_bearer b SET has_number = true
WHERE EXISTS (SELECT 1 FROM people_key k WHERE k.person_id = b.person_id AND k.kind = 1 {apart})"""
# Few: bearers of a number that some row contradicts, and whoever may turn out to bear it by a row that does not.
NAMED = """
UPDATE stage_bearer b SET name = (SELECT i.name FROM people_identity i WHERE i.person_id = b.person_id)
WHERE b.key IN (
  SELECT number_key FROM stage_in WHERE needs_name UNION
  SELECT triple_key FROM stage_in WHERE number_key IN (SELECT number_key FROM stage_in WHERE needs_name))"""
LOCALS = """
CREATE TEMP TABLE stage_local ON COMMIT DROP AS
SELECT s.position, n.row_on FROM stage_in s CROSS JOIN LATERAL (
  SELECT n.row_on FROM people_local_number n WHERE n.key = s.number_key {apart}) n"""
MADE = """
CREATE TEMP TABLE stage_made ON COMMIT DROP AS
SELECT d.position, f.id FROM (
  SELECT position, row_number() OVER () AS turn FROM stage_decided WHERE is_new) d JOIN stage_drawn f USING (turn)"""
# What concerns a known person is placed where the person is, a new person where the row says, the rest at the county.
ROWS = """
CREATE TEMP TABLE stage_row ON COMMIT DROP AS
SELECT s.*, nextval((SELECT pg_get_serial_sequence('people_record', 'id')::regclass)) AS record_id,
  coalesce(m.id, d.person_id) AS person_id, d.is_new, d.in_doubt, d.is_claimed,
  CASE WHEN d.person_id IS NOT NULL THEN %(method)s END AS method,
  CASE d.basis WHEN 'number' THEN '{"basis": "number"}' WHEN 'none' THEN '{"basis": "none"}'
    ELSE jsonb_build_object('basis', d.basis) END AS weights,
  CASE WHEN p.id IS NOT NULL THEN p.territory WHEN d.is_new OR d.person_id < 0 THEN coalesce(s.community, %(county)s)
    ELSE %(county)s END::text AS territory
FROM stage_decided d JOIN stage_in s USING (position)
LEFT JOIN stage_made m ON m.position = -d.person_id
LEFT JOIN people_person p ON p.id = d.person_id"""
TAKEN = "DELETE FROM stage_offer o USING people_person p WHERE p.id = o.id"
TWICE = """
DELETE FROM stage_offer o USING (SELECT id, min(ctid) AS first FROM stage_offer GROUP BY id HAVING count(*) > 1) d
WHERE o.id = d.id AND o.ctid <> d.first"""
TABLES = (
    "in", "said", "known", "seen", "unchanged", "bearer", "local", "drawn", "made", "row", "stated", "anew", "several",
    "outdated", "decided", "unsure", "left_out", "resident",
)  # fmt: skip


def _said_columns(source: str, more: str) -> Iterator[str]:
    """Yield the columns of `stage_said`, in the order of the lines."""
    yield "NULL::bigint AS position"
    for name, kind in SAID:
        yield f"NULL::{kind} AS {name}"
    for table in caches.tables_of(source):
        yield f"NULL::bool AS has_{table}"
        for column in caches.SPELLS[table]:
            yield f"people_{table}.{column} AS {table}_{column}"
    for name, kind in own_columns(more):
        yield f"NULL::{kind} AS own_{name}"


def own_columns(more: str) -> list[tuple[str, str]]:
    """Return (name, type) of columns written as in CREATE TABLE."""
    return [(name, kind) for name, kind in (column.split(maxsplit=1) for column in more.split(",") if column.strip())]


@contextmanager
def stage(source: str, as_at: date, more: str = "") -> Iterator[None]:
    """Hold the tables for the rows of one roll. `more`: the columns that its own kind adds, as in CREATE TABLE."""
    tables = ", ".join(f"people_{table}" for table in caches.tables_of(source))
    columns = ", ".join(_said_columns(source, more))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_in ({LEAN}, as_at date DEFAULT '{as_at:%Y-%m-%d}') ON COMMIT DROP")
        origin = f" FROM {tables}" if tables else ""
        cursor.execute(f"CREATE TEMP TABLE stage_said ON COMMIT DROP AS SELECT {columns}{origin} WITH NO DATA")
    yield
    bulk.drop(*(f"stage_{name}" for name in TABLES))


def copy(lean: bytes, said: bytes) -> None:
    """Add the lines of some rows."""
    columns = ", ".join(part.split()[0] for part in LEAN.split(", "))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY stage_in ({columns}) FROM STDIN") as stream:
            stream.write(lean)
        with cursor.copy("COPY stage_said FROM STDIN") as stream:
            stream.write(said)


def look_up() -> int:
    """Find which rows are known, who bears the keys of the others, and whose numbers are residents'.

    Returns how many rows say nothing new.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stage_in (position, digest, number_key, triple_key)")
        newer_keys.bring_up("stage_in", "number_key", "triple_key", "phone_key")
        newer_keys.bring_up_digests("stage_in", "digest")
        with _as_fits() as apart:
            cursor.execute(KNOWN.format(apart=apart))
        cursor.execute(SEEN)
        cursor.execute(UNCHANGED)
        with _as_fits() as apart:
            for statement in (BEARERS, NUMBERED, LOCALS):
                cursor.execute(statement.format(apart=apart))
        cursor.execute("ANALYZE stage_bearer; ANALYZE stage_unchanged; ANALYZE stage_local")
        cursor.execute("SELECT count(*) FROM stage_unchanged")
        return int(cursor.fetchone()[0])


@contextmanager
def _as_fits() -> Iterator[str]:
    """Let few rows beside a large register be looked up one by one, and many be joined with the whole of it.

    Yields what `{apart}` stands for then.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples * %s < pg_relation_size('people_key') FROM pg_class WHERE oid = 'stage_in'::regclass",
            [FEW],
        )
        is_few = cursor.fetchone()[0]
    if is_few:
        candidates.look_over()
        with candidates.looking_up(is_bulk=False):
            yield APART
    else:
        yield ""


def name_bearers() -> None:
    """Give the names of those to be compared with a row that contradicts its number."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED)


def draw_ids(count: int) -> None:
    """Make `stage_drawn`: person ids that nobody bears, in the order they were drawn, with their `turn` from 1."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE stage_offer (id bigint) ON COMMIT DROP")
        have = 0
        while have < count:
            with cursor.copy("COPY stage_offer FROM STDIN") as stream:
                for one in ids.draw((count - have) * 11 // 10 + 10):
                    stream.write_row((one,))
            cursor.execute(TAKEN)
            cursor.execute(TWICE)
            cursor.execute("SELECT count(*) FROM stage_offer")
            have = cursor.fetchone()[0]
        # Not sorted: an id must say nothing of its row's place in the file.
        cursor.execute(
            "CREATE TEMP TABLE stage_drawn ON COMMIT DROP AS SELECT id, row_number() OVER () AS turn FROM stage_offer"
        )
        cursor.execute("DROP TABLE stage_offer")


def make_rows(method: str, county: str) -> None:
    """Make `stage_row` from `stage_decided`: the rows to be stored, each with its record's and its person's id.

    There a person whom this roll makes is the negative position of the row that makes it; nobody: a dwelling.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stage_decided WHERE is_new")
        draw_ids(int(cursor.fetchone()[0]))
        cursor.execute(MADE)
        cursor.execute("ANALYZE stage_decided; ANALYZE stage_made")
        cursor.execute(ROWS, {"method": method, "county": county})
        cursor.execute("ANALYZE stage_row (position, person_id, is_new)")


def count_rows() -> dict[str, int]:
    """Return how many persons the rows of `stage_row` made, and how many rows found one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new AND person_id IS NOT NULL)"
            " FROM stage_row"
        )
        new, matched = cursor.fetchone()
    return {"new_people": new, "matched": matched}


def doubted() -> list[tuple[int, int, int, dict[str, Any]]]:
    """Return (person, other, record, weights) of each row in doubt and each person it may be of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.person_id, coalesce(m.id, u.other_id), s.record_id, s.weights FROM stage_unsure u"
            " JOIN stage_row s USING (position) LEFT JOIN stage_made m ON m.position = -u.other_id"
            " WHERE s.in_doubt AND s.is_new ORDER BY s.position, 2"
        )
        return [(person, other, record, json.loads(weights)) for person, other, record, weights in cursor.fetchall()]


def records_at(positions: Collection[int] | None = None) -> dict[int, int]:
    """Return the record that each row of `stage_row` becomes, by position; of some rows or of all."""
    wanted = None if positions is None else list(positions)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, record_id FROM stage_row WHERE %s::bigint[] IS NULL OR position = ANY(%s)",
            [wanted, wanted],
        )
        return dict(cursor.fetchall())


def speaking_again() -> dict[int, int | None]:
    """Return the records that were withdrawn and speak again, with the person of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.record_id, t.person_id FROM stage_stated t JOIN stage_seen s USING (record_id) WHERE s.is_silent"
        )
        return dict(cursor.fetchall())


def claim_numbers() -> None:
    """Keep as claimed the numbers that are somebody else's by their birth date: they identify nobody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, d.sealed, domain FROM stage_row JOIN stage_said d USING (position) WHERE is_claimed"
        )
        rows = cursor.fetchall()
        if not rows:
            return
        cursor.execute("CREATE TEMP TABLE stage_claimed (position bigint, sealed bytea) ON COMMIT DROP")
        with cursor.copy("COPY stage_claimed FROM STDIN") as stream:
            for position, sealed, domain in rows:
                values = records.unseal(sealed, domain)
                values["id_claimed"] = values.pop("id_number")
                stream.write_row((position, records.seal(values, domain)))
        cursor.execute("UPDATE stage_said s SET sealed = c.sealed FROM stage_claimed c WHERE c.position = s.position")
        cursor.execute("DROP TABLE stage_claimed")
