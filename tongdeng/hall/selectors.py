"""Reads of the hall: the line, the screen, a day's figures, appointments."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Q, QuerySet

from tongdeng.hall import plans, slots, waiting
from tongdeng.hall.models import Booking, Holder, Need, Ticket, Visit
from tongdeng.hall.places import hall_of, open_windows, seat_of
from tongdeng.hall.plans import bookable_days, business_of, businesses, halls_for, needs, plan_of, served_here
from tongdeng.hall.slots import free as free_slots
from tongdeng.hall.types import HOLDS_PLACE, BookingState, DayLine, Line, Plan, TicketState
from tongdeng.hall.types import Booking as Shown
from tongdeng.hall.types import Ticket as Number
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.people.exports import merges

__all__ = [
    "absent_tickets", "agenda", "bookable_days", "booking", "bookings_of", "business_of", "businesses",
    "called_tickets", "current_ticket", "day_lines", "days_with_places", "ended_tickets", "ends_at", "find_ticket",
    "free_slots", "hall_of", "halls_for", "lines", "needs", "needs_today", "open_windows", "person_behind", "plan_of",
    "preferred_reasons", "seat_of", "served_here", "ticket_minutes", "waiting_tickets",
]  # fmt: skip


def label_of(business: str, number: int) -> str:
    """Return a number as it is called, such as `B007`."""
    known = plans.businesses().get(business)
    return f"{known.letter if known else '?'}{number:03d}"


def preferred_reasons() -> Text:
    """Return in words who may say that they go first."""
    return Text(**plans.law()["queue"]["preferred_reasons"])


def _number(row: Ticket) -> Number:
    return Number(
        id=row.pk, business=row.business, label=label_of(row.business, row.number), is_priority=row.is_priority,
        window=row.window, wanted_window=row.wanted_window, taken_at=row.taken_at, waits_since=row.waits_since,
        calls=row.calls, booking_id=row.booking_id, due_at=row.due_at,
    )  # fmt: skip


def _today(hall: str) -> QuerySet[Ticket]:
    return Ticket.objects.filter(hall=hall, day=clock.today())


def find_ticket(ticket_id: int, hall: str) -> Number | None:
    """Return a number of a hall and of today."""
    row = _today(hall).filter(pk=ticket_id).first()
    return _number(row) if row else None


def waiting_tickets(hall: str, most: int = 200) -> list[Number]:
    """Return who waits, the longest first."""
    return [_number(row) for row in _today(hall).filter(state=TicketState.WAITING).order_by("waits_since", "id")[:most]]


def absent_tickets(hall: str, most: int = 50) -> list[Number]:
    """Return the numbers to which nobody came, the newest first: their place is kept."""
    return [_number(row) for row in _today(hall).filter(state=TicketState.ABSENT).order_by("-ended_at", "-id")[:most]]


def ended_tickets(hall: str, window: int, most: int = 3) -> list[Number]:
    """Return what was ended last at a window: a slip of the hand can be taken back."""
    rows = _today(hall).filter(state=TicketState.DONE, window=window)
    return [_number(row) for row in rows.order_by("-ended_at", "-id")[:most]]


def called_tickets(hall: str, most: int = 8) -> list[Number]:
    """Return the numbers that are being served, the newest call first: what the screen shows."""
    return [_number(row) for row in _today(hall).filter(state=TicketState.CALLED).order_by("-called_at", "-id")[:most]]


def current_ticket(hall: str, window: int) -> Number | None:
    """Return the number that stands at a window."""
    row = _today(hall).filter(state=TicketState.CALLED, window=window).order_by("-called_at").first()
    return _number(row) if row else None


def person_behind(ticket_id: int) -> int | None:
    """Return who stands behind a number, where a clerk said so and the reader may see them."""
    return Visit.objects.filter(ticket_id=ticket_id).values_list("person_id", flat=True).first()


# ---- how long it takes ----


def _minutes_each(hall: str, business: str) -> float:
    usual = plans.businesses()[business].minutes
    ended = _today(hall).filter(business=business, state=TicketState.DONE, called_at__isnull=False)
    newest = ended.order_by("-ended_at").values_list("called_at", "ended_at")[: plans.law()["queue"]["recent"]]
    return waiting.minutes_each([(end - begin).total_seconds() / 60 for begin, end in newest], usual)


def lines(plan: Plan) -> list[Line]:
    """Return how each kind of business of a hall stands now."""
    hall, staffed = plan.division, open_windows(plan.division)
    counted = dict(
        _today(hall).filter(state=TicketState.WAITING).values_list("business").annotate(n=Count("id")).order_by()
    )
    found = []
    for code in served_here(plan):
        windows = sum(code in kinds for number, kinds in plan.windows.items() if number in staffed)
        ahead = counted.get(code, 0)
        minutes = waiting.minutes_to_wait(ahead, windows, _minutes_each(hall, code))
        found.append(Line(code, ahead, windows, minutes))
    return found


def ticket_minutes(number: Number, plan: Plan) -> tuple[int, int]:
    """Return how many with the same business wait before a number, and about how many minutes that will take."""
    before = Q(waits_since__lt=number.waits_since) | Q(waits_since=number.waits_since, id__lt=number.id)
    ahead = _today(plan.division).filter(before, state=TicketState.WAITING, business=number.business).count()
    staffed = open_windows(plan.division)
    windows = sum(number.business in kinds for at, kinds in plan.windows.items() if at in staffed)
    return ahead, waiting.minutes_to_wait(ahead, windows, _minutes_each(plan.division, number.business))


# ---- a day's figures ----


def day_lines(plan: Plan, day: date) -> list[DayLine]:
    """Return a day's figures of a hall, by kind of business. They count numbers and places, never people or staff."""
    waited: dict[str, list[float]] = {}
    counted: dict[tuple[str, str], int] = {}
    rows = Ticket.objects.filter(hall=plan.division, day=day)
    for business, state, taken, called in rows.values_list("business", "state", "taken_at", "first_called_at"):
        counted[business, state] = counted.get((business, state), 0) + 1
        if called is not None:
            waited.setdefault(business, []).append((called - taken).total_seconds() / 60)
    booked = Booking.objects.filter(hall=plan.division, day=day, state__in=[one.value for one in HOLDS_PLACE])
    held = dict(booked.values_list("business").annotate(n=Count("id")).order_by())
    missed = dict(booked.filter(state=BookingState.MISSED).values_list("business").annotate(n=Count("id")).order_by())
    codes = dict.fromkeys([*served_here(plan), *(code for code, _ in counted)])
    return [_day_line(code, counted, waited.get(code, []), held.get(code, 0), missed.get(code, 0)) for code in codes]


