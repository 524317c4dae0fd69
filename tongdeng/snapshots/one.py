"""One person's facts within a request: the fact files that serve everyone, on a database for a handful of rows.

An analytic query plans and allocates for a million rows, which takes longer than a page may. So the files' statements
are translated for SQLite once, and prepared on connections kept warm. A person's rows live in a transaction that is
always rolled back, so that nothing of one reader's can meet the next one's.
"""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from psycopg import Cursor

from tongdeng.snapshots import extract, reader

# By table; None where it has no row. Values may be as JSON has them, dates as text.
Rows = Mapping[str, Sequence[Mapping[str, Any]] | None]
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
KINDS = {
    table: {name: kind for name, _, kind in (column.partition(" ") for column in columns.split(", "))}
    for table, columns in COLUMNS.items()
}


class Step(NamedTuple):
    """One table of the fact files, how it is filled, and the tables of a snapshot that its query reads.

    Where it asks about every day, whoever is there, it is `always` filled.
    """

    table: str
    columns: tuple[str, ...]
    fill: str
    reads: frozenset[str]
    always: bool


class Plan(NamedTuple):
    """The fact files for SQLite: the tables to fill one after the other, and the view `facts` with its types."""

    steps: tuple[Step, ...]
    facts: str
    types: Mapping[str, str]


@lru_cache(maxsize=1)
def plan() -> Plan:
    """Return the fact files translated; DuckDB says which columns each of their tables has, and of which type."""
    from tongdeng.rules.engines import sqlite

    with reader.connect("256MB") as link:
        for table, columns in COLUMNS.items():
            link.execute(f"CREATE TEMP TABLE {table} ({columns})")
        reader.compute_facts(link, [date(2000, 1, 1)], "")
        known = {table: tuple(kinds) for table, kinds in KINDS.items()}
        known |= {"setting": ("county",), "evaluated": ("day", "i")}
        translator, steps = sqlite.Translator(known), dict[str, Step]()
        for text in reader.fact_files():
            for table, query in translator.tables(text):
                named = tuple(_types(link, table))
                fill = f"INSERT INTO {table} SELECT {', '.join(named)} FROM ({query})"
                words = set(re.findall(r"\w+", query))
                steps[table] = Step(table, named, fill, _read_by(words, steps), "evaluated" in words)
        types = _types(link, "facts")
    facts = translator.query(reader.facts_query("*"))
    return Plan(tuple(steps.values()), f"SELECT {', '.join(types)} FROM ({facts})", types)


def _types(link: Any, table: str) -> dict[str, str]:
    return {row[0]: row[1] for row in link.execute(f"DESCRIBE {table}").fetchall()}


def _read_by(words: set[str], made: Mapping[str, Step]) -> frozenset[str]:
    """Return the tables of a snapshot that the words of a query name, also through tables made before it."""
    return frozenset(words & set(COLUMNS)).union(*(made[name].reads for name in words & set(made)))


@dataclass(frozen=True)
class Warm:
    """A connection on which the fact files are prepared; used by one reader at a time."""

    link: sqlite3.Connection
    variables: dict[str, int]

    @contextmanager
    def holding(self, rows: Rows, days: Sequence[date], county: str) -> Iterator[sqlite3.Connection]:
        """Hold one person's rows, and the view `facts` of them on these days, until the block ends."""
        numbers = [day.toordinal() for day in days]
        self.variables.update(first_evaluated=numbers[0], last_evaluated=numbers[-1])
        self.link.execute("BEGIN")
        try:
            self.link.execute("INSERT INTO setting VALUES (?)", (county,))
            self.link.executemany("INSERT INTO evaluated VALUES (?, ?)", zip(numbers, range(len(days)), strict=True))
            held = {table for table in KINDS if self._fill(table, rows.get(table) or ())}
            for step in plan().steps:
                # What reads empty tables alone is empty.
                if step.always or step.reads & held:
                    self.link.execute(step.fill)
            yield self.link
        finally:
            self.link.execute("ROLLBACK")

    def _fill(self, table: str, rows: Sequence[Mapping[str, Any]]) -> bool:
        if rows:
            marks = ", ".join("?" * len(KINDS[table]))
            values = [tuple(_put(row.get(name), kind) for name, kind in KINDS[table].items()) for row in rows]
            self.link.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        return bool(rows)


def _put(value: Any, kind: str) -> Any:
    """Return a value as SQLite holds it: a day is its number."""
    if kind != "date" or value is None:
        return value
    return (value if isinstance(value, date) else date.fromisoformat(value)).toordinal()


TAKEN: dict[str, Callable[[Any], Any]] = {"DATE": date.fromordinal, "BOOLEAN": bool}


def _warm_up() -> Warm:
    """Return a new warm connection."""
    from tongdeng.rules.engines import sqlite

    variables: dict[str, int] = {}
    link = sqlite.open_link(variables)
    tables = {table: tuple(kinds) for table, kinds in KINDS.items()}
    tables |= {"setting": ("county",), "evaluated": ("day", "i"), **{one.table: one.columns for one in plan().steps}}
    for table, columns in tables.items():
        link.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    # Days are looked up by the hundred where somebody asks what time will change.
    link.execute("CREATE INDEX evaluated_day ON evaluated (day)")
    link.execute("CREATE INDEX day_number_day ON day_number (day, i)")
    link.execute(f"CREATE VIEW facts AS {plan().facts}")
    return Warm(link, variables)


_idle: list[Warm] = []
_guard = threading.Lock()


@contextmanager
def _lent() -> Iterator[Warm]:
    """Lend a warm connection. One that failed is closed, not lent again."""
    with _guard:
        warm = _idle.pop() if _idle else None
    warm = warm or _warm_up()
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


@lru_cache(maxsize=1)
def _asking() -> str:
    asked = ", ".join(
        f"'{table}', (SELECT json_agg(t) FROM ({extract.TABLES[table].format(numbers='numbers')}) t)"
        for table in COLUMNS
    )
    return f"WITH numbers AS MATERIALIZED {extract.ONLY} SELECT json_build_object({asked})"


def rows_of(person_id: int) -> Rows:
    """Return one person's rows in the snapshot's tables, as the reader of this transaction may see them."""
    connection.ensure_connection()
    # The server plans this for longer than it works, so it is asked to keep the plan; Django's cursor never does.
    [(rows,)] = Cursor(connection.connection).execute(_asking(), [person_id], prepare=True).fetchall()
    found: Rows = rows
    return found


def facts_on(rows: Rows, days: Iterable[date], county: str) -> list[dict[str, Any]]:
    """Return the facts of one person's rows, one dict for each day. `county` is its six digits."""
    return some_facts_on(rows, tuple(plan().types), days, county)


def some_facts_on(rows: Rows, names: Sequence[str], days: Iterable[date], county: str) -> list[dict[str, Any]]:
    """Return a few of the facts, with their `day`, in the order of many days."""
    types = plan().types
    wanted = ("day", *(name for name in dict.fromkeys(names) if name in types and name != "day"))
    turned = [(name, TAKEN.get(types[name])) for name in wanted]
    with _lent() as warm, warm.holding(rows, sorted(set(days)), county) as link:
        found = link.execute(f"SELECT {', '.join(wanted)} FROM facts ORDER BY day").fetchall()
    return [
        {name: of(value) if of and value is not None else value for (name, of), value in zip(turned, row, strict=True)}
        for row in found
    ]
