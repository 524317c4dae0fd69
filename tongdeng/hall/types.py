"""Halls, numbers and appointments as other packages see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from tongdeng.kernel.errors import Text


class TicketState(StrEnum):
    """Where a number is."""

    WAITING = "waiting"
    CALLED = "called"  # and being served
    DONE = "done"
    ABSENT = "absent"  # called, and nobody came


class BookingState(StrEnum):
    """Where an appointment is. `missed` is for the figures of the hall; nothing is ever decided by it."""

    WAITING = "waiting"  # on the list of a day, without a place
    BOOKED = "booked"
    ARRIVED = "arrived"
    MISSED = "missed"
    CANCELLED = "cancelled"


HOLDS_PLACE = (BookingState.BOOKED, BookingState.ARRIVED, BookingState.MISSED)


@dataclass(frozen=True)
class Business:
    """A kind of business with the letter of its numbers."""

    code: str
    letter: str
    name: Text
    services: tuple[str, ...]  # codes of services or of bureaus
    minutes: int


@dataclass(frozen=True)
class Plan:
    """What a hall is: its windows with their kinds of business, its hours, and its places for appointments."""

    division: str
    name: Text
    hours: tuple[tuple[time, time], ...]
    windows: Mapping[int, tuple[str, ...]]
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number. Nobody is named in it."""

    id: int
    business: str
    label: str  # `A012`
    is_priority: bool
    window: int | None
    wanted_window: int | None
    taken_at: datetime
    waits_since: datetime
    calls: int
    booking_id: int | None
    due_at: datetime | None  # the time of its appointment


@dataclass(frozen=True, slots=True)
class Line:
    """How a kind of business stands now: who waits, where it is served, and for how long a newcomer waits."""

    business: str
    waiting: int
    windows: int  # that are open
    minutes: int  # to be expected


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day's figures of one kind of business. Minutes are None where nobody was called."""

    business: str
    taken: int
    served: int
    absent: int
    waiting: int  # still
    typical: int | None  # minutes that half of those called had waited at most
    longest: int | None
    booked: int  # places held by appointments
    missed: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, and how many places are left."""

    starts_at: datetime
    left: int


@dataclass(frozen=True)
class Wish:
    """What somebody wants an appointment for: `starts_at` None puts them on the waiting list of the day."""

    hall: str
    business: str
    day: date
    starts_at: datetime | None
    needs: tuple[str, ...] = ()
    wants_message: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """One appointment as the person and the window see it."""

    id: int
    hall: str
    business: str
    day: date
    starts_at: datetime | None
    code: str
    state: BookingState
    moved_up_at: datetime | None
    told_at: datetime | None
    person_id: int | None = None
    wants_message: bool = False
    needs: tuple[str, ...] = field(default=())
