"""One person's facts within a request: the fact files that serve everyone, prepared on connections kept warm.

Opening an analytic connection and planning the files' queries takes longer than a page may. So both happen once: each
table of a fact file is made empty, and its query kept as a prepared INSERT. A person's rows live in a transaction that
is always rolled back, so that nothing of one reader's can meet the next one's.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from django.db import connection

from tongdeng.snapshots import extract, reader

# By table; None where it has no row. Values may be as JSON has them, dates as text.
Rows = Mapping[str, Sequence[Mapping[str, Any]] | None]
MEMORY = "256MB"
MOST_IDLE = 4
COLUMNS = {
    "person": "n bigint, born_on date, sex text, hukou_division text, has_police_row boolean, marital_status text,"
    " education_level text, community text",
    "stay": "n bigint, community text, starts_on date, ends_on date, registered_on date, recorded_on date,"
    " lodging text, reason text, source text, rank bigint",
    "permit": "n bigint, issued_on date, endorsed_on date, stated_on date",
    "job": "n bigint, form text, starts_on date, ends_on date, as_at date",
    "insurance": "n bigint, form text, since date, pension_type text, pension_enrolled_on date,"
    " unemployment_months bigint, work_injury_enrolled_on date, medical_type text, contribution_months bigint,"
    " as_at date",
    "schooling": "n bigint, stage text, grade bigint, enrolled_on date, as_at date",
    "tenancy": "n bigint, community text, starts_on date, ends_on date, lease_number_known boolean, as_at date",
    "source_roll": "source text, as_at date",
}
NAMES = {table: tuple(column.split()[0] for column in columns.split(", ")) for table, columns in COLUMNS.items()}
# DuckDB computes a table of 29,000 days for each use of these in a query: good for a million rows, not for one.
CALENDAR = "".join(f"CREATE TEMP MACRO {part}(d) AS date_part('{part}', d);" for part in ("day", "month", "year"))
# A prepared query keeps the values that variables had when it was prepared.
WITHIN_TIME = """
CREATE OR REPLACE TEMP MACRO within_time(d) AS
    least(greatest(d, (SELECT min(day) FROM evaluated)), (SELECT max(day) FROM evaluated) + 1)"""
MADE = re.compile(r"\s*CREATE OR REPLACE TEMP TABLE (\w+) AS\s", re.IGNORECASE)
COMMENT = re.compile(r"--[^\n]*")


class Step(NamedTuple):
    """One table of the fact files, and the tables of a snapshot that its query reads."""

    table: str
    reads: frozenset[str]


@dataclass(frozen=True)
class Warm:
    """A connection on which the fact files are prepared; used by one reader at a time."""

    link: duckdb.DuckDBPyConnection
    steps: tuple[Step, ...]

    @contextmanager
    def holding(self, rows: Rows, days: Sequence[date], county: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """Hold one person's rows, and the view `facts` of them on these days, until the block ends."""
        self.link.execute("BEGIN")
        try:
            self._insert("setting", [(county,)])
            self._insert("evaluated", [(day, number) for number, day in enumerate(days)])
            held = {table for table, columns in NAMES.items() if self._fill(table, columns, rows.get(table) or ())}
            for step in self.steps:
                # What reads empty tables alone is as empty as it was made.
                if not step.reads or step.reads & held:
                    self.link.execute(f"EXECUTE make_{step.table}")
            yield self.link
        finally:
            self.link.execute("ROLLBACK")

    def _fill(self, table: str, columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> bool:
        self._insert(table, [tuple(row.get(column) for column in columns) for row in rows])
        return bool(rows)

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            one = f"({', '.join('?' * len(rows[0]))})"
            values = [value for row in rows for value in row]
            self.link.execute(f"INSERT INTO {table} VALUES {', '.join([one] * len(rows))}", values)


def warm_up() -> Warm:
    """Return a new warm connection."""
    link = reader.connect(MEMORY)
    link.execute("SET threads = 1; PRAGMA disable_optimizer")  # plans for a handful of rows need no choosing
    link.execute(CALENDAR)
    for table, columns in COLUMNS.items():
        link.execute(f"CREATE TEMP TABLE {table} ({columns})")
    link.execute("CREATE TEMP TABLE setting (county text); CREATE TEMP TABLE evaluated (day date, i usmallint)")
    link.execute("SET VARIABLE first_evaluated = NULL::date; SET VARIABLE last_evaluated = NULL::date")
    queries = {table: query for file in sorted(reader.FACTS.glob("*.sql")) for table, query in _make_empty(link, file)}
    link.execute(WITHIN_TIME)
    reader.show_facts(link)
    # Only now that every table and view exists: DuckDB plans anew what was prepared before the catalogue changed.
    for table, query in queries.items():
        link.execute(f"PREPARE make_{table} AS INSERT INTO {table} {query}")
    link.execute("PREPARE all_facts AS SELECT * FROM facts")
    steps: dict[str, Step] = {}
    for table, query in queries.items():
        steps[table] = Step(table, _read_by(query, steps))
    return Warm(link, tuple(steps.values()))


def _make_empty(link: duckdb.DuckDBPyConnection, file: Path) -> Iterator[tuple[str, str]]:
    """Run a fact file on empty tables; yields each table that it makes, with its query."""
    for statement in link.extract_statements(file.read_text(encoding="utf-8")):
        link.execute(statement.query)
        query = COMMENT.sub("", statement.query)
        made = MADE.match(query)
        if made:
            yield made[1], query[made.end() :]


def _read_by(query: str, made: Mapping[str, Step]) -> frozenset[str]:
    """Return the tables of a snapshot that a query reads, also through tables made before it.

    None where it asks about every day, whoever is there.
    """
    words = set(re.findall(r"\w+", query))
    if "evaluated" in words:
        return frozenset()
    return frozenset(words & set(COLUMNS)).union(*(made[name].reads for name in words & set(made)))


_idle: list[Warm] = []
_guard = threading.Lock()


@contextmanager
def _lent() -> Iterator[Warm]:
    """Lend a warm connection. One that failed is closed, not lent again."""
    with _guard:
        warm = _idle.pop() if _idle else None
    warm = warm or warm_up()
    try:
        yield warm
    except BaseException:
        warm.link.close()
        raise
    with _guard:
        if len(_idle) < MOST_IDLE:
            _idle.append(warm)
            return
    warm.link.close()


def rows_of(person_id: int) -> Rows:
    """Return one person's rows in the snapshot's tables, as the reader of this transaction may see them."""
    asked = ", ".join(
        f"'{table}', (SELECT json_agg(t) FROM ({extract.TABLES[table].format(numbers='numbers')}) t)"
        for table in COLUMNS
    )
    with connection.cursor() as cursor:
        cursor.execute(f"WITH numbers AS MATERIALIZED {extract.only(person_id)} SELECT json_build_object({asked})")
        found: Rows = cursor.fetchone()[0]
        return found


def facts_on(rows: Rows, days: Iterable[date], county: str) -> list[dict[str, Any]]:
    """Return the facts of one person's rows, one dict for each day. `county` is its six digits."""
    with _lent() as warm, warm.holding(rows, sorted(set(days)), county) as link:
        return reader.rows(link, "EXECUTE all_facts")


def some_facts_on(rows: Rows, names: Sequence[str], days: Iterable[date], county: str) -> list[dict[str, Any]]:
    """Return a few of the facts, with their `day`, in the order of many days."""
    with _lent() as warm, warm.holding(rows, sorted(set(days)), county) as link:
        held = {row[0] for row in link.execute("DESCRIBE facts").fetchall()}
        columns = ", ".join(["day", *(name for name in names if name in held)])
        return reader.rows(link, f"SELECT {columns} FROM facts ORDER BY day")
