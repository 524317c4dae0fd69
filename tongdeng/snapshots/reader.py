"""DuckDB over a snapshot's tables, and the facts computed from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


FACTS = Path(__file__).parent / "facts"
PART = 250_000  # people

Show = Callable[[Any], None]  # it shows some people to a connection, under the names of the snapshot's tables


def connect(memory: str = "4GB") -> duckdb.DuckDBPyConnection:
    """Return an empty analytic connection that may neither read settings nor reach the network."""
    import duckdb

    link = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": 2})
    link.execute("SET GLOBAL TimeZone = 'UTC'; SET preserve_insertion_order = false; SET enable_progress_bar = false")
    return link


def open_folder(
    link: duckdb.DuckDBPyConnection, folder: Path, names: Iterable[str], part: tuple[int, int] | None = None
) -> None:
    """Show this connection each Parquet file of a snapshot as a table of its name: of everyone, or of some numbers."""
    for name in names:
        # Files lie in the order of numbers, so that a part reads little more than its own rows.
        own = f" WHERE n BETWEEN {part[0]} AND {part[1]}" if part and name != "source_roll" else ""
        query = f"SELECT * FROM read_parquet('{folder / name}.parquet'){own}"
        link.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def parts(link: duckdb.DuckDBPyConnection, folder: Path, names: Iterable[str]) -> list[Show]:
    """Return functions that each show a part of the people to a connection; none where all of them are one part.

    Everything there is to know of a person is within one part, and a part fits into memory whatever the county's size.
    """
    last = link.execute("SELECT coalesce(max(n), 0) FROM person").fetchall()[0][0]
    count = -(-last // PART)
    if count < 2:
        return []
    size = -(-last // count)
    spans = [(number * size + 1, (number + 1) * size) for number in range(count)]
    return [partial(open_folder, folder=folder, names=names, part=span) for span in spans]


def write_results(link: duckdb.DuckDBPyConnection, folder: Path, results: Mapping[str, str]) -> None:
    """Write the result of each query as a Parquet file, readable by this installation's user only."""
    for name, query in results.items():
        path = folder / f"{name}.parquet"
        path.touch(mode=0o600)
        link.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION lz4_raw)")
        path.chmod(0o600)


def open_arrow(link: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
    """Show Arrow tables under their names."""
    for name, table in tables.items():
        link.register(name, table)


@dataclass(frozen=True, slots=True)
class Clock:
    """Facts that the passing of days changes: which columns of `told` they are made of, and how."""

    name: str
    keys: tuple[str, ...]
    facts: tuple[str, ...]
    text: str

    def over(self, relation: str) -> str:
        """Return a query of a relation's columns and the clock's facts; the relation has the keys and a `day`."""
        return self.text.replace("{told}", relation)


@lru_cache(maxsize=1)
def fact_files() -> tuple[str, ...]:
    """Return the statements of all fact files, in their order."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted(FACTS.glob("*.sql")))


@lru_cache(maxsize=1)
def clocks() -> tuple[Clock, ...]:
    """Return all clocks. The first two lines of each file name the columns it runs on and the facts it gives."""
    found = []
    for path in sorted((FACTS / "clocks").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        keys, facts = (line.split(": ")[1].split(", ") for line in text.split("\n")[:2])
        found.append(Clock(path.stem, tuple(keys), tuple(facts), text))
    return tuple(found)


def compute_facts(link: duckdb.DuckDBPyConnection, days: Iterable[date], county: str) -> None:
    """Make the table `told` and over it the view `facts`: one row for each person and evaluated day.

    `county` is its six digits. A view: a reader who asks for five facts does not pay for fifty.
    """
    set_days(link, days, county)
    tell_facts(link)


def set_days(link: duckdb.DuckDBPyConnection, days: Iterable[date], county: str) -> None:
    """Tell a connection on which days facts are evaluated, and in which county."""
    wanted = sorted(set(days))
    link.execute("CREATE OR REPLACE TEMP TABLE setting AS SELECT ?::text AS county", [county])
    link.execute("CREATE OR REPLACE TEMP TABLE evaluated (day date, i usmallint)")
    values = ", ".join(f"(DATE '{day}', {number})" for number, day in enumerate(wanted))
    link.execute(f"INSERT INTO evaluated VALUES {values}")
    link.execute(
        f"SET VARIABLE first_evaluated = DATE '{wanted[0]}'; SET VARIABLE last_evaluated = DATE '{wanted[-1]}'"
    )


def tell_facts(link: duckdb.DuckDBPyConnection) -> None:
    """Make `told` and `facts` of the people whom a connection shows, on the days that were set."""
    for text in fact_files():
        link.execute(text)
    show_facts(link)


def show_facts(link: duckdb.DuckDBPyConnection) -> None:
    """Make the view `facts` over `told`, `evaluated` and the clocks."""
    facts = "COLUMNS(lambda name: name[1] <> '_' AND name NOT IN ('lo', 'hi'))"
    link.execute(f"CREATE OR REPLACE TEMP VIEW facts AS {facts_query(facts)}")


def facts_query(columns: str) -> str:
    """Return a query of some columns of the facts on each evaluated day."""
    query = "SELECT told.*, evaluated.day FROM told JOIN evaluated ON evaluated.i >= told.lo AND evaluated.i < told.hi"
    for clock in clocks():
        query = clock.over(f"({query})")
    return f"SELECT {columns} FROM ({query})"


def rows(link: duckdb.DuckDBPyConnection, query: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Return a query's rows as dicts."""
    cursor = link.execute(query, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
