"""Who in the register could be somebody asked about: plain columns and blind keys only, nothing is opened.

The caller fills the temporary table `stage_ask`: a line for each way in which a person may have been written down.
Every condition that finds a row is equality or a range on an indexed column, because under row security only leakproof
operators reach an index; the rest is filtered from what was found.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.people import newer_keys, records

MOST_NAMES_OF_A_PHONE = 50  # the phone of an agency, or one typed to fill the field
# From here on joining by hashing is quicker than looking each line up: so many lines ask for each thousand persons.
MANY_PER_THOUSAND = 20

FEW = 1_000
_KEYS = ("phone_key", "claimed_key", "number_key")

ASK = (
    "person_id bigint, is_free bool, name_sound text, head text, tail text, sex text, born_on date, phone_key bytea,"
    " claimed_key bytea, number_key bytea, year_from date, year_until date"
)
# Like-sounding, or the same surname or last character; used only beside something that is indexed.
_ALIKE = "(i.name_sound = a.name_sound OR left(i.name_sound, 4) = a.head OR right(i.name, 1) = a.tail)"
# Two valid numbers are never compared: whoever bears one is asked about only among those who bear none.
_FREE = "(a.is_free OR i.id_index IS NULL)"
_RULES = (
    f"i.born_on = a.born_on AND (i.name_sound = a.name_sound OR (i.sex = a.sex AND {_ALIKE}))",
    f"i.phone_index = a.phone_key AND (i.born_on = a.born_on OR {_ALIKE})",
    "i.name_sound = a.name_sound AND a.year_from IS NOT NULL AND i.born_on >= a.year_from AND i.born_on < a.year_until",
    "i.name_sound = a.name_sound AND i.born_on IS NULL AND i.claimed_index IS NOT NULL",
    "i.claimed_index = a.claimed_key",
    "i.id_index = a.number_key",
)
# OFFSET makes each line a question of its own, answered by an index; joined freely, the planner would rather walk
# through the whole territory, which it takes to be small.
PAIRS = " UNION ".join(
    "SELECT a.person_id, found.person_id FROM stage_ask a CROSS JOIN LATERAL ("
    f"SELECT i.person_id FROM people_identity i WHERE {rule} AND {_FREE} AND i.person_id <> a.person_id OFFSET 0) found"
    for rule in _RULES
)
PAIRS_IN_BULK = " UNION ".join(
    f"SELECT a.person_id, i.person_id FROM stage_ask a JOIN people_identity i ON {rule} AND {_FREE}"
    " WHERE i.person_id <> a.person_id"
    for rule in _RULES
)


@contextmanager
def looking_up(is_bulk: bool) -> Iterator[None]:
    """Let the planner join by hashing, or look every line up by an index; its statistics may be of an empty table."""
    names = ("enable_nestloop", "enable_hashjoin", "enable_mergejoin", "enable_bitmapscan", "work_mem")
    wanted = ("off", "on", "on", "on", "128MB") if is_bulk else ("on", "off", "off", "off", "32MB")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
        former = cursor.fetchone()
        _set(names, wanted)
        yield
        _set(names, former)


def _set(names: Iterable[str], values: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for name, value in zip(names, values, strict=True):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


# The planner goes by what it counted last, were it nothing: then any index is as good as any other, and it may take the
# one by territory, which a job reads from end to end. What it has never looked at it judges by its size, well enough.
MOST_BYTES = 4_000  # of a row: a table with more of them for each that was counted has grown since
GROWN = """
SELECT oid::regclass::text FROM pg_class WHERE oid = ANY (%s::text[]::regclass[])
AND reltuples >= 0 AND reltuples * %s < pg_relation_size(oid)"""
SEARCHED = ("people_identity", "people_key", "people_person", "people_record", "people_link")


def look_over() -> None:
    """Let the planner look at those tables of the register that it takes to be far smaller than they are."""
    with connection.cursor() as cursor:
        cursor.execute(GROWN, [list(SEARCHED), MOST_BYTES])
        if grown := [table for (table,) in cursor.fetchall()]:
            cursor.execute("ANALYZE " + ", ".join(grown))


# As many people take a second or two to count, and are known closely enough from the planner's look at the pages: how
# rare a name is and how a look-up is best done hang on the order of the number.
MANY_PEOPLE = 200_000
COUNTED = """
SELECT reltuples, pg_relation_size('people_identity') / %s FROM pg_class WHERE oid = 'people_identity'::regclass"""


def count_people() -> int:
    """Return how many people the register has that the reader may see, of very many roughly how many.

    Looks them over if the planner has not yet: after a first roll the server's own look may be a minute away, and until
    then every look-up takes the register for empty and reads all of it.
    """
    look_over()
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [MOST_BYTES])
        taken_for, at_least = cursor.fetchone()
        if taken_for > MANY_PEOPLE and taken_for > at_least:
            return int(taken_for)
        cursor.execute("SELECT count(*) FROM people_identity")
        people = int(cursor.fetchone()[0])
        if people > FEW and not people / 2 < taken_for < people * 2:
            cursor.execute("ANALYZE people_identity, people_link, people_record")
        return people


def _each(stage: str, columns: str, condition: str, *, is_bulk: bool, groups: str) -> str:
    """Return the query that counts the persons under each line of a stage."""
    if is_bulk:
        return f"SELECT {groups}, {columns} FROM {stage} s JOIN people_identity i ON {condition} GROUP BY {groups}"
    found = f"SELECT {columns} FROM people_identity i WHERE {condition} OFFSET 0"
    return f"SELECT {groups}, found.* FROM {stage} s CROSS JOIN LATERAL ({found}) found"


def count_phones(phones: Iterable[bytes], *, is_bulk: bool) -> dict[bytes, tuple[int, int]]:
    """Return for each phone's blind key how many persons and how many different names bear it here."""
    bulk.values("stage_phones", "key", "bytea", phones)
    newer_keys.bring_up("stage_phones", "key")
    columns = "count(*), count(DISTINCT i.name)"
    query = _each("stage_phones", columns, "i.phone_index = s.key", is_bulk=is_bulk, groups="s.key")
    with looking_up(is_bulk), connection.cursor() as cursor:
        cursor.execute(query)
        found = {bytes(key): (persons, names) for key, persons, names in cursor.fetchall()}
    bulk.drop("stage_phones")
    return found


