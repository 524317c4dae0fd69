"""Opening and closing tasks for people, and asking for background jobs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.work.models import Task

Item = tuple[int | None, int | None, str]  # person, record, territory


def open_tasks(
    *, kind: str, items: Sequence[Item], due_in_days: int, by: Actor, details: Sequence[Mapping[str, Any]] | None = None
) -> list[int]:
    """Open one task for each (person, record, territory), with its detail, and return the tasks' ids.

    A task that names its person follows that person to another community; one that must stay names it in its detail.
    """
    at, due = clock.now(), clock.today() + timedelta(days=due_in_days)
    ids = bulk.take_ids("work_task", len(items))
    said = details if details is not None else [{}] * len(items)
    bulk.insert(
        "work_task",
        ("id", "kind", "person_id", "record_id", "territory", "detail", "due_on", "opened_at"),
        (
            (i, kind, person, record, territory, json.dumps(dict(detail)), due, at)
            for i, (person, record, territory), detail in zip(ids, items, said, strict=True)
        ),
    )
    audit.record("work.tasks.opened", by=by, detail={"kind": kind, "tasks": len(ids)})
    return ids


def close_tasks(*, ids: Iterable[int], outcome: str, by: Actor) -> int:
    """Close those of these tasks that are still open, with one outcome, and return how many were."""
    found = Task.objects.filter(pk__in=list(ids), closed_at=None)
    count = found.update(closed_at=clock.now(), outcome=outcome, closed_staff_id=by.staff_id)
    audit.record("work.tasks.closed", by=by, detail={"tasks": count})
    return count


def reopen_tasks(*, ids: Iterable[int], by: Actor) -> int:
    """Take back what closed these tasks, and return how many are open again."""
    found = Task.objects.filter(pk__in=list(ids)).exclude(closed_at=None)
    count = found.update(closed_at=None, outcome=None, closed_staff_id=None)
    audit.record("work.tasks.reopened", by=by, detail={"tasks": count})
    return count


def hand_over(*, places: Mapping[int, str], by: Actor) -> int:
    """Hand the open tasks about these persons to the territories given, and return how many had to move."""
    count = sum(
        Task.objects.filter(person_id=person, closed_at=None).exclude(territory=place).update(territory=place)
        for person, place in places.items()
    )
    audit.record("work.tasks.handed_over", by=by, detail={"tasks": count})
    return count


def ask_for_job(name: str, *, lock: str, in_minutes: int = 0, **arguments: str | int) -> None:
    """Ask for a job by name once this transaction is committed. Arguments are codes and numbers of batches only.

    A job of the same lock that still waits is enough: it will see what was committed.
    """

    def defer() -> None:
        with suppress(AlreadyEnqueued):
            later = {"minutes": in_minutes} if in_minutes else None
            app.configure_task(name, queueing_lock=lock, schedule_in=later).defer(**arguments)

    transaction.on_commit(defer)
