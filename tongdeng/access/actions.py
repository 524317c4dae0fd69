"""Installs the compiled policies and the context key, as the owner."""

import json
from collections.abc import Mapping

from django.conf import settings
from django.db import connections, transaction

from tongdeng.access import context, selectors, territories
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel.errors import Text, TongdengError


def install_guard(*, by: Actor) -> None:
    """Replace every row policy by the compiled ones and store the context key's pads, in one transaction."""
    owner = connections["owner"]
    inner, outer = context.pads(settings.TONGDENG_CONTEXT_KEY)
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute(
            "SELECT policyname, schemaname, tablename FROM pg_policies WHERE schemaname IN ('public', 'care')"
        )
        for policy, schema, table in cursor.fetchall():
            cursor.execute(f'DROP POLICY "{policy}" ON "{schema}"."{table}"')
        cursor.execute(selectors.policies_sql())
        cursor.execute("DELETE FROM access_pad")
        cursor.execute("INSERT INTO access_pad (id, inner_pad, outer_pad) VALUES (1, %s, %s)", [inner, outer])
    audit.record("access.guard.installed", by=by)


def mark_demo(*, marks: Mapping[str, int], by: Actor) -> None:
    """Mark this database as a demo of one county: only such a one is ever emptied again."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE access_installation SET is_demo = true, demo = %s", [json.dumps(dict(marks))])
    audit.record("access.demo.marked", by=by, detail=dict(marks))


def drop_everything(*, by: Actor, is_recorded: bool = True) -> None:
    """Empty a database that is a demo or holds no roll; the caller has made sure of that. Migrations follow.

    `is_recorded` False: there is no table of entries yet, or another entry will tell of it.
    """
    # The entry goes down with everything else; it is written so that no way of emptying stays silent.
    if is_recorded:
        audit.record("access.demo.dropped", by=by)
    audit.forget_head()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS care CASCADE; CREATE SCHEMA public")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def follow_persons(*, moved: Mapping[int, tuple[str, str]], by: Actor) -> dict[str, int]:
    """Let every row about these persons (territory before, now) follow them, and return how many did in each table."""
    counts = territories.follow(selectors.personal_tables(), moved, {})
    audit.record("access.persons.followed", by=by, detail={"rows": sum(counts.values()), "people": len(moved)})
    return counts


def follow_divisions(*, moved: Mapping[int, tuple[str, str]], codes: Mapping[str, str], by: Actor) -> dict[str, int]:
    """Place every row of every personal table on a changed map and return how many rows moved in each.

    `moved` gives persons with their territory before and now, `codes` each division that ended and what its rest
    became. Raises TongdengError where a row would stay in a division that is no more; nothing is kept then.
    """
    tables = selectors.personal_tables()
    counts = territories.follow(tables, moved, codes)
    behind = territories.left_behind(tables, codes)
    if behind:
        raise TongdengError(
            "access.territory.left_behind",
            Text("有资料留在已撤销的区划里", "rows would stay in divisions that have ended"),
            place=", ".join(behind),
        )
    audit.record("access.divisions.followed", by=by, detail={"rows": sum(counts.values()), "people": len(moved)})
    return counts
