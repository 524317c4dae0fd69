"""Opening and closing tasks."""

from collections.abc import Sequence
from datetime import timedelta

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
