"""Opening snapshots for those above."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tongdeng.access.selectors import signed
from tongdeng.audit.types import Actor
from tongdeng.snapshots import extract, reader, writer
from tongdeng.snapshots.models import Snapshot
from tongdeng.snapshots.one import COLUMNS, Rows, facts_on, rows_of, some_facts_on
from tongdeng.snapshots.reader import Clock, Show, clocks, compute_facts, connect, rows, set_days, tell_facts

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "COLUMNS",
    "Clock",
    "Rows",
    "Show",
    "clocks",
    "compute_facts",
    "connect",
    "facts_on",
    "keep_results",
    "latest",
    "law_digest_of",
    "numbers_of",
    "numbers_of_everyone",
    "numbers_of_place",
    "open_everyone",
    "open_person",
    "open_place",
    "open_snapshot",
    "parts",
    "rows",
    "rows_of",
    "set_days",
    "some_facts_on",
    "tell_facts",
]


def latest() -> Snapshot | None:
    """Return the newest snapshot."""
    return Snapshot.objects.order_by("-id").first()


def law_digest_of(snapshot_id: int) -> str:
    """Return the digest of the law that a snapshot was made for."""
    return str(Snapshot.objects.values_list("law_digest", flat=True).get(pk=snapshot_id))


def open_snapshot(link: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Show a snapshot's tables. What does not fit into memory spills beside them, and is dropped with them at last."""
    link.execute(f"SET temp_directory = '{Path(snapshot.folder) / 'spilled'}'")
    reader.open_folder(link, Path(snapshot.folder), extract.TABLES)


def _open_live(link: duckdb.DuckDBPyConnection, numbers: str, by: Actor) -> None:
    queries = {name: sql.format(numbers=numbers) for name, sql in extract.TABLES.items()}
    reader.open_arrow(link, writer.read_tables(queries, signed(by)))


def open_place(link: duckdb.DuckDBPyConnection, code: str, by: Actor) -> None:
    """Show the same tables for the people of one division as they are now."""
    _open_live(link, extract.of_place(code), by)


def open_everyone(link: duckdb.DuckDBPyConnection, by: Actor, more: Mapping[str, str]) -> None:
    """Show the same tables for everyone as they are now, and of the same moment the results of more queries."""
    queries = {name: sql.format(numbers=extract.EVERYONE) for name, sql in extract.TABLES.items()}
    reader.open_arrow(link, writer.read_tables({**queries, **more}, signed(by), everyone=True))


def numbers_of_everyone() -> str:
    """Return the relation (n, person_id, territory) of everyone."""
    return extract.EVERYONE


def open_person(link: duckdb.DuckDBPyConnection, person_id: int, by: Actor) -> None:
    """Show the same tables for one person, as the actor may see them."""
    _open_live(link, extract.only(person_id), by)


def numbers_of(snapshot: Snapshot) -> str:
    """Return the relation (n, person_id, territory) of a snapshot, for a query under a context."""
    return extract.all_of(snapshot.pk)


def numbers_of_place(code: str) -> str:
    """Return the relation (n, person_id, territory) of one division."""
    return extract.of_place(code)


def parts(link: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> list[Show]:
    """Return functions that each show a part of an open snapshot's people to a connection; none for a small one."""
    return reader.parts(link, Path(snapshot.folder), extract.TABLES)


def keep_results(link: duckdb.DuckDBPyConnection, snapshot: Snapshot, results: Mapping[str, str]) -> None:
    """Write the results of queries into a snapshot's folder, so that a figure can be recomputed to the row."""
    reader.write_results(link, Path(snapshot.folder), results)
