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


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [context.SETTING])
        return cursor.fetchone()[0] or ""


@contextmanager
def acting(by: Actor, *, person: int = 0) -> Iterator[Actor]:
    """Run a block in one transaction under the actor's context; the former context returns at its end.

    A released savepoint does not take a setting back, so leaving restores it by hand.
    """
    with transaction.atomic():
        former = _current()
        _set(signed(by, person))
        yield by
        if not connection.needs_rollback:  # else the setting goes with the transaction, and no query may run
            _set(former)
