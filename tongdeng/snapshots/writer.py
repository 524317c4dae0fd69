"""PostgreSQL to Parquet over ADBC, in one repeatable-read transaction under the job's own signed context."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.db import connection

from tongdeng.access.exports import SETTING

if TYPE_CHECKING:
    import pyarrow as pa

OWN_FILE = 0o600


def address() -> str:
    """Return the libpq address of Django's own connection, so that every reader uses the same database and login."""
    known = connection.settings_dict
    login = f"{quote(str(known['USER']))}:{quote(str(known['PASSWORD']))}"
    host = str(known["HOST"])
    if host.startswith("/"):
        return f"postgresql://{login}@/{known['NAME']}?host={quote(host, safe='')}"
    return f"postgresql://{login}@{host}:{known['PORT'] or 5432}/{known['NAME']}"


def read_tables(queries: Mapping[str, str], context: str, *, everyone: bool = False) -> dict[str, pa.Table]:
    """Return the result of each query, all as of one moment.

    With `everyone`, joins are by hashing: right after a first import the tables have no statistics yet, and a nested
    loop over two whole tables takes a minute where a hash join takes a second.
    """
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address(), autocommit=True) as link, link.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(f"SELECT set_config('{SETTING}', '{context}', true)")
        if everyone:
            cursor.execute("SET LOCAL enable_nestloop = off")
        found = {}
        for name, query in queries.items():
            cursor.execute(query)
            found[name] = cursor.fetch_arrow_table()
        cursor.execute("COMMIT")
        return found


def write_tables(tables: Mapping[str, pa.Table], folder: Path) -> None:
    """Write one Parquet file a table, readable by this installation's user only."""
    import pyarrow.parquet as pq

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd")
        os.chmod(path, OWN_FILE)  # noqa: PTH101