def count_names(names: Iterable[tuple[str, str]], *, is_bulk: bool) -> dict[str, int]:
    """Return how many persons here bear each of these names, given as (name, sound)."""
    condition = "i.name_sound = s.sound AND i.name = s.name"
    query = _each("stage_names", "count(*)", condition, is_bulk=is_bulk, groups="s.name")
    with looking_up(is_bulk), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE stage_names (name text, sound text) ON COMMIT DROP")
        with cursor.copy("COPY stage_names FROM STDIN") as copy:
            for line in names:
                copy.write_row(line)
        cursor.execute("ANALYZE stage_names")
        cursor.execute(query)
        found: dict[str, int] = dict(cursor.fetchall())
    bulk.drop("stage_names")
    return found


_OPENED = """
SELECT s.person_id, r.id, r.sealed, r.domain FROM stage_near s
CROSS JOIN LATERAL (SELECT l.record_id FROM people_link l WHERE l.person_id = s.person_id AND l.superseded_at IS NULL
                    OFFSET 0) l
CROSS JOIN LATERAL (SELECT r.id, r.sealed, r.domain FROM people_record r WHERE r.id = l.record_id
                    AND r.superseded_at IS NULL OFFSET 0) r"""
_OPENED_IN_BULK = """
SELECT s.person_id, r.id, r.sealed, r.domain FROM stage_near s JOIN people_link l USING (person_id)
JOIN people_record r ON r.id = l.record_id WHERE l.superseded_at IS NULL AND r.superseded_at IS NULL"""


def opened(persons: Iterable[int], *, is_bulk: bool) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield (person, record, what it says) for every live record of these persons."""
    bulk.values("stage_near", "person_id", "bigint", persons)
    with looking_up(is_bulk):
        for person, record, sealed, domain in bulk.streamed(_OPENED_IN_BULK if is_bulk else _OPENED):
            yield person, record, records.unseal(sealed, domain)
    bulk.drop("stage_near")


def near(*, is_bulk: bool) -> list[tuple[int, int]]:
    """Return (person asked about, person of the register) for all who could be one."""
    newer_keys.bring_up("stage_ask", *_KEYS)
    with looking_up(is_bulk), connection.cursor() as cursor:
        cursor.execute(PAIRS_IN_BULK if is_bulk else PAIRS)
        return [(asked, found) for asked, found in cursor.fetchall()]


# Somebody else who bears a number, and has a record that was linked without one: it may be the new bearer's.
_UNSURE = """EXISTS (
    SELECT 1 FROM people_link l WHERE l.person_id = i.person_id AND l.superseded_at IS NULL
    AND (l.method LIKE 'probable%' OR l.weights ->> 'basis' = 'triple'))"""
_BEARERS = (
    f"i.born_on = a.born_on AND {_ALIKE}",
    f"i.phone_index = a.phone_key AND {_ALIKE}",
)


def near_bearers(*, is_bulk: bool) -> list[tuple[int, int]]:
    """Return (new bearer of a number, bearer here) for all where a record of the latter may be the former's."""
    newer_keys.bring_up("stage_ask", *_KEYS)
    with looking_up(is_bulk), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE stage_rival ON COMMIT DROP AS "
            + " UNION ".join(
                "SELECT a.person_id AS asked, found.person_id FROM stage_ask a CROSS JOIN LATERAL ("
                f"SELECT i.person_id FROM people_identity i WHERE {rule} AND i.id_index IS NOT NULL"
                " AND i.person_id <> a.person_id OFFSET 0) found WHERE NOT a.is_free"
                if not is_bulk
                else f"SELECT a.person_id AS asked, i.person_id FROM stage_ask a JOIN people_identity i ON {rule}"
                " AND i.id_index IS NOT NULL AND i.person_id <> a.person_id WHERE NOT a.is_free"
                for rule in _BEARERS
            )
        )
        cursor.execute("ANALYZE stage_rival")
        cursor.execute(f"SELECT i.asked, i.person_id FROM stage_rival i WHERE {_UNSURE}")
        found = [(asked, person) for asked, person in cursor.fetchall()]
    bulk.drop("stage_rival")
    return found
