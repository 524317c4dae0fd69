"""COPY into tables under row security, which PostgreSQL refuses directly: by way of a temporary one."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert many rows at once and return how many. The caller is in a transaction."""
    load(f"stage_{table}", table, columns, rows)
    return _insert_staged(table, columns)


def insert_lines(table: str, columns: Sequence[str], blocks: Iterable[bytes]) -> int:
    """Insert rows that are lines for COPY already, as `insert` does."""
    with connection.cursor() as cursor, _staging(cursor, f"stage_{table}", table, columns) as copy:
        for block in blocks:
            copy.write(block)
    return _insert_staged(table, columns)


def _insert_staged(table: str, columns: Sequence[str]) -> int:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM stage_{table}")
        count = cursor.rowcount
        cursor.execute(f"DROP TABLE stage_{table}")
    return int(count)


@contextmanager
def _staging(cursor: Any, stage: str, like: str, columns: Sequence[str]) -> Iterator[Any]:
    names = ", ".join(columns)
    cursor.execute(f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {names} FROM {like} WITH NO DATA")
    with cursor.copy(f"COPY {stage} ({names}) FROM STDIN") as copy:
        yield copy


def load(stage: str, like: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Make a temporary table with some columns of another and fill it by COPY; it goes with the transaction."""
    with connection.cursor() as cursor, _staging(cursor, stage, like, columns) as copy:
        for row in rows:
            copy.write_row(row)


def values(stage: str, column: str, kind: str, items: Iterable[Any]) -> None:
    """Make a temporary table of one column, to join a long list against."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {stage} ({column} {kind}) ON COMMIT DROP")
        with cursor.copy(f"COPY {stage} ({column}) FROM STDIN") as copy:
            for item in items:
                copy.write_row((item,))
        cursor.execute(f"ANALYZE {stage}")


def streamed(query: str, rows: int = 2_000) -> Iterator[tuple[Any, ...]]:
    """Yield what a query finds, so many rows at a time: a sealed row as it comes takes several times its bytes."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while found := cursor.fetchmany(rows):
            yield from found


class _Coming(io.RawIOBase):
    """What a COPY gives, block by block, as a file."""

    def __init__(self, blocks: Iterable[bytes | memoryview]) -> None:
        self._blocks, self._rest = iter(blocks), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


@contextmanager
def copied(query: str) -> Iterator[io.BufferedReader]:
    """Give what a query finds as CSV without headers, to be read to its end before anything else is asked."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        yield io.BufferedReader(_Coming(copy), 1 << 20)


def drop(*stages: str) -> None:
    """Drop temporary tables before the transaction ends, so that a second call may make them again."""
    with connection.cursor() as cursor:
        for stage in stages:
            cursor.execute(f"DROP TABLE IF EXISTS {stage}")


def take_ids(table: str, count: int) -> list[int]:
    """Reserve ids of a table's identity column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) FROM generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in cursor.fetchall()]
