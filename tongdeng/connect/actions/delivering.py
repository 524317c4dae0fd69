"""Notices on their way: in order for each case, tried again with growing pauses, and given up in the end."""

import time
from datetime import timedelta

from django.db import connections, transaction

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.connect import sending
from tongdeng.connect.models import Delivery, Request
from tongdeng.connect.types import DeliveryState, Parcel
from tongdeng.kernel import clock
from tongdeng.org.exports import rights

# Minutes until the next try: two days in all. Whoever was down for a weekend asks for what is left at /systems/.
BACK_OFF = (1, 5, 30, 120, 360, 720, 1440)
MOST_SECONDS = 30  # of one round: an address that hangs must not hold up whatever else the worker does
LOST = timedelta(minutes=10)  # nobody is at one notice for so long: its worker was killed
KEPT_ANSWERS, KEPT_NOTICES = timedelta(hours=24), timedelta(days=30)
# The oldest notice of each case that is not sent yet, where its time has come: a later one never overtakes it.
DUE = """
SELECT d.id, d.webhook_id FROM connect_delivery d
 WHERE d.state = 'waiting' AND (d.next_try_at IS NULL OR d.next_try_at <= %(now)s)
   AND NOT EXISTS (SELECT FROM connect_delivery e WHERE e.webhook_id = d.webhook_id AND e.case_id = d.case_id
                      AND e.seq < d.seq AND e.state IN ('waiting', 'sending', 'dead'))
 ORDER BY d.id LIMIT 200"""


def deliver_due(*, by: Actor) -> dict[str, int]:
    """Tell every address what waits for it, and return how many were told, not told and given up."""
    counts = {"sent": 0, "failed": 0, "dead": 0, "dropped": 0}
    until, silent = time.monotonic() + MOST_SECONDS, set()
    lost = Delivery.objects.filter(state=DeliveryState.SENDING, tried_at__lt=clock.now() - LOST)
    lost.update(state=DeliveryState.WAITING)
    while due := [one for one in _due() if one[1] not in silent]:
        for number, webhook in due:
            if time.monotonic() > until:
                break
            if webhook in silent:
                continue
            state = _deliver(number, by)
            if state in ("failed", "dead"):
                silent.add(webhook)  # what else waits for this address waits for the next round
            if state:
                counts[state] += 1
        if time.monotonic() > until:
            break
    if any(counts.values()):
        with acting(by):
            audit.record("connect.events.delivered", by=by, detail=counts)
    return counts


def _due() -> list[tuple[int, int]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(DUE, {"now": clock.now()})
        return list(cursor.fetchall())


def _deliver(number: int, by: Actor) -> str:
    """Tell one address one thing: taken, handed over and settled in three steps, each committed.

    A worker that is killed in between leaves it on its way, and ten minutes later it is told again: at least once.
    """
    with transaction.atomic(), acting(by):
        one = Delivery.objects.select_for_update(of=("self",), skip_locked=True).select_related(
            "webhook__system__staff__post"
        ).filter(pk=number, state=DeliveryState.WAITING).first()  # fmt: skip
        if one is None:
            return ""
        staff = one.webhook.system.staff
        if one.webhook.ended_at or not staff.is_active or not rights.is_open_to(staff, clock.today()):
            return _settle(one, DeliveryState.DROPPED)
        one.state, one.tries, one.tried_at = DeliveryState.SENDING, one.tries + 1, clock.now()
        one.save(update_fields=["state", "tries", "tried_at"])
        body = sending.body_of(
            case_id=one.case_id, seq=one.seq, act=one.act, state=one.state_after, service=one.service, at=one.made_at
        )
        secret = sending.unsealed(one.webhook.secret_sealed)
        parcel = Parcel(one.pk, one.webhook.url, sending.signed(secret, one.message, clock.now(), body), body)
    fault = ""
    try:
        sending.send(parcel)
    except sending.NotTaken as error:
        fault = str(error)
    with transaction.atomic(), acting(by):
        one = Delivery.objects.select_for_update().get(pk=number)
        if not fault:
            one.sent_at = clock.now()
            return _settle(one, DeliveryState.SENT)
        if one.tries > len(BACK_OFF):
            return _settle(one, DeliveryState.DEAD, fault)
        one.state, one.fault = DeliveryState.WAITING, fault
        one.next_try_at = clock.now() + timedelta(minutes=BACK_OFF[one.tries - 1])
        one.save(update_fields=["state", "fault", "next_try_at"])
        return "failed"


def _settle(one: Delivery, state: DeliveryState, fault: str = "") -> str:
    one.state, one.fault, one.next_try_at = state, fault, None
    one.save(update_fields=["state", "fault", "next_try_at", "sent_at"])
    return state.value


def resume_deliveries(*, system_id: int, by: Actor) -> int:
    """Try again what was given up for a system's addresses, from the beginning of its pauses; return how many."""
    given_up = Delivery.objects.filter(webhook__system_id=system_id, state=DeliveryState.DEAD)
    waiting = Delivery.objects.filter(webhook__system_id=system_id, state=DeliveryState.WAITING)
    waiting.update(next_try_at=None)
    count = given_up.update(state=DeliveryState.WAITING, tries=0, next_try_at=None, fault="")
    audit.record("connect.events.resumed", by=by, detail={"system": system_id, "events": count})
    return int(count)


def clear_old(*, by: Actor) -> dict[str, int]:
    """Delete answers kept for a day, notices kept for a month, and counts of addresses that came yesterday."""
    now = clock.now()
    with acting(by), connections["default"].cursor() as cursor:
        answers, _ = Request.objects.filter(made_at__lt=now - KEPT_ANSWERS).delete()
        notices, _ = Delivery.objects.filter(made_at__lt=now - KEPT_NOTICES).delete()
        cursor.execute("DELETE FROM connect_pulse WHERE who LIKE 'address:%' AND seen_at < now() - interval '1 day'")
        audit.record("connect.events.cleared", by=by, detail={"answers": answers, "events": notices})
    return {"answers": answers, "events": notices}
