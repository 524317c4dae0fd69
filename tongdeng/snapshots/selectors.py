"""Opening snapshots for those above."""

from pathlib import Path

import duckdb

from tongdeng.access.selectors import signed
from tongdeng.audit.types import Actor
from tongdeng.snapshots import extract, reader, writer
from tongdeng.snapshots.models import Snapshot
from tongdeng.snapshots.reader import compute_facts, connect, rows

__all__ = ["compute_facts", "connect", "latest", "open_person", "open_snapshot", "rows"]


def latest() -> Snapshot | None:
    """Return the newest snapshot."""
    return Snapshot.objects.order_by("-id").first()


def open_snapshot(link: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Show a snapshot's tables."""
    reader.open_folder(link, Path(snapshot.folder), extract.TABLES)


def open_person(link: duckdb.DuckDBPyConnection, person_id: int, by: Actor) -> None:
    """Show the same tables for one person, as the actor may see them."""
    queries = {name: sql.format(numbers=extract.only(person_id)) for name, sql in extract.TABLES.items()}
    reader.open_arrow(link, writer.read_tables(queries, signed(by)))
