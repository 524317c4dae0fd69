"""Numbers: taken at the kiosk or at reception, called, called again, handed over, put back, ended.

Each is done to a number of the own hall only. Nobody is named, except where a clerk says who stands there.
"""

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.hall import line, places, plans, waiting
from tongdeng.hall.errors import HallRefused, unknown_booking, unknown_ticket
from tongdeng.hall.models import Booking, Ticket, Visit
from tongdeng.hall.types import BookingState, TicketState
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.people.exports import profiles


@transaction.atomic
def take_ticket(*, business: str, is_priority: bool, by: Actor, booking: Booking | None = None) -> int:
    """Draw the next number of a kind of business in the own hall and return its id."""
    hall, day, now = places.hall_of(by), clock.today(), clock.now()
    plan = plans.plan_of(hall)
    if plan is None or business not in plans.served_here(plan):
        raise HallRefused("business.unknown", Text("这个大厅不办这类业务", "this hall does not take such business"))
    line.hold_numbers(hall, day)
    last = Ticket.objects.filter(hall=hall, day=day, business=business).order_by("-number").values_list("number")[:1]
    made = Ticket.objects.create(
        hall=hall, day=day, business=business, number=(last[0][0] if last else 0) + 1, is_priority=is_priority,
        state=TicketState.WAITING, taken_at=now, waits_since=now, booking=booking,
        due_at=booking.starts_at if booking else None,
    )  # fmt: skip
    audit.record(
        "hall.ticket.taken", by=by, detail={"hall": hall, "ticket": made.pk, "business": business, "first": is_priority}
    )
    return int(made.pk)


@transaction.atomic
def check_in(*, code: str, is_priority: bool, by: Actor) -> int:
    """Give a number to whoever comes with an appointment of today in this hall, by its six digits."""
    hall = places.hall_of(by)
    found = Booking.objects.select_for_update().filter(hall=hall, day=clock.today(), code=code[:6]).first()
    if found is None or found.state != BookingState.BOOKED:
        raise unknown_booking()
    found.state = BookingState.ARRIVED
    found.save(update_fields=["state"])
    ticket = take_ticket(business=found.business, is_priority=is_priority, booking=found, by=by)
    audit.record("hall.booking.arrived", by=by, detail={"booking": found.pk, "ticket": ticket})
    return ticket


@transaction.atomic
def call_next(*, by: Actor, after: int | None = None) -> int | None:
    """Call the next number to the own window and end `after`, the one that was seen there; None where nobody waits.

    Raises HallRefused where another number stands there: pressed twice, the second press ends nobody.
    """
    hall, window, now = places.hall_of(by), places.seat_of(by), clock.now()
    plan = plans.plan_of(hall)
    if plan is None or window is None:
        raise HallRefused(
            "window.none",
            Text("还没有选窗口", "no window is chosen"),
            Text("先选您坐的窗口", "choose your window first"),
        )
    day = clock.today()
    standing = Ticket.objects.select_for_update().filter(hall=hall, day=day, window=window, state=TicketState.CALLED)
    if any(one.pk != after for one in standing):
        raise HallRefused(
            "window.changed",
            Text("窗口已经叫了这个号，没有再往下叫", "this number was called already; nothing else was called"),
        )
    standing.update(state=TicketState.DONE, ended_at=now)
    most = int(plans.law()["queue"]["preferred_in_a_row"])
    run = waiting.preferred_run(line.last_calls(hall, day, window, most))
    ticket = line.call(
        hall=hall, day=day, window=window, businesses=plan.windows[window], staffed=places.open_windows(hall), now=now,
        staff=by.staff_id, preferred_first=run < most,
    )  # fmt: skip
    audit.record("hall.ticket.called", by=by, detail={"hall": hall, "window": window, "ticket": ticket})
    return ticket


def _lock(ticket_id: int, by: Actor, *states: TicketState) -> Ticket:
    """Hold a number of the own hall and of today, which must be in one of these states."""
    found = Ticket.objects.select_for_update().filter(pk=ticket_id, hall=places.hall_of(by), day=clock.today()).first()
    if found is None or found.state not in states:
        raise unknown_ticket()
    return found


@transaction.atomic
def recall(*, ticket_id: int, by: Actor) -> None:
    """Call a number again that was called already."""
    found = _lock(ticket_id, by, TicketState.CALLED)
    found.calls, found.called_at = found.calls + 1, clock.now()
    found.save(update_fields=["calls", "called_at"])
    audit.record("hall.ticket.recalled", by=by, detail={"ticket": ticket_id, "calls": found.calls})


@transaction.atomic
def finish(*, ticket_id: int, by: Actor) -> None:
    """End a number whose business is done."""
    found = _lock(ticket_id, by, TicketState.CALLED)
    found.state, found.ended_at = TicketState.DONE, clock.now()
    found.save(update_fields=["state", "ended_at"])
    audit.record("hall.ticket.done", by=by, detail={"ticket": ticket_id})


@transaction.atomic
def mark_absent(*, ticket_id: int, by: Actor) -> None:
    """Note that nobody came when a number was called. Whoever comes later gets the place back."""
    found = _lock(ticket_id, by, TicketState.CALLED)
    found.state, found.ended_at = TicketState.ABSENT, clock.now()
    found.save(update_fields=["state", "ended_at"])
    audit.record("hall.ticket.absent", by=by, detail={"ticket": ticket_id})


@transaction.atomic
def put_back(*, ticket_id: int, by: Actor) -> None:
    """Put a number back into the line at the place it had: it waits since it was taken."""
    # One that was ended by a slip of the hand, too: whoever waited does not lose the place.
    found = _lock(ticket_id, by, TicketState.CALLED, TicketState.ABSENT, TicketState.DONE)
    _wait_again(found)
    audit.record("hall.ticket.put_back", by=by, detail={"ticket": ticket_id})


def _wait_again(found: Ticket) -> None:
    found.state, found.ended_at, found.calls, found.staff_id = TicketState.WAITING, None, 0, None
    # At which window it was called, and when, stays only as long as it is called: the screen must not show it.
    found.called_at, found.window, found.was_preferred = None, None, None
    found.save()


@transaction.atomic
def transfer(*, ticket_id: int, window: int, by: Actor) -> None:
    """Hand a number over to another window; it stays what it is on the slip and keeps its place in the line."""
    found = _lock(ticket_id, by, TicketState.CALLED)
    plan = plans.plan_of(found.hall)
    if plan is None or window not in plan.windows or window == found.window:
        raise HallRefused("transfer.unknown", Text("请选另一个窗口", "choose another window"))
    found.wanted_window = window
    _wait_again(found)
    audit.record("hall.ticket.transferred", by=by, detail={"ticket": ticket_id, "window": window})


@transaction.atomic
def link_person(*, ticket_id: int, person_id: int, by: Actor) -> None:
    """Say who stands behind a number. Only somebody whom the post may see; nobody else sees the link."""
    found = _lock(ticket_id, by, TicketState.CALLED)
    profile = profiles.find_profile(person_id)
    if profile is None:
        raise HallRefused("person.unknown", Text("找不到这个人", "this person is not found"))
    Visit.objects.filter(ticket=found).delete()
    Visit.objects.create(ticket=found, person_id=person_id, territory=profile.territory, at=clock.now())
    audit.record("hall.ticket.linked", by=by, subjects=[person_id], detail={"ticket": ticket_id})
