"""Installs the compiled policies and the context key, as the owner."""

from django.conf import settings
from django.db import connections, transaction

from tongdeng.access import context, selectors
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor


def install_guard(*, by: Actor) -> None:
    """Replace every row policy by the compiled ones and store the context key's pads, in one transaction."""
    owner = connections["owner"]
    inner, outer = context.pads(settings.TONGDENG_CONTEXT_KEY)
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute("SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public'")
        for policy, table in cursor.fetchall():
            cursor.execute(f'DROP POLICY "{policy}" ON "{table}"')
        cursor.execute(selectors.policies_sql())
        cursor.execute("DELETE FROM access_pad")
        cursor.execute("INSERT INTO access_pad (id, inner_pad, outer_pad) VALUES (1, %s, %s)", [inner, outer])
    audit.record("access.guard.installed", by=by)
