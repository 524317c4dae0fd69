"""A snapshot's tables as plain DuckDB tables, filled by a test, and the facts they give."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tongdeng.snapshots.reader import compute_facts

ROOT = Path(__file__).parents[3]
TABLES = """
CREATE TABLE person (n BIGINT, born_on DATE, sex VARCHAR, hukou_division VARCHAR, has_police_row BOOLEAN,
    marital_status VARCHAR, education_level VARCHAR, community VARCHAR);
CREATE TABLE stay (n BIGINT, community VARCHAR, starts_on DATE, ends_on DATE, registered_on DATE, recorded_on DATE,
    lodging VARCHAR, reason VARCHAR, source VARCHAR, rank BIGINT);
CREATE TABLE permit (n BIGINT, issued_on DATE, endorsed_on DATE, stated_on DATE);
CREATE TABLE job (n BIGINT, form VARCHAR, starts_on DATE, ends_on DATE, as_at DATE);
CREATE TABLE insurance (n BIGINT, form VARCHAR, since DATE, pension_type VARCHAR, pension_enrolled_on DATE,
    unemployment_months BIGINT,
    work_injury_enrolled_on DATE, medical_type VARCHAR, contribution_months BIGINT, as_at DATE);
CREATE TABLE schooling (n BIGINT, stage VARCHAR, grade BIGINT, enrolled_on DATE, as_at DATE);
CREATE TABLE tenancy (n BIGINT, community VARCHAR, starts_on DATE, ends_on DATE, lease_number_known BOOLEAN,
    as_at DATE);
CREATE TABLE source_roll (source VARCHAR, as_at DATE);
"""
EAST, WEST = "990101001001", "990101002001"
TYPES = {"integer": "BIGINT", "decimal": "DECIMAL(18,2)", "boolean": "BOOLEAN", "code": "VARCHAR", "date": "DATE"}
HELPERS = {"n", "day", "community", "is_migrant"}


def law_facts() -> dict[str, dict[str, Any]]:
    """Return the vocabulary as it is written."""
    return yaml.safe_load((ROOT / "law/facts.yaml").read_text(encoding="utf-8"))["facts"]


class County:
    """Tables of a snapshot, filled by a test, and the facts they give."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(TABLES)

    def add(self, table: str, n: int = 1, **columns: Any) -> None:
        names = ", ".join(["n", *columns])
        marks = ", ".join("?" * (len(columns) + 1))
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [n, *columns.values()])

    def person(self, n: int = 1, **columns: Any) -> None:
        given = {"born_on": "1990-05-20", "hukou_division": "990202", "has_police_row": True}
        self.add("person", n, **{**given, **columns})

    def stay(self, starts_on: str, ends_on: str | None = None, n: int = 1, **columns: Any) -> None:
        given = {"community": EAST, "source": "police", "rank": 1, "recorded_on": starts_on}
        self.add("stay", n, starts_on=starts_on, ends_on=ends_on, **{**given, **columns})

    def rolls(self, as_at: str) -> None:
        for source in ("police", "hrss", "education", "housing"):
            self.connection.execute("INSERT INTO source_roll VALUES (?, ?)", [source, as_at])

    def run(self, days: list[str]) -> list[dict[str, Any]]:
        """Return the facts of everyone on the days, ordered by person and day."""
        compute_facts(self.connection, [date.fromisoformat(day) for day in days], "990101")
        found = self.connection.execute("SELECT * FROM facts ORDER BY n, day")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def on(self, day: str) -> dict[str, Any]:
        return self.run([day])[0]

    def over(self, fact: str, *days: str) -> list[Any]:
        return [row[fact] for row in self.run(list(days))]
