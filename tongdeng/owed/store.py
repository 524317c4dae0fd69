"""Writes windows and unknowns to PostgreSQL as a difference: what has not changed is not touched."""

import tempfile
from pathlib import Path
from typing import Any

from django.db import connection

WINDOW = (
    "n", "service", "domain", "opens_on", "due_on", "closes_on", "outcome", "outcome_on", "record_id", "status",
    "is_offered",
)  # fmt: skip
UNKNOWN = ("n", "service", "domain", "missing")
WINDOW_SELECT = """
    SELECT w.n, w.service, d.domain, w.opens_on, w.due_on, w.closes_on, w.outcome, w.outcome_on, w.record,
           CASE WHEN w.outcome IS NULL AND s.answer = 'unknown' THEN 'unknown'
                WHEN w.outcome IS NULL THEN 'owed' ELSE w.outcome END,
           offered.n IS NOT NULL
      FROM owed_window w JOIN service_domain d USING (service)
      JOIN state s ON s.n = w.n AND s.service = w.service AND s.day = getvariable('as_of')
      LEFT JOIN offered ON offered.n = w.n AND offered.service = w.service AND offered.opens_on = w.opens_on"""
UNKNOWN_SELECT = """
    SELECT u.n, u.service, d.domain, u.unknown FROM unknown_today u JOIN service_domain d USING (service)
      JOIN status s ON s.n = u.n AND s.service = u.service WHERE s.status = 'unknown'"""
TYPES = {"n": "bigint", "record_id": "bigint", "is_offered": "boolean"}


def _type(column: str) -> str:
    return TYPES.get(column) or ("date" if column.endswith("_on") else "text")


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


def _swap(table: str, stage: str, columns: tuple[str, ...], numbers: str) -> tuple[int, int]:
    """Make the rows of these persons equal to the staged ones; returns (removed, added)."""
    own = columns[1:]
    same = " AND ".join(f"t.{column} IS NOT DISTINCT FROM s.{column}" for column in own)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE {stage}_named ON COMMIT DROP AS SELECT who.person_id, who.territory, s.*"
            f" FROM {stage} s JOIN {numbers} who USING (n)"
        )
        cursor.execute(f"ANALYZE {stage}_named")
        cursor.execute(
            f"DELETE FROM {table} t USING {numbers} who WHERE t.person_id = who.person_id AND NOT EXISTS"
            f" (SELECT 1 FROM {stage}_named s WHERE s.person_id = t.person_id AND s.territory = t.territory AND {same})"
        )
        removed = cursor.rowcount
        named = ", ".join(own)
        cursor.execute(
            f"INSERT INTO {table} (person_id, territory, {named}) SELECT person_id, territory, {named}"
            f" FROM {stage}_named s WHERE NOT EXISTS"
            f" (SELECT 1 FROM {table} t WHERE t.person_id = s.person_id AND {same})"
        )
        added = cursor.rowcount
        cursor.execute(f"DROP TABLE {stage}, {stage}_named")
    return int(removed), int(added)


def write_difference(link: Any, numbers: str) -> dict[str, int]:
    """Bring PostgreSQL to the windows and unknowns just determined for the persons of a `numbers` relation."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
    _stage(link, "stage_window", WINDOW, WINDOW_SELECT)
    windows = _swap("owed_window", "stage_window", WINDOW, numbers)
    _stage(link, "stage_unknown", UNKNOWN, UNKNOWN_SELECT)
    unknowns = _swap("owed_unknown", "stage_unknown", UNKNOWN, numbers)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")
    return {"removed": windows[0] + unknowns[0], "added": windows[1] + unknowns[1]}
