"""DuckDB over a snapshot's tables, and the facts computed from them."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

FACTS = Path(__file__).parent / "facts"


def connect(memory: str = "4GB") -> duckdb.DuckDBPyConnection:
    """Return an empty analytic connection that may neither read settings nor reach the network."""
    link = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": 2})
    link.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET enable_progress_bar = false")
    return link


def open_folder(link: duckdb.DuckDBPyConnection, folder: Path, names: Iterable[str]) -> None:
    """Show each Parquet file of a snapshot as a table of its name."""
    for name in names:
        link.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{folder / name}.parquet')")


def open_arrow(link: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
    """Show Arrow tables under their names."""
    for name, table in tables.items():
        link.register(name, table)


@lru_cache(maxsize=1)
def _fact_files() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(FACTS.glob("*.sql")))


def compute_facts(link: duckdb.DuckDBPyConnection, days: Iterable[date], county: str) -> None:
    """Make the table `facts`: one row for each person and evaluated day. `county` is its six digits."""
    link.execute("CREATE OR REPLACE TEMP TABLE setting AS SELECT ?::text AS county", [county])
    link.execute("CREATE OR REPLACE TEMP TABLE evaluated (day date)")
    link.executemany("INSERT INTO evaluated VALUES (?)", [[day] for day in days])
    link.execute("CREATE OR REPLACE TEMP TABLE subject AS SELECT n, day FROM person CROSS JOIN evaluated")
    for text in _fact_files():
        link.execute(text)


def rows(link: duckdb.DuckDBPyConnection, query: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Return a query's rows as dicts."""
    cursor = link.execute(query, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
