"""Where an actor stands: the hall of a post, and the window at which somebody sits."""

from datetime import date, datetime

from tongdeng.audit.types import Actor
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.models import Seat
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org


def hall_of(by: Actor) -> str:
    """Return the division in whose hall a post stands. Raises HallRefused for whoever has no post."""
    found = org.Post.objects.filter(pk=by.post_id).values_list("lo", flat=True).first()
    if found is None:
        raise HallRefused("post.none", Text("没有岗位，不在任何大厅", "without a post there is no hall"))
    return str(found)


def started(day: date) -> datetime:
    """Return the first instant of a day in China."""
    return datetime.combine(day, datetime.min.time(), clock.CHINA)


def seat_of(by: Actor) -> int | None:
    """Return the window at which somebody sits since today; a seat of yesterday was forgotten."""
    seat = Seat.objects.filter(staff_id=by.staff_id, hall=hall_of(by), until=None, since__gte=started(clock.today()))
    return seat.values_list("number", flat=True).first()


def open_windows(hall: str) -> dict[int, int]:
    """Return the windows of a hall at which somebody sits now, each with who."""
    seats = Seat.objects.filter(hall=hall, until=None, since__gte=started(clock.today()))
    return dict(seats.values_list("number", "staff_id"))
