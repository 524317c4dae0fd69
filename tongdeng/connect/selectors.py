"""Reads of connected systems: for whoever administers them, and for themselves."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max

from tongdeng.connect import calls
from tongdeng.connect.models import Delivery, Key, System, Webhook
from tongdeng.connect.types import Caller, DeliveryState

__all__ = [
    "Delivery", "Key", "System", "Webhook", "count_by_state", "find_system", "keys_of", "last_sent", "last_use",
    "own_webhooks", "recent", "systems", "troubled", "waiting_keys", "webhooks_of",
]  # fmt: skip
SHOWN = 50


def systems() -> list[System]:
    """Return every system, those that are connected first."""
    found = System.objects.select_related("staff__post__unit", "made_by").order_by("ended_at", "staff__name")
    return sorted(found, key=lambda one: one.ended_at is not None)


def find_system(system_id: int) -> System | None:
    """Return a system, connected or not."""
    return System.objects.select_related("staff__post__unit", "made_by").filter(pk=system_id).first()


def keys_of(systems_: Iterable[int]) -> list[Key]:
    """Return the keys of these systems, the newest first."""
    found = Key.objects.select_related("asked_by", "decided_by").filter(system_id__in=list(systems_))
    return list(found.order_by("-id"))


def waiting_keys() -> list[Key]:
    """Return the keys that wait for a second person, the oldest first."""
    found = Key.objects.select_related("asked_by", "system__staff").filter(state="asked", system__ended_at=None)
    return list(found.order_by("id"))


def webhooks_of(system_id: int) -> list[Webhook]:
    """Return the addresses that a system wants told, without those it ended."""
    return list(Webhook.objects.filter(system_id=system_id, ended_at=None).order_by("id"))


def own_webhooks(caller: Caller) -> list[Webhook]:
    """Return the open addresses of whoever calls."""
    return webhooks_of(caller.system_id)


def count_by_state(system_id: int) -> dict[str, int]:
    """Return how many notices of a system are in each state."""
    found = Delivery.objects.filter(webhook__system_id=system_id).values_list("state").annotate(n=Count("id"))
    return dict(found.order_by())


def recent(system_id: int) -> list[Delivery]:
    """Return a system's newest notices, those that need somebody first."""
    found = Delivery.objects.select_related("webhook").filter(webhook__system_id=system_id)
    given_up = list(found.filter(state=DeliveryState.DEAD).order_by("-id")[:SHOWN])
    others = list(found.exclude(state=DeliveryState.DEAD).order_by("-id")[: SHOWN - len(given_up)])
    return given_up + others


def troubled() -> dict[int, int]:
    """Return how many notices were given up, by system."""
    found = Delivery.objects.filter(state=DeliveryState.DEAD).values_list("webhook__system_id")
    return dict(found.annotate(n=Count("id")).order_by())


def last_use(systems_: Iterable[int]) -> dict[int, datetime]:
    """Return when each of these systems last called."""
    return calls.last_use(list(systems_))


def last_sent(system_id: int) -> datetime | None:
    """Return when a notice last reached a system."""
    found: datetime | None = Delivery.objects.filter(webhook__system_id=system_id).aggregate(at=Max("sent_at"))["at"]
    return found
