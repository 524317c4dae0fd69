"""Places for appointments in the database: taking one so that the last goes to one person only, and moving up."""

import secrets
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, datetime

from django.db import connection

from tongdeng.hall import plans
from tongdeng.hall.models import Booking
from tongdeng.hall.types import HOLDS_PLACE, BookingState, Plan, Slot
from tongdeng.kernel import clock

HELD = [state.value for state in HOLDS_PLACE]
# The lowest free place. Two who take it at once: the unique index lets one through, and the other looks again.
TAKE = """
INSERT INTO hall_booking (hall, business, day, starts_at, place, code, state, made_at)
SELECT %(hall)s, %(business)s, %(day)s, %(starts_at)s, p, %(code)s, 'booked', %(now)s
  FROM generate_series(1, %(places)s) p
 WHERE NOT EXISTS (SELECT FROM hall_booking b WHERE b.hall = %(hall)s AND b.business = %(business)s
                      AND b.starts_at = %(starts_at)s AND b.place = p AND b.state = ANY(%(held)s))
 ORDER BY p LIMIT 1 ON CONFLICT DO NOTHING RETURNING id"""
LIST = """
INSERT INTO hall_booking (hall, business, day, code, state, made_at)
VALUES (%(hall)s, %(business)s, %(day)s, %(code)s, 'waiting', %(now)s) ON CONFLICT DO NOTHING RETURNING id"""
MOST_TRIES = 50  # of others who were quicker, or of a code that is taken


def _until_there_is_one(query: str, values: dict[str, object], may_go_on: Callable[[], bool]) -> int | None:
    with connection.cursor() as cursor:
        for _ in range(MOST_TRIES):
            cursor.execute(query, values | {"code": f"{secrets.randbelow(1_000_000):06d}"})
            if row := cursor.fetchone():
                return int(row[0])
            if not may_go_on():
                return None
    return None


def take(hall: str, business: str, starts_at: datetime, places: int) -> int | None:
    """Take a place at a time and return the booking; None where the last one is gone."""
    values = {
        "hall": hall, "business": business, "day": starts_at.astimezone(clock.CHINA).date(), "starts_at": starts_at,
        "places": places, "held": HELD, "now": clock.now(),
    }  # fmt: skip
    return _until_there_is_one(TAKE, values, lambda: taken(hall, business, starts_at) < places)


def put_on_list(hall: str, business: str, day: date) -> int | None:
    """Put somebody on the waiting list of a day and return the booking."""
    values = {"hall": hall, "business": business, "day": day, "now": clock.now()}
    return _until_there_is_one(LIST, values, lambda: True)


def taken(hall: str, business: str, starts_at: datetime) -> int:
    """Return how many places of a time are held."""
    return Booking.objects.filter(hall=hall, business=business, starts_at=starts_at, state__in=HELD).count()


def free(plan: Plan, business: str, day: date) -> list[Slot]:
    """Return the times of a day that can still be booked or waited for, each with the places left."""
    return _slots(plan, business, day, _held(plan, business, [day]))


def left(plan: Plan, business: str, days: Collection[date]) -> dict[date, int]:
    """Return how many places are left on those of these days that can still be booked or waited for."""
    held = _held(plan, business, days)
    found = {day: _slots(plan, business, day, held) for day in days}
    return {day: sum(one.left for one in shown) for day, shown in found.items() if shown}


def _held(plan: Plan, business: str, days: Collection[date]) -> Counter[datetime]:
    rows = Booking.objects.filter(hall=plan.division, business=business, day__in=days, state__in=HELD)
    return Counter(rows.values_list("starts_at", flat=True))


def _slots(plan: Plan, business: str, day: date, held: Counter[datetime]) -> list[Slot]:
    places, now = plan.places.get(business, 0), clock.now()
    starts = [at for at in plans.slots_on(plan, day) if plans.is_in_time(at, now)]
    return [Slot(at, max(places - held[at], 0)) for at in starts] if places else []


def move_up(gone: Booking) -> int | None:
    """Give the place that a booking left to the first on the waiting list of its day; returns whose it is now.

    Nobody is moved up to a time to which they could no longer come.
    """
    now = clock.now()
    if gone.starts_at is None or not plans.can_move_up(gone.starts_at, now):
        return None
    waiting = Booking.objects.filter(
        hall=gone.hall, business=gone.business, day=gone.day, state=BookingState.WAITING
    ).order_by("made_at", "id")
    first = waiting.select_for_update(skip_locked=True).first()
    if first is None:
        return None
    first.state, first.starts_at, first.place, first.moved_up_at = (
        BookingState.BOOKED, gone.starts_at, gone.place, now,
    )  # fmt: skip
    first.save(update_fields=["state", "starts_at", "place", "moved_up_at"])
    return int(first.pk)