def _day_line(code: str, counted: dict[tuple[str, str], int], waited: list[float], booked: int, missed: int) -> DayLine:
    def of(*states: TicketState) -> int:
        return sum(counted.get((code, state.value), 0) for state in states)

    return DayLine(
        business=code, taken=of(*TicketState), served=of(TicketState.DONE, TicketState.CALLED),
        absent=of(TicketState.ABSENT), waiting=of(TicketState.WAITING),
        typical=round(median(waited)) if waited else None, longest=round(max(waited)) if waited else None,
        booked=booked, missed=missed,
    )  # fmt: skip


# ---- appointments ----


def _shown(row: Booking, holder: Holder | None, asked: Iterable[str] = ()) -> Shown:
    return Shown(
        id=row.pk, hall=row.hall, business=row.business, day=row.day, starts_at=row.starts_at, code=row.code,
        state=BookingState(row.state), moved_up_at=row.moved_up_at, told_at=row.told_at,
        person_id=holder.person_id if holder else None, wants_message=bool(holder and holder.wants_message),
        needs=tuple(asked),
    )  # fmt: skip


def bookings_of(person_id: int, *, is_own: bool = False) -> list[Shown]:
    """Return the appointments of somebody whom the reader may see, under every id they had, those to come first.

    What they asked to find ready is told to themselves (`is_own`), and to others on its own day only.
    """
    held = list(Holder.objects.filter(person_id__in=merges.ids_of(person_id)).select_related("booking"))
    found = _whole(held, is_own=is_own)
    ahead = (BookingState.BOOKED, BookingState.WAITING)
    return sorted(found, key=lambda one: (one.state not in ahead, one.day, one.id))


def booking(booking_id: int, *, is_own: bool = False) -> Shown | None:
    """Return one appointment, where the reader may see who holds it."""
    holder = Holder.objects.filter(booking_id=booking_id).select_related("booking").first()
    return _whole([holder], is_own=is_own)[0] if holder else None


def _whole(held: Iterable[Holder], *, is_own: bool) -> list[Shown]:
    bookings = [one.booking_id for one in held]
    asked = needs_of(bookings) if is_own else needs_today(bookings)
    return [_shown(one.booking, one, asked.get(one.booking_id, ())) for one in held]


def agenda(hall: str, day: date) -> list[Shown]:
    """Return the appointments of a hall's day in order, the waiting list last; holders as far as the reader may see."""
    rows = list(
        Booking.objects.filter(hall=hall, day=day).exclude(state=BookingState.CANCELLED).order_by("starts_at", "id")
    )
    holders = {one.booking_id: one for one in Holder.objects.filter(booking_id__in=[row.pk for row in rows])}
    asked = needs_today([row.pk for row in rows]) if day == clock.today() else {}
    return [_shown(row, holders.get(row.pk), asked.get(row.pk, ())) for row in rows]


def needs_today(bookings: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return what was asked to be ready for these appointments: on their own day only, before and after it nothing."""
    return _needs(Need.objects.filter(booking_id__in=list(bookings), day=clock.today()))


def needs_of(bookings: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the same whatever the day: for those who asked."""
    return _needs(Need.objects.filter(booking_id__in=list(bookings)))


def _needs(found: QuerySet[Need]) -> dict[int, tuple[str, ...]]:
    return {one: tuple(said) for one, said in found.values_list("booking_id", "needs")}


def days_with_places(plan: Plan, business: str) -> list[tuple[date, int]]:
    """Return the days that can be chosen, each with the places left on it; a day without any has a waiting list."""
    return list(slots.left(plan, business, bookable_days(clock.today())).items())


def ends_at(starts_at: datetime) -> datetime:
    """Return when a slot ends."""
    return starts_at + timedelta(minutes=plans.law()["appointments"]["minutes"])
