"""Sitting down at a window and leaving it."""

from django.db import transaction
from django.db.models import Q

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.hall import places, plans
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.models import Seat
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text


@transaction.atomic
def sit(*, window: int, by: Actor) -> None:
    """Open a window of the own hall; whoever sat there, and wherever oneself sat, has left."""
    hall = places.hall_of(by)
    plan = plans.plan_of(hall)
    if plan is None or window not in plan.windows:
        raise HallRefused("window.unknown", Text("这个大厅没有这个窗口", "this hall has no such window"))
    now = clock.now()
    Seat.objects.filter(Q(hall=hall, number=window) | Q(staff_id=by.staff_id), until=None).update(until=now)
    Seat.objects.create(hall=hall, number=window, staff_id=by.staff_id, since=now)
    audit.record("hall.window.opened", by=by, detail={"hall": hall, "window": window})


@transaction.atomic
def leave(*, by: Actor) -> None:
    """Close the own window."""
    Seat.objects.filter(staff_id=by.staff_id, until=None).update(until=clock.now())
    audit.record("hall.window.closed", by=by)
