"""Brings the cache rows of persons to what their profiles say now. Rows that say it already are left alone."""

from collections.abc import Iterable, Sequence

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.people import caches
from tongdeng.people.caches import IDENTITY, KEY, SPELL_HEAD, SPELLS, Keys, Line, Profiles

# A list of ids is looked up in the index, whatever the planner takes the tables for.
CONCERNED = "person_id = ANY(ARRAY(SELECT person_id FROM stage_concerned))"
SEALED = {"id_sealed": "id_index", "claimed_sealed": "claimed_index", "phone_sealed": "phone_index"}
_PLAIN = [column for column in IDENTITY if column not in SEALED and column != "person_id"]
# No cipher says the same twice: the one that is there stays while its blind key does.
_SET = ", ".join(
    [f"{column} = s.{column}" for column in _PLAIN]
    + [f"{one} = CASE WHEN i.{key} = s.{key} THEN i.{one} ELSE s.{one} END" for one, key in SEALED.items()]
)


def _of(alias: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


UPDATE = f"""
UPDATE people_identity i SET {_SET} FROM stage_now s
WHERE i.person_id = s.person_id AND i.{CONCERNED} AND ({_of("i", _PLAIN)}) IS DISTINCT FROM ({_of("s", _PLAIN)})"""
HAD = (
    """
CREATE TEMP TABLE stage_had ON COMMIT DROP AS SELECT t.person_id, t.{key}, s.person_id IS NOT NULL AS is_same
FROM {table} t LEFT JOIN stage_now s ON s.person_id = t.person_id AND s.{key} = t.{key}
  AND ({theirs}) IS NOT DISTINCT FROM ({ours})
WHERE t."""
    + CONCERNED
)
REMOVE = """
DELETE FROM {table} t USING stage_had h WHERE NOT h.is_same AND t.person_id = h.person_id AND t.{key} = h.{key}
AND t.person_id = ANY(ARRAY(SELECT person_id FROM stage_had WHERE NOT is_same))"""
ADD = """
INSERT INTO {table} ({names}) SELECT {names} FROM stage_now s WHERE NOT EXISTS (
  SELECT 1 FROM stage_had h WHERE h.is_same AND h.person_id = s.person_id AND h.{key} = s.{key})"""


def refresh(profiles: Profiles, keys: Keys) -> None:
    """Let the cache rows of these persons, who have some or none, say what their profiles say."""
    bulk.values("stage_concerned", "person_id", "bigint", profiles)
    _identities(profiles)
    _replace("people_key", "key", KEY, caches.key_rows(profiles, keys))
    for table, columns in SPELLS.items():
        _replace(f"people_{table}", "record_id", (*SPELL_HEAD, *columns), caches.spell_rows(profiles, table))
    bulk.drop("stage_concerned")


def silence(persons: Sequence[int]) -> None:
    """Remove the cache rows of persons whose records were all withdrawn, but not their keys.

    When somebody speaks of them again, in whatever roll, it is the same person who comes back.
    """
    with connection.cursor() as cursor:
        for table in ("people_identity", *(f"people_{table}" for table in SPELLS)):
            cursor.execute(f"DELETE FROM {table} WHERE person_id = ANY(%s)", [list(persons)])


def _identities(profiles: Profiles) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person_id, id_index, claimed_index, phone_index FROM people_identity WHERE {CONCERNED}")
        had = {person: keys for person, *keys in cursor.fetchall()}
        known = (caches.identity_row(p, one, t, had[p]) for p, (one, t) in profiles.items() if p in had)
        bulk.load("stage_now", "people_identity", IDENTITY, known)
        cursor.execute(UPDATE)
    bulk.drop("stage_now")
    new = [caches.identity_row(p, one, t) for p, (one, t) in profiles.items() if p not in had]
    if new:
        bulk.insert("people_identity", IDENTITY, new)


def _replace(table: str, key: str, columns: Sequence[str], rows: Iterable[Line]) -> None:
    """Let a table have these rows of the persons in `stage_concerned` and no others."""
    # A sealed value comes from the record of its row, and is what it was while the rest is.
    compared = [column for column in columns if not column.endswith("_sealed")]
    pair = {"theirs": _of("t", compared), "ours": _of("s", compared)}
    words = {"table": table, "key": key, "names": ", ".join(columns), **pair}
    bulk.load("stage_now", table, columns, rows)
    with connection.cursor() as cursor:
        for statement in (HAD, REMOVE, ADD):
            cursor.execute(statement.format(**words))
    bulk.drop("stage_now", "stage_had")
