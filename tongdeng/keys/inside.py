"""What a rotation also has to reach: values sealed with care's key inside the register's, and sealed files."""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.kernel.keyring import Ring
from tongdeng.keys import columns, selectors
from tongdeng.keys.types import Root

JOB_LOGIN = "tongdeng_job"  # the one that has both keys
PAGE = "SELECT {id}, {column} FROM {table} WHERE {id} > %s ORDER BY {id} LIMIT %s FOR UPDATE SKIP LOCKED"


def renew(root: Root, domains: set[str], by: Actor, batch: int) -> Iterator[int]:
    """Renew both, a batch a transaction; yields how many each renewed."""
    for table, one in _tables(root, domains):
        last: int | None = 0
        while last is not None:
            with acting(by):
                done, last = _renew_rows(table, one, last, batch)
            if done:
                yield done
    for file, domain in _files(root, domains):
        with suppress(FileNotFoundError):  # taken in meanwhile
            yield from _renew_file(file, domain)


def count_left(root: Root, domains: set[str]) -> int:
    """Return how many of both bear an older key. The caller has entered a context."""
    left, held = 0, selectors.ring(root)
    for table, one in _tables(root, domains):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {one['column']} FROM {table}")
            found = (_opened(one, row[0]).get(one["name"]) for row in cursor.fetchall())
            left += sum(1 for inner in found if inner and base64.b64decode(inner)[0] != held.version(one["inner"]))
    for file, domain in _files(root, domains):
        with suppress(FileNotFoundError), file.open("rb") as stream:
            left += stream.read(1)[0] != held.version(domain)
    return left


def _tables(root: Root, domains: set[str]) -> list[tuple[str, dict[str, Any]]]:
    if root is not Root.CARE or connection.settings_dict["USER"] != JOB_LOGIN:
        return []
    return [(table, one) for table, one in columns.inside().items() if one["inner"] in domains]


def _files(root: Root, domains: set[str]) -> list[tuple[Path, str]]:
    if root is not Root.REGISTER:
        return []
    folder = Path(settings.TONGDENG_FILES)
    wanted = [(pattern, domain) for pattern, domain in columns.files().items() if domain in domains]
    return [(file, domain) for pattern, domain in wanted for file in sorted(folder.glob(pattern))]


def _opened(one: dict[str, Any], sealed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(selectors.Keys(Root.REGISTER).unseal(one["domain"], bytes(sealed)))
    return found


def _renew_rows(table: str, one: dict[str, Any], last: int, batch: int) -> tuple[int, int | None]:
    care, register = selectors.ring(Root.CARE), selectors.Keys(Root.REGISTER)
    done = 0
    with connection.cursor() as cursor:
        cursor.execute(PAGE.format(table=table, id=one["ids"][0], column=one["column"]), [last, batch])
        rows = cursor.fetchall()
        for row, sealed in rows:
            values = _opened(one, sealed)
            if newer := _renewed_inner(care, one, values.get(one["name"])):
                payload = json.dumps({**values, one["name"]: newer}, ensure_ascii=False).encode()
                cursor.execute(
                    f"UPDATE {table} SET {one['column']} = %s WHERE {one['ids'][0]} = %s",
                    [register.seal(one["domain"], payload), row],
                )
                done += 1
    return done, rows[-1][0] if rows else None


def _renewed_inner(care: Ring, one: dict[str, Any], inner: str | None) -> str | None:
    sealed = base64.b64decode(inner) if inner else b""
    if not sealed or sealed[0] == care.version(one["inner"]):
        return None
    return base64.b64encode(care.renewed(one["inner"], sealed)).decode()


def _renew_file(file: Path, domain: str) -> Iterator[int]:
    held, sealed = selectors.ring(Root.REGISTER), file.read_bytes()
    if sealed[0] != held.version(domain):
        draft = file.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_bytes(held.renewed(domain, sealed))
        draft.rename(file)
        yield 1
