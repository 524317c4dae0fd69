"""Seats, numbers and appointments name nobody; who stands behind one lies in tables under row security."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongdeng.hall.types import HOLDS_PLACE
from tongdeng.org.exports import DivisionCodeField


class Seat(models.Model):
    """Somebody sits at a window, from then until then."""

    id = models.BigAutoField(primary_key=True)
    hall = DivisionCodeField()
    number = models.SmallIntegerField()
    staff_id = models.BigIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "hall_seat"
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "number"], name="hall_seat_one_at_a_window", condition=models.Q(until=None)
            ),
            models.UniqueConstraint(fields=["staff_id"], name="hall_seat_one_each", condition=models.Q(until=None)),
        ]


class Ticket(models.Model):
    """A number in the line of a hall on a day. `is_priority` is all that is kept of why somebody goes first."""

    id = models.BigAutoField(primary_key=True)
    hall = DivisionCodeField()
    day = models.DateField()
    business = models.TextField()
    number = models.SmallIntegerField()
    is_priority = models.BooleanField(default=False)
    state = models.TextField(default="waiting")  # hall.types.TicketState
    window = models.SmallIntegerField(null=True)  # at which it was called last
    wanted_window = models.SmallIntegerField(null=True)  # to which it was handed over
    taken_at = models.DateTimeField()
    waits_since = models.DateTimeField()
    first_called_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    was_preferred = models.BooleanField(null=True)  # when it was called
    calls = models.SmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    staff_id = models.BigIntegerField(null=True)
    booking = models.OneToOneField("Booking", null=True, on_delete=models.SET_NULL)
    due_at = models.DateTimeField(null=True)  # of its appointment

    class Meta:
        db_table = "hall_ticket"
        indexes = [
            # What `call next` walks along, in order, until the first that fits the window and nobody holds.
            models.Index(
                fields=["hall", "day", "waits_since", "id"],
                name="hall_ticket_waiting",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["hall", "day", "-called_at"], name="hall_ticket_called"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["hall", "day", "business", "number"], name="hall_ticket_one_number")
        ]


class Booking(models.Model):
    """A place at a time, or a place on the waiting list of a day. Who holds it, Holder says."""

    id = models.BigAutoField(primary_key=True)
    hall = DivisionCodeField()
    business = models.TextField()
    day = models.DateField()
    starts_at = models.DateTimeField(null=True)
    place = models.SmallIntegerField(null=True)
    code = models.CharField(max_length=6)  # drawn at random; what the person types at the kiosk
    state = models.TextField()  # hall.types.BookingState
    made_at = models.DateTimeField()
    moved_up_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # that it moved up
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hall_booking"
        indexes = [
            models.Index(
                fields=["hall", "business", "day", "made_at"],
                name="hall_booking_waiting",
                condition=models.Q(state="waiting"),
            )
        ]
        constraints = [
            # The last place goes to one of two people because the database says so, whoever asks and however fast.
            models.UniqueConstraint(
                fields=["hall", "business", "starts_at", "place"],
                name="hall_booking_one_place",
                condition=models.Q(state__in=[state.value for state in HOLDS_PLACE]),
            ),
            models.UniqueConstraint(fields=["hall", "day", "code"], name="hall_booking_one_code"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", starts_at=None, place=None)
                | models.Q(state="cancelled")
                | models.Q(starts_at__isnull=False, place__isnull=False),
                name="hall_booking_time_or_list",
            ),
        ]


class Holder(models.Model):
    """Who holds an appointment."""

    id = models.BigAutoField(primary_key=True)
    booking = models.OneToOneField(Booking, on_delete=models.CASCADE)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    wants_message = models.BooleanField(default=False)
    shown_id = models.BigIntegerField(null=True)  # who reads it at /my/: whoever booked; of a child no other guardian

    class Meta:
        db_table = "hall_holder"
        indexes = [models.Index(fields=["person_id"], name="hall_holder_person")]


class Need(models.Model):
    """What somebody asked to find ready. It goes at the end of the day it is for."""

    id = models.BigAutoField(primary_key=True)
    booking = models.OneToOneField(Booking, on_delete=models.CASCADE)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    desks = ArrayField(models.TextField())  # the kinds of post it is for
    needs = ArrayField(models.TextField())
    shown_id = models.BigIntegerField(null=True)  # as in Holder
    day = models.DateField()
    gone_at = models.DateTimeField()

    class Meta:
        db_table = "hall_need"


class Visit(models.Model):
    """Who stands behind a number, where a clerk looked them up. A number needs nobody."""

    id = models.BigAutoField(primary_key=True)
    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    at = models.DateTimeField()

    class Meta:
        db_table = "hall_visit"
