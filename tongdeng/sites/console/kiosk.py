"""What stands in the hall: the kiosk that gives out numbers, the screen that shows them. Both name nobody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.hall import actions
from tongdeng.hall import selectors as halls
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.types import Plan
from tongdeng.kernel import clock
from tongdeng.sites.console.frame import own_place
from tongdeng.sites.console.hall_rows import line_rows, number_row
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.hall_words import hall_name, hours_text


def own_plan(request: HttpRequest) -> Plan:
    """Return the hall in which the reader's post stands."""
    plan = halls.plan_of(own_place(request))
    if plan is None:
        raise Http404
    return plan


@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Give out a number for a kind of business; whoever says so goes first, and nobody asks why."""
    if request.method != "POST":
        return _kiosk(request)
    try:
        ticket = actions.take_ticket(
            business=request.POST.get("business", "")[:40], is_priority="first" in request.POST, by=request.actor
        )
    except HallRefused as error:
        return _kiosk(request, (Fault("business", error.sentence),))
    return redirect("kiosk_ticket", ticket=ticket)


def _kiosk(request: HttpRequest, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    plan = own_plan(request)
    page = {
        "hall": hall_name(plan.division), "lines": line_rows(plan), "reasons": halls.preferred_reasons(),
        "faults": faults, "code": request.POST.get("code", "")[:6],
    }  # fmt: skip
    return render(request, "console/kiosk.html", page, status=422 if faults else 200)


@require_POST
def check_in(request: HttpRequest) -> HttpResponse:
    """Give a number to whoever has an appointment today."""
    code = request.POST.get("code", "").strip()
    try:
        ticket = actions.check_in(code=code, is_priority="first" in request.POST, by=request.actor)
    except HallRefused as error:
        return _kiosk(request, (Fault("code", error.sentence),))
    return redirect("kiosk_ticket", ticket=ticket)


@require_GET
def kiosk_ticket(request: HttpRequest, ticket: int) -> HttpResponse:
    """Show the number that was just given out, and how long it will take."""
    plan = own_plan(request)
    found = halls.find_ticket(ticket, plan.division)
    if found is None:
        raise Http404
    ahead, minutes = halls.ticket_minutes(found, plan)
    page = {
        "hall": hall_name(plan.division), "number": number_row(found), "ahead": ahead, "minutes": minutes,
        "taken_at": found.taken_at,
    }  # fmt: skip
    return render(request, "console/kiosk_ticket.html", page)


@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """Show which number is called to which window."""
    plan = own_plan(request)
    page = {
        "hall": hall_name(plan.division), "hours": hours_text(plan), "now": clock.now(),
        "called": [number_row(one) for one in halls.called_tickets(plan.division)], "lines": line_rows(plan),
    }  # fmt: skip
    return render(request, "console/screen.html", page)


urlpatterns = [
    path("kiosk/", kiosk, name="kiosk"),
    path("kiosk/check-in", check_in, name="kiosk_check_in"),
    path("kiosk/<int:ticket>/", kiosk_ticket, name="kiosk_ticket"),
    path("screen/", screen, name="screen"),
]
