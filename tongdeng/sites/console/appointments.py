"""Appointments as staff see them: a hall's day, one person's appointments, and booking on the person's behalf."""

from collections.abc import Iterable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.hall import actions
from tongdeng.hall import selectors as halls
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.types import Booking, BookingState
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.people import selectors as registry
from tongdeng.people.exports import cards, merges, profiles
from tongdeng.sites.console.frame import build_frame, chosen_place, own_place
from tongdeng.sites.console.kiosk import own_plan
from tongdeng.sites.console.view_models.hall import AgendaRow
from tongdeng.sites.shell import booking, hall_words
from tongdeng.sites.shell.frame import Fault, Toast
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.sites.shell.typed import read_day

HERE = "/appointments/"
PURPOSE = Text("窗口预约", "Appointments")
BOOKED = Text("已预约。", "Booked.")
CANCELLED = Text("已取消，号让给了候补的下一位。", "Cancelled; the place goes to the next on the waiting list.")


def _rows(found: Iterable[Booking]) -> list[AgendaRow]:
    now = merges.currents(one.person_id for one in found if one.person_id)
    names = registry.names_of(set(now.values()))
    return [_row(one, now.get(one.person_id or 0, 0), names) for one in found]


def _row(one: Booking, person: int, names: Mapping[int, str]) -> AgendaRow:
    mark, state = hall_words.STATES[one.state]
    moved = one.moved_up_at is not None and one.told_at is None and one.state is BookingState.BOOKED
    return AgendaRow(
        id=one.id, time=hall_words.clock_time(one.starts_at), business=hall_words.business_name(one.business),
        code=one.code, name=names.get(person, ""), url=f"/people/{ids.show(person)}/" if person in names else "",
        mark=mark, state=state, needs=hall_words.needs_text(one.needs), is_open=one.state in hall_words.OPEN,
        to_tell=moved and not one.wants_message,
    )  # fmt: skip


@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """List the appointments of the own hall on a day."""
    plan, today = own_plan(request), clock.today()
    days = halls.bookable_days(today)
    asked = read_day(request.GET.get("day", ""))
    day = asked if asked in days else today
    found = halls.agenda(plan.division, day)
    rows, seen = _rows(found), {one.person_id for one in found if one.person_id}
    audit.record("hall.agenda.listed", by=request.actor, subjects=seen, detail={"day": day.isoformat()})
    page = {
        "hall": hall_words.hall_name(plan.division), "day": day, "days": days, "rows": rows, "is_today": day == today,
    }  # fmt: skip
    toast = Toast(CANCELLED) if "cancelled" in request.GET else None
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE, toast=toast)
    return render(request, "console/appointments.html", {"frame": frame, "page": page})


def _profile(ref: str) -> profiles.PersonProfile:
    asked = ids.read(ref)
    person_id = profiles.current_id(asked) if asked else None
    profile = profiles.find_profile(person_id) if person_id else None
    if profile is None:
        raise Http404
    return profile


@require_http_methods(["GET", "POST"])
def of_person(request: HttpRequest, ref: str) -> HttpResponse:
    """Show somebody's appointments, and book one with them."""
    profile, faults = _profile(ref), ()
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        wish = booking.wish(request.GET, sent)
        faults = (Fault("starts_at", booking.NOTHING_CHOSEN),)
        if wish is not None:
            try:
                made = actions.book(
                    wish=wish, person_id=profile.person_id, territory=profile.territory, by=request.actor,
                    instead_of=booking.instead_of(request.GET),
                )  # fmt: skip
                return redirect("appointment", number=made)
            except HallRefused as error:
                faults = (Fault("starts_at", error.sentence),)
    found = halls.bookings_of(profile.person_id)
    audit.record("hall.appointments.viewed", by=request.actor, subjects=[profile.person_id])
    places = org.places(clock.today())
    place = profile.territory if profile.territory in places else chosen_place(request)
    form = booking.form(request.GET, profile.territory, faults=faults, sent=sent)
    named = org.named_places(clock.today())
    page = {
        "name": profile.name, "ref": ids.show(profile.person_id), "form": form,
        "ahead": [(one, hall_words.when(one), hall_words.business_name(one.business),
                   hall_words.hall_name(one.hall, named),
                   *hall_words.STATES[one.state]) for one in found if one.state in hall_words.OPEN],
    }  # fmt: skip
    frame = build_frame(request, place_code=place, current="/people/", purpose=PURPOSE, known=places)
    context = {"frame": frame, "page": page}
    return render(request, "console/person_appointments.html", context, status=422 if faults else 200)


def _booking(number: int) -> Booking:
    found = halls.booking(number)
    if found is None:
        raise Http404
    return found


@require_GET
def appointment(request: HttpRequest, number: int) -> HttpResponse:
    """Show an appointment as a slip for the person."""
    found = _booking(number)
    person = profiles.current_id(found.person_id or 0)
    card = cards.card_of(person, clock.today()) if person else None
    audit.record("hall.appointments.viewed", by=request.actor, subjects=[found.person_id or 0])
    plan = halls.plan_of(found.hall)
    page = {
        "one": found, "when": hall_words.when(found), "business": hall_words.business_name(found.business),
        "place": hall_words.hall_name(found.hall), "hours": hall_words.hours_text(plan) if plan else None,
        "state": hall_words.STATES[found.state], "is_open": found.state in hall_words.OPEN,
        "is_booked": found.state is BookingState.BOOKED, "name": card.name if card else "",
        "ref": ids.show(card.person_id) if card else "",
    }  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)
    return render(request, "console/appointment.html", {"frame": frame, "page": page})


@require_GET
def appointment_file(request: HttpRequest, number: int) -> HttpResponse:
    """Give an appointment as a file for a calendar."""
    found = _booking(number)
    if found.starts_at is None:
        raise Http404
    text = hall_words.calendar_file(found, hall_words.hall_name(found.hall), language())
    headers = {"Content-Disposition": f'attachment; filename="appointment-{found.code}.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Give an appointment up for somebody."""
    _booking(number)
    try:
        actions.cancel(booking_id=number, by=request.actor)
    except HallRefused:
        return redirect("appointment", number=number)  # cancelled or used already: the slip says which
    return redirect(reverse("appointments") + "?cancelled=1")


urlpatterns = [
    path("appointments/", agenda, name="appointments"),
    path("appointments/<int:number>/", appointment, name="appointment"),
    path("appointments/<int:number>/calendar.ics", appointment_file, name="appointment_file"),
    path("appointments/<int:number>/cancel", cancel, name="appointment_cancel"),
    path("people/<str:ref>/appointments/", of_person, name="person_appointments"),
]
