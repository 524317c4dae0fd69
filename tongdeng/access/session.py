"""Entering and leaving a context. Without one the database shows no row of any person."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from tongdeng.access import context
from tongdeng.audit.types import Actor


def signed(by: Actor, person: int = 0) -> str:
    """Return the context text of an actor, for Django's connection and for ADBC alike."""
    expiry = int(time.time()) + context.LIFE_SECONDS  # the server's clock judges it, so never the injected one
    key = settings.TONGDENG_CONTEXT_KEY
    return context.sign(key, post=by.post_id or 0, purpose=by.purpose, person=person, expiry=expiry)


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [context.SETTING, value])


# Held to the end of the transaction: a key is destroyed only when nobody works any more who may not know of its
# successor. Nobody waits here, for only whoever destroys a key asks for the lock alone.
ENTER = """
SELECT set_config(%s, %s, true), number, pg_advisory_xact_lock_shared(number)
FROM (SELECT (SELECT number FROM keys_generation) AS number) keys"""
_generation: tuple[str, int] = ("", 0)


def _begin(value: str) -> None:
    """Set the context, and note by which generation of keys this transaction works."""
    global _generation
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [context.SETTING, value])
        row = cursor.fetchone()
    met = (str(connection.settings_dict["NAME"]), row[1] or 0)
    if met != _generation:
        _generation = met


def key_generation() -> tuple[str, int]:
    """Return the database and the generation of keys of the newest transaction; the same object while both stay."""
    return _generation


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [context.SETTING])
        return cursor.fetchone()[0] or ""


@contextmanager
def acting(by: Actor, *, person: int = 0) -> Iterator[Actor]:
    """Run a block in one transaction under the actor's context; the former context returns at its end.

    A released savepoint does not take a setting back, so leaving restores it by hand.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        former = "" if is_outermost else _current()
        # Keys do not change under a transaction: what it has sealed and what it looks for bear one version.
        (_set if former else _begin)(signed(by, person))
        yield by
        if not connection.needs_rollback:  # else the setting goes with the transaction, and no query may run
            _set(former)
