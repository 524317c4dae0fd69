"""Appointments: booking, changing, cancelling, moving up; messages to whoever moved up."""

from datetime import timedelta

from django.db import transaction

from tongdeng.access import selectors as access
from tongdeng.access.selectors import acting
from tongdeng.access.types import RESIDENT
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.hall import line, places, plans, slots
from tongdeng.hall.errors import HallRefused, unknown_booking
from tongdeng.hall.models import Booking, Holder, Need
from tongdeng.hall.types import BookingState, Plan, Wish
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.notify import actions as notify
from tongdeng.notify.exports import contacts
from tongdeng.notify.selectors import wish_of
from tongdeng.notify.types import Way
from tongdeng.org.types import PostKind
from tongdeng.people.exports import cards, households, merges
from tongdeng.work import actions as work

OPEN = (BookingState.WAITING, BookingState.BOOKED)
TELL = "tongdeng.hall.tasks.tell"
WINDOWS = (PostKind.CLERK.value, PostKind.WORKER.value, PostKind.TOWN.value)  # the kinds of post that sit at windows
FULL = Text("这个时间没有号了", "this time is full")
OTHER_TIME = Text("换一个时间，或者排候补", "choose another time, or the waiting list")


@transaction.atomic
def book(*, wish: Wish, person_id: int, territory: str, by: Actor, instead_of: int | None = None) -> int:
    """Book a time for somebody, or put them on the waiting list of a day, and return the booking's id.

    `instead_of` is an appointment of theirs that is given up once the new one is theirs. Whoever missed appointments
    before books like everybody else.
    """
    plan = _plan_for(wish, territory)
    line.hold_person(person_id)
    ever = merges.ids_of(person_id)
    if instead_of is not None and not Holder.objects.filter(booking_id=instead_of, person_id__in=ever).exists():
        raise unknown_booking()
    mine = Holder.objects.filter(person_id__in=ever, booking__state__in=OPEN).exclude(booking_id=instead_of)
    most = int(plans.law()["appointments"]["most_open"])
    if mine.count() >= most:
        raise HallRefused(
            "booking.many",
            Text(f"同时最多有 {most} 个预约", f"the most at a time: {most} appointments"),
            Text("先取消一个用不上的", "cancel one that is not needed"),
        )
    if wish.starts_at is None:
        made = slots.put_on_list(wish.hall, wish.business, wish.day)
    else:
        made = slots.take(wish.hall, wish.business, wish.starts_at, plan.places[wish.business])
    if made is None:
        raise HallRefused("booking.full", FULL, OTHER_TIME)
    _write_who(made, wish, person_id, territory, _shown_to(person_id, by))
    audit.record(
        "hall.booking.made", by=by, subjects=[person_id],
        detail={"booking": made, "hall": wish.hall, "listed": wish.starts_at is None},
    )  # fmt: skip
    if instead_of is not None:
        cancel(booking_id=instead_of, by=by)
    return made


def _plan_for(wish: Wish, territory: str) -> Plan:
    """Return the hall that is wanted. Raises HallRefused for a hall, business, day or time that is not to be had."""
    plan = next((one for one in plans.halls_for(territory) if one.division == wish.hall), None)
    if plan is None or not plan.places.get(wish.business):
        raise HallRefused("booking.nowhere", Text("这个大厅不接受这类预约", "this hall takes no such appointments"))
    starts = plans.slots_on(plan, wish.day)
    is_open = wish.day in plans.bookable_days(clock.today()) and starts
    if not is_open or (wish.starts_at is not None and wish.starts_at not in starts):
        raise HallRefused("booking.closed", Text("这个时间大厅不开", "the hall is not open then"), OTHER_TIME)
    if wish.starts_at is not None and not plans.is_in_time(wish.starts_at, clock.now()):
        raise HallRefused(
            "booking.late",
            Text("这个时间马上就到，不能再预约", "this time is too close to be booked"),
            Text("可以直接到大厅取号", "come to the hall and take a number"),
        )
    if wish.starts_at is None and any(one.left for one in slots.free(plan, wish.business, wish.day)):
        raise HallRefused(
            "booking.not_full",
            Text("这一天还有号，不用排候补", "that day still has places"),
            Text("请选时间", "choose a time"),
        )
    return plan


