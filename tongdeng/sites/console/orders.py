"""Supervision orders: what is late, and the answer of whoever is in charge."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.exports import rules
from tongdeng.desk.types import CLOCKS, Act, Clock, Given, Signal
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org import selectors as org
from tongdeng.owed import selectors as owed
from tongdeng.sites.console import case_words
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.owed_page import due_words
from tongdeng.sites.console.view_models.cases import OrderRow, OrdersPage
from tongdeng.sites.shell.frame import Choice, Fault, Link
from tongdeng.sites.shell.typed import read_day

HERE = "/orders/"
MOST = 200
WATCHING = Text("督办", "Supervision")


def rows(found: Iterable[desk.Supervision], cases: Mapping[int, desk.Case], by: Actor) -> tuple[OrderRow, ...]:
    """Return orders as the pages show them; those of a case that the reader may not see are left out."""
    shown, today = [one for one in found if one.case_id in cases], clock.today()
    explained = desk.to_explain([one for one in shown if one.replied_at is None], cases, by, today)
    staff = org.staff_names({one.staff_id for one in shown if one.staff_id})
    return tuple(
        _row(one, cases[one.case_id], staff.get(one.staff_id or 0, ""), today, explains=one.pk in explained)
        for one in shown
    )  # fmt: skip


def _row(one: desk.Supervision, case: desk.Case, staff: str, today: date, *, explains: bool) -> OrderRow:
    name, term = owed.service_name(case.service), CLOCKS[Clock(one.clock)]
    left = due_words(one.reply_due_on, today)[1] if one.replied_at is None else None
    told = one.replied_at and Text(
        f"{one.replied_at.astimezone(clock.CHINA):%m-%d %H:%M} {staff} 回复",
        f"answered by {staff} on {one.replied_at.astimezone(clock.CHINA):%m-%d %H:%M}",
    )
    soon = one.signal == Signal.AMBER
    return OrderRow(
        one.pk, Link(Text(f"{name.zh} {case.number}", f"{name.en} {case.number}"), f"/cases/{case.pk}/"),
        case_words.LIGHTS[Signal(one.signal)],
        Text(f"{term.zh}{'快到期' if soon else '已过'}", f"{term.en}: {'soon due' if soon else 'over'}"),
        one.opened_at.astimezone(clock.CHINA).date(), one.reply_due_on, left or NOTHING,
        one.replied_at is None and one.reply_due_on < today, desk.reply_of(one), told,
        tuple(Choice(code, text) for code, text in rules.reasons()[Act.EXPLAIN.value].items()) if explains else (),
    )  # fmt: skip


def _page(request: HttpRequest, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    post, is_open = request.user.post, request.GET.get("show") != "answered"
    found = list(desk.supervisions(post.lo, post.hi, is_open=is_open)[:MOST])
    cases = desk.cases_by_id({one.case_id for one in found})
    audit.record(
        "desk.orders.listed", by=request.actor, subjects={one.person_id for one in found}, detail={"orders": len(found)}
    )
    done = Text("已回复。", "Answered.") if request.GET.get("done") else None
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=WATCHING)
    page = OrdersPage(rows(found, cases, request.actor), is_open, done, faults)
    return render(request, "console/orders.html", {"frame": frame, "page": page}, status=422 if faults else 200)


@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """List the orders that wait for an answer, the most urgent first."""
    return _page(request)


@require_POST
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Answer an order; the same answer for one that lies elsewhere and for none."""
    sent = request.POST
    told = Given(reason=sent.get("reason", ""), words=sent.get("told", ""), on=read_day(sent.get("day", "")))
    try:
        with transaction.atomic():
            actions.reply(order_id=number, words=sent.get("words", ""), told=told, by=request.actor)
    except StepRefused as refused:
        return _page(request, (Fault(f"order-{number}", refused.sentence),))
    return redirect(f"{HERE}?done=1")


urlpatterns = [
    path("orders/", orders, name="orders"),
    path("orders/<int:number>/reply", reply, name="order_reply"),
]
