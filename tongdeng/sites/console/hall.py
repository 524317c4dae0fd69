"""A hall's day in figures, which name nobody; and its reception: giving out numbers, putting one back into the line."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from tongdeng.hall import actions
from tongdeng.hall import selectors as halls
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.types import DayLine
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.console.frame import build_frame, chosen_place, opens, own_place
from tongdeng.sites.console.hall_rows import line_rows, number_row
from tongdeng.sites.console.view_models.hall import DayRow, HallPage
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.hall_words import business_name, hall_name, hours_text
from tongdeng.sites.shell.typed import read_day, whole

HERE = "/hall/"
PURPOSE = Text("大厅排队情况", "The hall's day")
TOTAL = Text("合计", "Total")


@require_GET
def hall(request: HttpRequest) -> HttpResponse:
    """Show how a day of a hall went, or goes."""
    return _page(request)


def _day(request: HttpRequest) -> date:
    today = clock.today()
    return min(read_day(request.GET.get("day", "")) or today, today)


def _page(request: HttpRequest, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    place, day, today = chosen_place(request), _day(request), clock.today()
    frame = build_frame(request, place_code=place, current=HERE, purpose=PURPOSE)
    plan = halls.plan_of(place)
    page = None
    if plan is not None:
        found = halls.day_lines(plan, day)
        # Reception works where the post itself stands, and on the day itself.
        is_own = day == today and place == own_place(request) and opens(request, "hall_take")
        page = HallPage(
            hall=hall_name(place), hours=hours_text(plan), day=day, newest=today, is_today=day == today, is_own=is_own,
            rows=tuple(_row(business_name(one.business), [one]) for one in found),
            total=_row(TOTAL, found) if any(one.taken or one.booked for one in found) else None,
            lines=line_rows(plan) if day == today else (),
            absent=tuple(number_row(one) for one in halls.absent_tickets(place)) if is_own else (),
            businesses=tuple(Choice(code, business_name(code)) for code in halls.served_here(plan)),
            reasons=halls.preferred_reasons(), faults=faults,
        )  # fmt: skip
    return render(request, "console/hall.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _row(name: Text, lines: Sequence[DayLine]) -> DayRow:
    longest = [one.longest for one in lines if one.longest is not None]
    return DayRow(
        name=name, taken=sum(one.taken for one in lines), served=sum(one.served for one in lines),
        absent=sum(one.absent for one in lines), waiting=sum(one.waiting for one in lines),
        # The middle of several kinds is not to be had from their middles.
        typical=lines[0].typical if len(lines) == 1 else None, longest=max(longest) if longest else None,
        booked=sum(one.booked for one in lines), missed=sum(one.missed for one in lines),
    )  # fmt: skip


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Give out a number at reception."""
    sent = request.POST
    try:
        if sent.get("code", "").strip():
            ticket = actions.check_in(code=sent["code"].strip(), is_priority="first" in sent, by=request.actor)
        else:
            ticket = actions.take_ticket(
                business=sent.get("business", "")[:40], is_priority="first" in sent, by=request.actor
            )
    except HallRefused as error:
        return _page(request, (Fault("code" if sent.get("code", "").strip() else "business", error.sentence),))
    return redirect("kiosk_ticket", ticket=ticket)


@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Put a number to which nobody had come back into the line, at the place it had."""
    try:
        actions.put_back(ticket_id=whole(request.POST.get("ticket", "")) or 0, by=request.actor)
    except HallRefused as error:
        return _page(request, (Fault("ticket", error.sentence),))
    return redirect(HERE)


urlpatterns = [
    path("hall/", hall, name="hall"),
    path("hall/take", take, name="hall_take"),
    path("hall/back", back, name="hall_back"),
]