def _shown_to(person_id: int, by: Actor) -> int | None:
    """Return who reads an appointment at /my/. A child's, made at a window, nobody: who asked there has the slip."""
    if by.purpose == RESIDENT:
        return access.acting_person()
    card = cards.card_of(person_id, clock.today())
    is_child = card is not None and card.born_on is not None and households.is_ward(card.born_on, clock.today())
    return None if is_child else person_id


def _write_who(made: int, wish: Wish, person_id: int, territory: str, shown_id: int | None) -> None:
    Holder.objects.create(
        booking_id=made, person_id=person_id, territory=territory, wants_message=wish.wants_message, shown_id=shown_id
    )
    chosen = [code for code in plans.needs() if code in wish.needs]
    if chosen:
        # Until the end of the day it is for: nobody keeps that somebody came in a wheelchair.
        Need.objects.create(
            booking_id=made, person_id=person_id, territory=territory, shown_id=shown_id, desks=list(WINDOWS),
            needs=chosen, day=wish.day,
            gone_at=places.started(wish.day + timedelta(days=1)),
        )  # fmt: skip


@transaction.atomic
def cancel(*, booking_id: int, by: Actor) -> None:
    """Give an appointment up; its place goes to the first on the waiting list at once, and they are told.

    Only whoever sees who holds it can cancel it: the person, and staff who serve them.
    """
    holder = Holder.objects.filter(booking_id=booking_id).first()
    found = Booking.objects.select_for_update().filter(pk=booking_id, state__in=OPEN).first()
    if holder is None or found is None:
        raise unknown_booking()
    found.state, found.ended_at = BookingState.CANCELLED, clock.now()
    found.save(update_fields=["state", "ended_at"])
    moved = slots.move_up(found)
    audit.record(
        "hall.booking.cancelled", by=by, subjects=[holder.person_id], detail={"booking": booking_id, "moved": moved}
    )
    if moved is not None:
        # Whoever cancels does not learn who moves up: a job of the installation looks for them.
        work.ask_for_job(TELL, lock=f"hall.tell.{moved}", booking_id=moved)


# Phones are shared: neither when nor where, nor the number that checks in.
MOVED_UP = Text(
    "您排的候补有号了。登录“我的服务”看时间，也可以到大厅问；来不了请取消。",
    "There is a place for you from the waiting list. Sign in to My services to see when, or ask at the hall; please"
    " cancel if you cannot come.",
)


def _phone_of(person_id: int) -> str | None:
    """Return the phone of somebody who asked for this message; none where they want to hear otherwise or not."""
    ever = contacts.ids_of(person_id)
    if contacts.has_refused(ever[0]) or wish_of(ever).way is not Way.PHONE:
        return None
    return cards.phone_of(ever[0])


def tell(*, booking_id: int, by: Actor) -> bool:
    """Send the message that somebody moved up, once, if they asked for one and have a phone; tells whether it went.

    The message says neither when nor what for.
    """
    with acting(by):
        found = Booking.objects.select_for_update().filter(pk=booking_id, state=BookingState.BOOKED).first()
        holder = Holder.objects.filter(booking_id=booking_id, wants_message=True).first()
        if found is None or holder is None or found.told_at is not None or found.starts_at is None:
            audit.record("hall.booking.not_told", by=by, detail={"booking": booking_id})
            return False
        phone = _phone_of(holder.person_id)
        if phone is None:
            audit.record("hall.booking.not_told", by=by, detail={"booking": booking_id})
            return False
        found.told_at = clock.now()
        found.save(update_fields=["told_at"])
        left = max(int((found.starts_at - clock.now()).total_seconds() // 60), 1)
        notify.send(kind="hall.moved_up", address=phone, text=" ".join(MOVED_UP), minutes=left, by=by)
        audit.record("hall.booking.told", by=by, subjects=[holder.person_id], detail={"booking": booking_id})
    return True


def close_days(*, by: Actor) -> int:
    """Mark the appointments of days gone by to which nobody came, and end their waiting lists; return how many.

    The mark counts how places are used. It is read by no rule, and nobody is refused because of it.
    """
    with acting(by):
        past = Booking.objects.filter(day__lt=clock.today())
        missed = past.filter(state=BookingState.BOOKED).update(state=BookingState.MISSED)
        ended = past.filter(state=BookingState.WAITING).update(state=BookingState.CANCELLED, ended_at=clock.now())
        audit.record("hall.days.closed", by=by, detail={"missed": missed, "ended": ended})
    return int(missed)
