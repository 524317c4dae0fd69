"""A window at work: calling numbers, finding who stands there, seeing at once what they are owed."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.hall import actions
from tongdeng.hall import selectors as halls
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.types import Plan, Ticket
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.people.exports import cards, profiles, search
from tongdeng.sites.console import at_window
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.hall_rows import number_row, window_choices
from tongdeng.sites.console.kiosk import own_plan
from tongdeng.sites.console.view_models.hall import Hit, WindowPage
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.hall_words import hall_name, needs_text
from tongdeng.sites.shell.typed import whole

HERE = "/window/"
LONGEST_QUERY, MOST_HITS, MOST_WAITING = 60, 8, 12
PURPOSE = Text("窗口接待", "At the window")
NOBODY = Text("请选一个人。", "Choose a person.")


@require_GET
def window(request: HttpRequest) -> HttpResponse:
    """Show who is called, who waits, and the person in front of the window."""
    return _page(request)


def _page(request: HttpRequest, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    plan, here = own_plan(request), halls.seat_of(request.actor)
    current = halls.current_ticket(plan.division, here) if here else None
    waiting = halls.waiting_tickets(plan.division)
    mine = [one for one in waiting if here and _is_for(one, here, plan)]
    query, hits, is_cut = _found(request)
    needs = halls.needs_today([current.booking_id]) if current and current.booking_id else {}
    page = WindowPage(
        hall=hall_name(plan.division), window=here, windows=window_choices(plan),
        current=number_row(current) if current else None,
        needs=needs_text(next(iter(needs.values()), ())),
        ended=tuple(number_row(one) for one in halls.ended_tickets(plan.division, here)) if here else (),
        waiting=tuple(number_row(one) for one in mine[:MOST_WAITING]), others=len(waiting) - len(mine),
        query=query, hits=hits or _holder(request, current), is_cut=is_cut,
        person=_person(request, current), faults=faults,
    )  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)
    return render(request, "console/window.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _is_for(one: Ticket, here: int, plan: Plan) -> bool:
    return one.wanted_window == here or (one.wanted_window is None and one.business in plan.windows[here])


# ---- who stands there ----


def _found(request: HttpRequest) -> tuple[str, tuple[Hit, ...], bool]:
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    if not query:
        return "", (), False
    found = search.search(query, clock.today(), limit=MOST_HITS)
    audit.record(
        "people.search.made", by=request.actor, subjects=[one.person_id for one in found.people],
        detail={"by": found.by, "found": found.total},
    )  # fmt: skip
    known = org.places(clock.today())
    hits = tuple(
        Hit(
            one.name, ids.show(one.person_id), one.masked_number, at_window.place(known, one.community),
            _url(one.person_id),
        )
        for one in found.people
    )  # fmt: skip
    shown = query if found.by == "name" else ""  # a whole number does not stay on the screen
    return shown, hits, found.total > MOST_HITS


def _url(person_id: int) -> str:
    return f"{HERE}?person={ids.show(person_id)}"


def _holder(request: HttpRequest, current: Ticket | None) -> tuple[Hit, ...]:
    """Offer whoever holds the appointment of the number that was called; that they were shown is kept."""
    booked = halls.booking(current.booking_id) if current and current.booking_id else None
    if booked is None or booked.person_id is None or (current and halls.person_behind(current.id)):
        return ()
    card = cards.card_of(profiles.current_id(booked.person_id) or 0, clock.today())
    if card is None:
        return ()
    audit.record("hall.holder.shown", by=request.actor, subjects=[card.person_id])
    return (
        Hit(card.name, ids.show(card.person_id), card.masked_number,
            at_window.place(org.places(clock.today()), card.territory), _url(card.person_id)),
    )  # fmt: skip


def _person(request: HttpRequest, current: Ticket | None) -> Any:
    """Return the person asked for, else the one who was noted for the number; that they were looked at is kept."""
    asked = ids.read(request.GET.get("person", "")[:20])
    if asked is None and current is not None and not request.GET.get("q"):
        asked = halls.person_behind(current.id)
    person_id = profiles.current_id(asked) if asked else None
    profile = profiles.find_profile(person_id) if person_id else None
    if profile is None:
        return None
    audit.record("people.person.viewed", by=request.actor, subjects=[profile.person_id])
    return at_window.person(request, profile)


# ---- acts ----


@require_POST
def sit(request: HttpRequest) -> HttpResponse:
    """Open a window, or leave it."""
    said = request.POST.get("window", "")
    try:
        if said == "leave":
            actions.leave(by=request.actor)
        else:
            actions.sit(window=whole(said) or 0, by=request.actor)
    except HallRefused as error:
        return _page(request, (Fault("window", error.sentence),))
    return redirect("window")


@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Call the next number."""
    try:
        after = request.POST.get("after", "")
        actions.call_next(by=request.actor, after=whole(after))
    except HallRefused as error:
        return _page(request, (Fault("window", error.sentence),))
    return redirect("window")


ACTS: dict[str, Callable[..., None]] = {
    "recall": actions.recall, "done": actions.finish, "absent": actions.mark_absent, "back": actions.put_back,
}  # fmt: skip


@require_POST
def ticket(request: HttpRequest, ticket: int) -> HttpResponse:
    """Do something with a number of the own hall: `act` says what."""
    if halls.find_ticket(ticket, own_plan(request).division) is None:
        raise Http404
    act, sent = request.POST.get("act", ""), request.POST
    try:
        if act in ACTS:
            ACTS[act](ticket_id=ticket, by=request.actor)
        elif act == "transfer":
            actions.transfer(ticket_id=ticket, window=whole(sent.get("to", "")) or 0, by=request.actor)
        elif act == "person":
            found = profiles.current_id(ids.read(sent.get("ref", "")[:20]) or 0)
            if found is None:
                return _page(request, (Fault("person", NOBODY),))
            actions.link_person(ticket_id=ticket, person_id=found, by=request.actor)
    except HallRefused as error:
        return _page(request, (Fault("window", error.sentence),))
    return redirect(reverse("window"))


urlpatterns = [
    path("window/", window, name="window"),
    path("window/sit", sit, name="window_sit"),
    path("window/call", call, name="window_call"),
    path("window/tickets/<int:ticket>/", ticket, name="window_ticket"),
]
