"""A DuckDB of its own for one piece of work, in bounded memory."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Beyond it, what is being worked on goes to a folder that only this process opens, and goes with it.
MEMORY = "160MB"
SCORING = "2GB"  # where Splink compares candidates
BLOCK = 2 << 20  # bytes of lines read at a time
Lines = AbstractContextManager[io.BufferedReader]


@contextmanager
def opened(*, threads: int | None = None, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an empty database that fetches nothing from outside."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="tongdeng-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory, "temp_directory": spill, "preserve_insertion_order": False,
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        }  # fmt: skip
        with duckdb.connect(config=config | ({"threads": threads} if threads else {})) as connection:
            connection.execute("SET enable_progress_bar = false")
            yield connection


def load(connection: duckdb.DuckDBPyConnection, given: Lines, columns: Mapping[str, str], statement: str) -> None:
    """Run a statement over CSV without headers, which it sees as the table `given`, read once, block by block.

    `columns`: Arrow's name of each column's type. A field that is empty and not quoted is null.
    """
    import pyarrow as pa

    types = {column: pa.type_for_alias(kind) for column, kind in columns.items()}
    with given as stream:
        connection.register("given", _reader(stream, types) if stream.peek(1) else pa.schema(types).empty_table())
        connection.execute(statement)
        connection.unregister("given")


@contextmanager
def as_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, tuple[str, Sequence[Any]]]
) -> Iterator[None]:
    """Show columns as a table for as long as the block lasts; each is Arrow's name of its type, and its values."""
    import pyarrow as pa

    arrays = {column: pa.array(values, pa.type_for_alias(kind)) for column, (kind, values) in columns.items()}
    connection.register(name, pa.table(arrays))
    try:
        yield
    finally:
        connection.unregister(name)


def _reader(stream: io.BufferedReader, types: Mapping[str, pa.DataType]) -> pa.RecordBatchReader:
    from pyarrow import csv

    return csv.open_csv(
        stream,
        read_options=csv.ReadOptions(column_names=list(types), block_size=BLOCK),
        convert_options=csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
            true_values=["t"], false_values=["f"],
        ),
    )  # fmt: skip


class _Going(io.RawIOBase):
    """What is written to a function, as a file."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._write(bytes(block))
        return len(block)


def as_lines(found: duckdb.DuckDBPyRelation, write: Callable[[bytes], object]) -> int:
    """Write what a query finds as CSV without headers, null as an empty field; return how many rows that were."""
    import pyarrow as pa
    from pyarrow import csv

    options, rows = csv.WriteOptions(include_header=False, quoting_style="needed"), 0
    reader = found.to_arrow_reader()
    with (
        pa.PythonFile(_Going(write), mode="w") as sink,
        csv.CSVWriter(sink, reader.schema, write_options=options) as out,
    ):
        for batch in reader:
            out.write_batch(batch)
            rows += batch.num_rows
    return rows
