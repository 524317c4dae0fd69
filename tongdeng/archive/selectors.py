"""What a backup counts, and whether an installation is empty. Both look above row security."""

import psycopg
from django.db import connection

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.postgres import dumps

TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'care') ORDER BY 1"""
# Whoever has one of these has something to lose.
PRECIOUS = ("people_record", "people_batch", "org_staff", "delivery_return")


def database() -> str:
    """Return the name of Django's own database."""
    return str(connection.settings_dict["NAME"])


def count_rows(link: psycopg.Connection) -> dict[str, int]:
    """Return how many rows every table has, as this connection sees it."""
    tables = [row[0] for row in link.execute(TABLES).fetchall()]
    return {table: link.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in tables}


def refuse_unless_empty(name: str) -> None:
    """Raise UnusableInput where this installation holds anything of a county."""
    with psycopg.connect(dumps.above_row_security(name)) as link:
        for table in PRECIOUS:
            ((known,),) = link.execute("SELECT to_regclass(%s)", [table]).fetchall()
            if known and link.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                raise UnusableInput(
                    "archive.installation.in_use",
                    Text("这里已有资料，恢复只能在空的安装里进行", "a restore goes into an empty installation only"),
                    place=table,
                    remedy=Text("用 TONGDENG_HOME 指定一个新的文件夹", "name a new folder by TONGDENG_HOME"),
                )
