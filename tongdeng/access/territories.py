"""Rows that follow to another territory: every personal table of the matrix, so that none is forgotten."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db import connection

from tongdeng.access import bulk

COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    " AND table_name = ANY(%s) AND column_name IN ('person_id', 'other_id')"
)
TOWN_OLD, TOWN_NEW = "left(m.old, 9) || '000'", "left(m.new, 9) || '000'"
# What lay with the town, because it concerns two places in it, lies with the county once one of them has left.
FOLLOW = (
    "UPDATE {table} t SET territory = CASE WHEN t.territory = m.old THEN m.new ELSE left(m.old, 6) || '000000' END"
    f" FROM stage_move m WHERE t.person_id = m.person_id AND m.old <> m.new AND (t.territory = m.old"
    f" OR (t.territory = {TOWN_OLD} AND {TOWN_NEW} <> {TOWN_OLD} AND m.old NOT LIKE '%%000'))"
)
# What names two persons lies with the smallest division that holds both.
BOTH = """
UPDATE {table} t SET territory = CASE WHEN a.territory = b.territory THEN a.territory
           WHEN left(a.territory, 9) = left(b.territory, 9) THEN left(a.territory, 9) || '000'
           ELSE left(a.territory, 6) || '000000' END
  FROM people_person a, people_person b
 WHERE a.id = t.person_id AND b.id = t.other_id
   AND (t.person_id IN (SELECT person_id FROM stage_move) OR t.other_id IN (SELECT person_id FROM stage_move))"""

# Rows of these packages are placed by their own hand, and may lie by intent where the person does not: a question to
# the community somebody left, a file's rejects. All others lie where their person lives.
ELSEWHERE = ("people_", "delivery_", "owed_", "intake_", "work_", "snapshots_")
AT_HOME = (
    "UPDATE {table} t SET territory = p.territory FROM people_person p WHERE p.id = t.person_id"
    " AND t.person_id = ANY(ARRAY(SELECT id FROM stage_home)) AND t.territory <> p.territory"
)


@lru_cache(maxsize=1)
def _at_home(personal: frozenset[str]) -> tuple[str, ...]:
    named = _tables(table for table in personal if not table.startswith(ELSEWHERE))
    return tuple(table for table, columns in named.items() if "person_id" in columns)


def gather(personal: Iterable[str], persons: Iterable[int]) -> None:
    """Let the matters of these persons, and of ids merged into them, lie where the person lives.

    However they came apart: whoever moved away and whoever was joined with another entry is found where they are now.
    A post does so as far as it sees, a job to the end.
    """
    bulk.values("stage_home", "id", "bigint", persons)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stage_home SELECT id FROM people_person"
            " WHERE survivor_id = ANY(ARRAY(SELECT id FROM stage_home))"
        )
        for table in _at_home(frozenset(personal)):
            cursor.execute(AT_HOME.format(table=table))
    bulk.drop("stage_home")


def _tables(personal: Iterable[str]) -> dict[str, set[str]]:
    """Return the personal tables with those of their columns that name a person."""
    found: dict[str, set[str]] = {table: set() for table in sorted(personal)}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [list(found)])
        for table, column in cursor.fetchall():
            found[table].add(column)
    return found


def follow(personal: Iterable[str], moved: Mapping[int, tuple[str, str]], codes: Mapping[str, str]) -> dict[str, int]:
    """Place every row anew and return how many rows of each table that were.

    `moved` tells of persons (territory before, now), `codes` of divisions that ended and where the rest of them went:
    towns first, or what lay with a town would be taken for something two of its communities share.
    """
    tables = _tables(personal)
    _stage(moved, codes)
    counts = {}
    with connection.cursor() as cursor:
        for table, columns in tables.items():
            cursor.execute(
                f"UPDATE {table} t SET territory = c.new FROM stage_code c WHERE t.territory = c.old AND town"
            )
            count = cursor.rowcount
            if "person_id" in columns:
                cursor.execute(FOLLOW.format(table=table))
                count += cursor.rowcount
            cursor.execute(f"UPDATE {table} t SET territory = c.new FROM stage_code c WHERE t.territory = c.old")
            counts[table] = int(count + cursor.rowcount)
        for table in (name for name, columns in tables.items() if columns == {"person_id", "other_id"}):
            cursor.execute(BOTH.format(table=table))
    bulk.drop("stage_move", "stage_code")
    return {table: count for table, count in counts.items() if count}


def _stage(moved: Mapping[int, tuple[str, str]], codes: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE stage_move (person_id bigint, old text, new text) ON COMMIT DROP")
        cursor.execute("CREATE TEMP TABLE stage_code (old text, new text, town boolean) ON COMMIT DROP")
        with cursor.copy("COPY stage_move FROM STDIN") as copy:
            for person, (old, new) in moved.items():
                copy.write_row((person, old, new))
        # What still names a merged person goes where the survivor goes.
        cursor.execute(
            "INSERT INTO stage_move SELECT p.id, m.old, m.new FROM people_person p"
            " JOIN stage_move m ON m.person_id = p.survivor_id"
        )
        with cursor.copy("COPY stage_code FROM STDIN") as copy:
            for old, new in codes.items():
                copy.write_row((old, new, old.endswith("000")))
        cursor.execute("ANALYZE stage_move; ANALYZE stage_code")


def left_behind(personal: Iterable[str], codes: Iterable[str]) -> list[str]:
    """Return the tables in which a row still lies with one of these divisions."""
    gone, found = list(codes), []
    with connection.cursor() as cursor:
        for table in sorted(personal):
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE territory = ANY(%s))", [gone])
            if cursor.fetchone()[0]:
                found.append(table)
    return found
