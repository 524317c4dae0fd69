"""A resident's own appointments, and those of a child they speak for: book, change, cancel, take along."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.hall import actions
from tongdeng.hall import selectors as halls
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.types import Booking, BookingState
from tongdeng.kernel import clock
from tongdeng.org import selectors as org
from tongdeng.org.types import Place
from tongdeng.people.exports import merges
from tongdeng.sites.portal.middleware import own_or_404
from tongdeng.sites.portal.view_models import AppointmentLine
from tongdeng.sites.shell import booking, hall_words
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.templatetags.shell import language


def line(one: Booking, known: Mapping[str, Place] | None = None) -> AppointmentLine:
    """Return one appointment in words."""
    mark, state = hall_words.STATES[one.state]
    return AppointmentLine(
        id=one.id, when=hall_words.when(one), business=hall_words.business_name(one.business),
        place=hall_words.hall_name(one.hall, known), code=one.code, mark=mark, state=state,
        is_open=one.state in hall_words.OPEN, is_booked=one.state is BookingState.BOOKED,
        has_moved_up=one.moved_up_at is not None and one.state is BookingState.BOOKED,
        needs=hall_words.needs_text(one.needs),
    )  # fmt: skip


@require_GET
def appointments(request: Any) -> HttpResponse:
    """List the appointments to come and the past ones that are still kept."""
    about = request.about
    audit.record("hall.appointments.viewed", by=request.actor, subjects=[about.person_id])
    known = org.named_places(clock.today())
    lines = [line(one, known) for one in halls.bookings_of(about.person_id, is_own=True)]
    page = {
        "about": about, "ahead": [one for one in lines if one.is_open],
        "past": [one for one in lines if not one.is_open], "is_cancelled": "cancelled" in request.GET,
    }  # fmt: skip
    return render(request, "portal/appointments.html", page)


@require_http_methods(["GET", "POST"])
def book(request: Any) -> HttpResponse:
    """Choose hall and business, a day, a time; or the waiting list of a day that is full."""
    about, faults = request.about, ()
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        wish = booking.wish(request.GET, sent)
        if wish is None:
            faults = (Fault("starts_at", booking.NOTHING_CHOSEN),)
        else:
            try:
                made = actions.book(
                    wish=wish, person_id=about.person_id, territory=about.territory, by=request.actor,
                    instead_of=_own_instead(request),
                )  # fmt: skip
                return redirect("my_appointment", number=made)
            except HallRefused as error:
                faults = (Fault("starts_at", error.sentence),)
    form = booking.form(request.GET, about.territory, faults=faults, sent=sent)
    return render(request, "portal/book.html", {"form": form, "about": about}, status=422 if faults else 200)


def _own_instead(request: Any) -> int | None:
    number = booking.instead_of(request.GET)
    return _own(request, number).id if number is not None else None


def _own(request: Any, number: int) -> Booking:
    found = halls.booking(number, is_own=True)
    if found is None or found.person_id is None:
        raise Http404
    own_or_404(request, merges.current(found.person_id))
    return found


@require_GET
def appointment(request: Any, number: int) -> HttpResponse:
    """Show one appointment as a slip to take along or to print."""
    found = _own(request, number)
    audit.record("hall.appointments.viewed", by=request.actor, subjects=[found.person_id or 0])
    plan = halls.plan_of(found.hall)
    page = {"one": line(found), "hours": hall_words.hours_text(plan) if plan else None, "booking": found}
    return render(request, "portal/appointment.html", page)


@require_GET
def appointment_file(request: Any, number: int) -> HttpResponse:
    """Give an appointment as a file for the calendar of a phone."""
    found = _own(request, number)
    if found.starts_at is None:
        raise Http404
    text = hall_words.calendar_file(found, hall_words.hall_name(found.hall), language())
    headers = {"Content-Disposition": f'attachment; filename="appointment-{found.code}.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@require_POST
def cancel(request: Any, number: int) -> HttpResponse:
    """Give an appointment up."""
    found = _own(request, number)
    try:
        actions.cancel(booking_id=found.id, by=request.actor)
    except HallRefused:
        return redirect("my_appointment", number=number)  # cancelled or used already: the page says which
    return redirect("/my/appointments/?cancelled=1")


urlpatterns = [
    path("appointments/", appointments, name="my_appointments"),
    path("appointments/book/", book, name="my_book"),
    path("appointments/<int:number>/", appointment, name="my_appointment"),
    path("appointments/<int:number>/calendar.ics", appointment_file, name="my_appointment_file"),
    path("appointments/<int:number>/cancel", cancel, name="my_appointment_cancel"),
]
