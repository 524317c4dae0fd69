"""Brings sealed values and blind indexes under the newest keys, in batches while others read and write.

A row that somebody else holds is passed over and met again in the next round, so that a rotation never waits for an
import and never makes one wait. Nothing but the login decides what is reached: `care.` tables by sealed care alone.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection, connections

from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.kernel.keyring import Ring
from tongdeng.keys import columns, inside, selectors
from tongdeng.keys.types import FIRST, SEALING, Indexed, Root, Sealed

BATCH = 5_000  # values a transaction
PAUSE = 0.2  # seconds until what was held by others is tried again
CARE_LOGIN = "tongdeng_care"


def _is_ours(table: str) -> bool:
    return table.startswith("care.") == (connection.settings_dict["USER"] == CARE_LOGIN)


def sealed_tables(root: Root, domains: set[str]) -> list[Sealed]:
    """Return the tables with values sealed in one of these domains that this login may write."""
    return [
        one for one in columns.sealed()
        if one.root == root and _is_ours(one.table) and (one.domain is None or one.domain in domains)
        and domains & set(SEALING[root])
    ]  # fmt: skip


def indexed_columns(root: Root, domains: set[str]) -> list[Indexed]:
    """Return the columns of indexes of these domains that this login may write."""
    return [
        one for one in columns.indexed() if one.root == root and _is_ours(one.table) and one.domain in domains
    ]  # fmt: skip


def steps(root: Root, domains: set[str], by: Actor, batch: int) -> Iterator[int]:
    """Yield the number of values of each batch, until nothing that this login may write bears an older key."""
    while True:
        for index in indexed_columns(root, domains):
            yield from _turn_column(index, by, batch)
        for table in sealed_tables(root, domains):
            yield from _reseal_table(table, domains & set(SEALING[root]), by, batch)
        yield from inside.renew(root, domains, by, batch)
        with acting(by):
            if not count_left(root, domains):
                return
        time.sleep(PAUSE)


# ---- indexes: the older ones sort before the newest, so each batch is the beginning of what is left ----


def _bounds(one: Indexed) -> tuple[bytes, bytes]:
    newest = selectors.ring(one.root).version(one.domain)
    return bytes([FIRST[one.root]]), bytes([newest])


def _turn_column(one: Indexed, by: Actor, batch: int) -> Iterator[int]:
    last = _bounds(one)[0]
    while True:
        with acting(by):
            older = _turn(one, last, batch)
        if not older:
            return
        # Not from the beginning: what was turned is dead there, and would be stepped over in every batch.
        last = older[-1]
        yield len(older)


def _turn(one: Indexed, last: bytes, batch: int) -> list[bytes]:
    held = selectors.ring(one.root)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {one.column} FROM {one.table} WHERE {one.column} >= %s AND {one.column} < %s"
            f" ORDER BY {one.column} LIMIT %s FOR UPDATE SKIP LOCKED",
            [last, _bounds(one)[1], batch],
        )
        older = list(dict.fromkeys(bytes(row[0]) for row in cursor.fetchall()))
        newer = [held.turned(one.domain, index) for index in older]
        # What is joined with it turns in the same transaction: no reader sees one without the other.
        for table, column in ((one.table, one.column), *one.follows):
            cursor.execute(
                f"UPDATE {table} t SET {column} = s.newer FROM unnest(%s::bytea[], %s::bytea[]) AS s (older, newer)"
                f" WHERE t.{column} = s.older",
                [older, newer],
            )
    return older


# ---- sealed values: along the ids, remembering how far ----


def _reseal_table(table: Sealed, domains: set[str], by: Actor, batch: int) -> Iterator[int]:
    name = ",".join(sorted(domains))
    held = selectors.ring(table.root)
    version = max(held.version(domain) for domain in domains)
    last = _reached(table.table, name, version)
    while True:
        with acting(by):
            until = _end_of_batch(table, last, batch)
            if until is None:
                break
            done = _reseal(table, domains, last, until)
        # After the values: whoever is killed between the two looks at one batch again and finds nothing to do.
        last = until
        _remember(table.table, name, version, last)
        yield done
    _remember(table.table, name, version, -1)


def _reached(table: str, name: str, version: int) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            'SELECT last_id FROM keys_progress WHERE "table" = %s AND domain = %s AND version = %s',
            [table, name, version],
        )
        row = cursor.fetchone()
    return row[0] if row else -1


def _remember(table: str, name: str, version: int, last: int) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            'INSERT INTO keys_progress ("table", domain, version, last_id) VALUES (%s, %s, %s, %s)'
            ' ON CONFLICT ("table", domain, version) DO UPDATE SET last_id = excluded.last_id',
            [table, name, version, last],
        )


def _end_of_batch(table: Sealed, last: int, batch: int) -> int | None:
    first = table.ids[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max({first}) FROM (SELECT {first} FROM {table.table} WHERE {first} > %s ORDER BY {first} LIMIT %s)"
            " ids",
            [last, batch],
        )
        row = cursor.fetchone()
    return None if row[0] is None else int(row[0])


def _is_older(table: Sealed) -> str:
    """Return the condition that some column of a row bears an older key; its values are domains and versions."""
    newest = "(%(newest)s::jsonb ->> {})::int".format("domain" if table.domain is None else f"'{table.domain}'")
    return " OR ".join(f"get_byte({column}, 0) < {newest}" for column in table.columns)


def _newest(table: Sealed, domains: set[str]) -> dict[str, int]:
    held = selectors.ring(table.root)
    return {domain: held.version(domain) for domain in domains}


def _reseal(table: Sealed, domains: set[str], last: int, until: int) -> int:
    held, first = selectors.ring(table.root), table.ids[0]
    domain = table.domain or "domain"
    shown = ", ".join((*table.ids, f"'{domain}'" if table.domain else domain, *table.columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {shown} FROM {table.table} WHERE {first} > %(last)s AND {first} <= %(until)s"
            f" AND ({_is_older(table)}) FOR UPDATE SKIP LOCKED",
            {"last": last, "until": until, "newest": json.dumps(_newest(table, domains))},
        )
        rows = cursor.fetchall()
        if rows:
            _write(cursor, table, [_renewed(table, held, row) for row in rows])
    return len(rows)


def _renewed(table: Sealed, held: Ring, row: tuple[Any, ...]) -> tuple[Any, ...]:
    ids, domain, values = row[: len(table.ids)], row[len(table.ids)], row[len(table.ids) + 1 :]
    return (*ids, *(None if one is None else held.renewed(domain, bytes(one)) for one in values))


def _write(cursor: Any, table: Sealed, rows: list[tuple[Any, ...]]) -> None:
    names = (*table.ids, *table.columns)
    kinds = ("bigint",) * len(table.ids) + ("bytea",) * len(table.columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    cursor.execute(
        f"UPDATE {table.table} t SET {', '.join(f'{one} = s.{one}' for one in table.columns)}"
        f" FROM unnest({arrays}) AS s ({', '.join(names)}) WHERE {' AND '.join(f't.{i} = s.{i}' for i in table.ids)}",
        [list(column) for column in zip(*rows, strict=True)],
    )


# ---- is anything left? ----


def count_left(root: Root, domains: set[str]) -> int:
    """Return how many rows that this login may read bear an older key. The caller has entered a context."""
    left = 0
    with connection.cursor() as cursor:
        for one in indexed_columns(root, domains):
            cursor.execute(
                f"SELECT count(*) FROM {one.table} WHERE {one.column} >= %s AND {one.column} < %s", list(_bounds(one))
            )
            left += cursor.fetchone()[0]
        sealing = domains & set(SEALING[root])
        for table in sealed_tables(root, domains):
            cursor.execute(
                f"SELECT count(*) FROM {table.table} WHERE {_is_older(table)}",
                {"newest": json.dumps(_newest(table, sealing))},
            )
            left += cursor.fetchone()[0]
    return left + inside.count_left(root, domains)


def left_under_older_keys(*, root: Root, domains: set[str], by: Actor) -> int:
    """Return how many rows and files that this login may read bear an older key."""
    with acting(by):
        return count_left(root, domains)
