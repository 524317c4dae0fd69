"""Opening tasks for people, and asking for background jobs."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock


def open_tasks(*, kind: str, items: Sequence[tuple[int, int, str]], due_in_days: int, by: Actor) -> int:
    """Open one task for each (person, record, territory). Returns how many."""
    at, due = clock.now(), clock.today() + timedelta(days=due_in_days)
    count = bulk.insert(
        "work_task",
        ("kind", "person_id", "record_id", "territory", "detail", "due_on", "opened_at"),
        ((kind, person, record, territory, "{}", due, at) for person, record, territory in items),
    )
    audit.record("work.tasks.opened", by=by, detail={"kind": kind, "tasks": count})
    return count


def ask_for_job(name: str, *, lock: str, **arguments: str | int) -> None:
    """Ask for a job by name once this transaction is committed. Arguments are codes and numbers of batches only.

    A job of the same lock that still waits is enough: it will see what was committed.
    """

    def defer() -> None:
        with suppress(AlreadyEnqueued):
            app.configure_task(name, queueing_lock=lock).defer(**arguments)

    transaction.on_commit(defer)
