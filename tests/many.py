"""Many rows for lists: one that stands in a table is copied, by the owner, for as many people of the small county."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from tests.databases import owner_here

COLUMNS = """SELECT column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = %s AND is_identity = 'NO' ORDER BY ordinal_position"""
PEOPLE = "(SELECT person_id, territory, row_number() OVER (ORDER BY person_id) AS i FROM people_identity)"
OF_PERSON = {"person_id": "p.person_id", "territory": "p.territory"}


@contextmanager
def past_guards(*tables: str) -> Iterator[psycopg.Connection]:
    """Open the owner's connection, for whom these tables have neither row security nor triggers of ours."""
    with owner_here() as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield owner
        finally:
            for table in tables:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
                if owner.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [table]).fetchone()[0]:
                    owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def copy_rows(table: str, turns: Sequence[int], where: str = "true", *, beside: str = "", **said: str) -> None:
    """Copy a row (`s`) of a table for so many persons (`p`, numbered by `p.i`).

    `said` are columns as SQL; `beside` is another table that they read.
    """
    with past_guards(table, "people_identity", *filter(None, [beside])) as owner:
        columns = [row[0] for row in owner.execute(COLUMNS, [table]).fetchall()]
        values = [said.get(name) or OF_PERSON.get(name) or f's."{name}"' for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        made = owner.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)}"
            f" FROM (SELECT * FROM {table} WHERE {where} ORDER BY id LIMIT 1) s, {PEOPLE} p WHERE p.i = ANY(%s)",
            [list(turns)],
        )
        assert made.rowcount == len(turns), f"{table}: the fixture county lacks a row to copy"
