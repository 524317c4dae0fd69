"""Reads of tasks. Row security decides which of them the reader meets."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from procrastinate.contrib.django.models import ProcrastinateJob

from tongdeng.work.models import Task
from tongdeng.work.types import OpenTask


def _shown(task: Task) -> OpenTask:
    return OpenTask(
        task.pk, task.kind, task.person_id, task.record_id, task.territory, task.detail, task.due_on, task.opened_at,
        task.closed_at, task.outcome, task.closed_staff_id,
    )  # fmt: skip


def open_tasks(kind: str, lo: str, hi: str) -> list[OpenTask]:
    """Return the open tasks of a kind in the territories [lo, hi), the most urgent first."""
    found = Task.objects.filter(kind=kind, closed_at=None, territory__gte=lo, territory__lt=hi)
    return [_shown(task) for task in found.order_by("due_on", "id")]


def open_tasks_naming(kinds: Iterable[str], persons: Iterable[int]) -> list[OpenTask]:
    """Return the open tasks of these kinds whose detail names any of these persons, the most urgent first."""
    found = Task.objects.filter(kind__in=list(kinds), closed_at=None, detail__person__in=list(persons))
    return [_shown(task) for task in found.order_by("due_on", "id")]


def overdue_tasks(kind: str, today: date) -> list[OpenTask]:
    """Return the open tasks of a kind whose last day has passed."""
    return [_shown(task) for task in Task.objects.filter(kind=kind, closed_at=None, due_on__lt=today).order_by("id")]


def closed_tasks(kind: str, lo: str, hi: str, since: datetime) -> list[OpenTask]:
    """Return the tasks of a kind in the territories [lo, hi) that were closed since an instant, newest first."""
    found = Task.objects.filter(kind=kind, closed_at__gte=since, territory__gte=lo, territory__lt=hi)
    return [_shown(task) for task in found.order_by("-closed_at", "-id")]


def tasks_by_id(ids: Iterable[int]) -> dict[int, OpenTask]:
    """Return those of these tasks that the reader may see, open or closed."""
    return {task.pk: _shown(task) for task in Task.objects.filter(pk__in=list(ids))}


def persons_with_open_tasks() -> dict[int, set[str]]:
    """Return the persons whom open tasks name, each with the territories in which those lie."""
    found: dict[int, set[str]] = {}
    named = Task.objects.filter(closed_at=None, person_id__isnull=False).values_list("person_id", "territory")
    for person, territory in named.distinct():
        found.setdefault(person, set()).add(territory)
    return found


def tasks_about(persons: Iterable[int], records: Iterable[int], *, outcome: str | None = None) -> list[int]:
    """Return the ids of the tasks that name any of these: the open ones, or those closed with an outcome."""
    named = Q(person_id__in=list(persons)) | Q(record_id__in=list(records))
    state = Q(closed_at=None) if outcome is None else Q(outcome=outcome)
    return list(Task.objects.filter(named & state).values_list("pk", flat=True))


def jobs_ahead(name: str) -> list[Mapping[str, Any]]:
    """Return the arguments of the jobs of a name that still wait or run."""
    found = ProcrastinateJob.objects.filter(task_name=name, status__in=("todo", "doing"))
    return list(found.values_list("args", flat=True))


def count_open(kinds: Iterable[str], lo: str, hi: str) -> int:
    """Return how many tasks of these kinds are open in the territories [lo, hi)."""
    return Task.objects.filter(kind__in=list(kinds), closed_at=None, territory__gte=lo, territory__lt=hi).count()
