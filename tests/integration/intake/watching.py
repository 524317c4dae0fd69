"""Looks at a running import from outside: what its transaction has locked, and what the register says meanwhile."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from tests.databases import environment
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor

# Tables in which every attempt leaves a trace, and which tell of no person.
PASSING = ("people_batch", "django_session", "procrastinate_", "django_migrations", "access_")
OPEN_TO_JOBS = "record_id, batch_id, row_number, withdrawn_at"  # of care; the rest no job can read


def tables() -> list[str]:
    """Return every table that tells of people or of figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND has_table_privilege(oid, 'SELECT')"
        )
        return sorted(name for (name,) in cursor.fetchall() if not name.startswith(PASSING))


def everything(by: Actor, *, without: tuple[str, ...] = (), blind: tuple[str, ...] = ()) -> dict[str, str]:
    """Return a digest of each table's rows, whoever they are about; the caller has the login of jobs.

    `blind` names columns that are not looked at.
    """
    found = {}
    with acting(by), connection.cursor() as cursor:
        for table in tables():
            if table not in without:
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(said, '|' ORDER BY said), ''))"
                    f" FROM (SELECT (to_jsonb(t) - %s::text[])::text AS said FROM {table} t) AS rows",
                    [list(blind)],
                )
                found[table] = cursor.fetchone()[0]
        cursor.execute(
            "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
            f" FROM (SELECT {OPEN_TO_JOBS} FROM care.intake_row) t"
        )
        found["care.intake_row"] = cursor.fetchone()[0]
    return found


def importing(source: str, file: Path) -> subprocess.Popen[str]:
    """Start the command that imports a roll."""
    words = ["roll", "import", "--source", source, str(file), "--as-at", "2026-11-23", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "tongdeng.cli.main", *words], env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def kill(child: subprocess.Popen[Any]) -> None:
    """Kill a process and those it started, as the machine's power switch would."""
    with suppress(ProcessLookupError):  # it may have come to its end by itself
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def wait_until(condition: Callable[[], bool], child: subprocess.Popen[Any] | None = None, seconds: float = 90) -> bool:
    """Wait until something is so, or the process has ended; return whether it came to be."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came to be"
        if child is not None and child.poll() is not None:
            return False
        time.sleep(0.005)
    return True


# Locks and sessions are the whole server's, and databases copied from one template number their tables alike.
HERE = "(SELECT oid FROM pg_database WHERE datname = current_database())"


class Watcher:
    """A connection of its own, by the login of jobs: it sees their sessions and may end them."""

    def __init__(self) -> None:
        self._connection = psycopg.connect(settings.LOGINS.job, autocommit=True)

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def writes(self, table: str) -> bool:
        """Tell whether some transaction has begun to write a table."""
        return self._has(
            f"SELECT 1 FROM pg_locks WHERE database = {HERE} AND relation = to_regclass(%s)"
            " AND mode = 'RowExclusiveLock' AND granted",
            table,
        )

    def copies(self) -> bool:
        """Tell whether some session is in the middle of a COPY."""
        return self._has(
            "SELECT 1 FROM pg_stat_activity WHERE query ILIKE %s AND state = 'active' AND pid <> pg_backend_pid()"
            " AND datname = current_database()",
            "COPY%",
        )

    def closes(self) -> bool:
        """Tell whether the transaction that wrote profiles is also writing its batch: the last thing it does."""
        return self._has(
            "SELECT 1 FROM pg_locks a JOIN pg_locks b USING (pid) WHERE a.relation = to_regclass('people_identity')"
            " AND b.relation = to_regclass(%s) AND a.mode = 'RowExclusiveLock' AND b.mode = 'RowExclusiveLock'"
            f" AND a.database = {HERE} AND b.database = {HERE}",
            "people_batch",
        )

    def is_quiet(self) -> bool:
        """Tell whether no import is left: a killed one's session ends when the server notices."""
        return not self._has(
            f"SELECT 1 FROM pg_locks WHERE database = {HERE} AND locktype = %s AND granted", "advisory"
        )

    def end_sessions(self) -> None:
        """Cut off every session of this login but this one."""
        self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = current_user AND pid <> pg_backend_pid() AND datname = current_database()"
        )

    def _has(self, query: str, word: str) -> bool:
        return self._connection.execute(query, [word]).fetchone() is not None
