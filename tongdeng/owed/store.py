"""Writes windows and unknowns to PostgreSQL as a difference: what has not changed is not touched."""

import tempfile
from pathlib import Path
from typing import Any

from django.db import connection

MANY = 20_000  # people; fewer are looked up one by one
OWN = {
    "owed_window": (
        "service", "domain", "opens_on", "due_on", "closes_on", "outcome", "outcome_on", "record_id", "status",
        "is_offered",
    ),
    "owed_unknown": ("service", "domain", "missing"),
}  # fmt: skip
WANTED = {
    "owed_window": """
        SELECT who.person_id, who.territory, service::VARCHAR AS service, d.domain, w.opens_on, w.due_on, w.closes_on,
               w.outcome::VARCHAR AS outcome, w.outcome_on, w.record AS record_id,
               CASE WHEN w.outcome IS NOT NULL THEN w.outcome::VARCHAR WHEN w.is_unknown THEN 'unknown' ELSE 'owed' END
                   AS status,
               w.is_offered
          FROM owed_window w JOIN who USING (n)
          JOIN service_number USING (s) JOIN service_domain d USING (service)
          JOIN term_mask t USING (s) WHERE t.in_force & getvariable('last_bit') <> 0""",
    "owed_unknown": """
        SELECT who.person_id, who.territory, service::VARCHAR AS service, d.domain, u.missing
          FROM unknown_today u JOIN who USING (n)
          JOIN service_number USING (s) JOIN service_domain d USING (service)""",
}
TYPES = {"id": "bigint", "n": "bigint", "person_id": "bigint", "record_id": "bigint", "is_offered": "boolean"}


def _type(column: str) -> str:
    return TYPES.get(column) or ("date" if column.endswith("_on") else "text")


def _fetch(link: Any, name: str, columns: tuple[str, ...], query: str) -> int:
    """Carry a result of PostgreSQL to a table of DuckDB as a CSV stream; returns how many rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        copying = f"COPY ({query}) TO STDOUT (FORMAT csv)"
        with file.open("wb") as stream, connection.cursor() as cursor, cursor.copy(copying) as copy:
            for block in copy:
                stream.write(block)
        types = ", ".join(f"'{column}': '{_type(column)}'" for column in columns)
        form = f"header = false, auto_detect = false, quote = '\"', escape = '\"', columns = {{{types}}}"
        link.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM read_csv('{file}', {form})")
    return int(link.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0])


def _stage(link: Any, name: str, columns: tuple[str, ...], query: str) -> None:
    """Carry a DuckDB result to a temporary table of PostgreSQL as a CSV stream."""
    with tempfile.TemporaryDirectory() as folder, connection.cursor() as cursor:
        file = Path(folder) / "rows.csv"
        link.execute(f"COPY ({query}) TO '{file}' (FORMAT csv, HEADER false)")
        listed = ", ".join(f"{column} {_type(column)}" for column in columns)
        cursor.execute(f"CREATE TEMP TABLE {name} ({listed}) ON COMMIT DROP")
        with file.open("rb") as stream, cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
            while block := stream.read(1 << 20):
                copy.write(block)
        cursor.execute(f"ANALYZE {name}")


def _swap(link: Any, table: str, numbers: str) -> tuple[int, int]:
    """Make the rows of these persons equal to the wanted ones; returns (removed, added).

    The difference is found outside PostgreSQL: of a night's millions of rows only those that differ go to it.
    """
    own = ("person_id", "territory", *OWN[table])
    held = ", ".join(f"t.{column}" for column in ("id", *own))
    query = f"SELECT {held} FROM {table} t JOIN {numbers} who USING (person_id)"
    _fetch(link, "held_row", ("id", *own), query)
    link.execute(f"CREATE OR REPLACE TEMP TABLE wanted_row AS {WANTED[table]}")
    same = " AND ".join(f"h.{column} IS NOT DISTINCT FROM w.{column}" for column in own)
    _stage(link, "stage_gone", ("id",), f"SELECT id FROM held_row h ANTI JOIN wanted_row w ON {same}")
    _stage(link, "stage_new", own, f"SELECT {', '.join(own)} FROM wanted_row w ANTI JOIN held_row h ON {same}")
    listed = ", ".join(own)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} t USING stage_gone gone WHERE t.id = gone.id")
        removed = cursor.rowcount
        cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM stage_new")
        added = cursor.rowcount
        cursor.execute("DROP TABLE stage_gone, stage_new")
    link.execute("DROP TABLE held_row; DROP TABLE wanted_row")
    return int(removed), int(added)


def write_difference(link: Any, numbers: str) -> dict[str, int]:
    """Bring PostgreSQL to the windows and unknowns just determined for the persons of a `numbers` relation."""
    query = f"SELECT n, person_id, territory FROM {numbers} who"
    people = _fetch(link, "who", ("n", "person_id", "territory"), query)
    with connection.cursor() as cursor:
        # Right after a first import the tables have no statistics, and a nested loop over all of them takes minutes.
        cursor.execute(f"SET LOCAL enable_nestloop = {'off' if people > MANY else 'on'}")
    windows = _swap(link, "owed_window", numbers)
    unknowns = _swap(link, "owed_unknown", numbers)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")
    return {"removed": windows[0] + unknowns[0], "added": windows[1] + unknowns[1]}
