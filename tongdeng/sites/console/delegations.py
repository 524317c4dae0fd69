"""Deputies: who answers a post's tasks while its holder is away; named and ended by the head."""

from datetime import date

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.exports import rules
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.view_models.cases import DelegationRow, DelegationsPage
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.typed import read_day, whole

HERE = "/delegations/"
STANDING_IN = Text("代班", "Standing in")


@require_GET
def delegations(request: HttpRequest) -> HttpResponse:
    """List who stands in for whom."""
    return _page(request)


def _page(request: HttpRequest, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    today, found, headed = clock.today(), desk.delegations(request.actor), desk.posts_headed(request.actor)
    names = org.names_of_posts({one for row in found for one in (row.post_id, row.deputy_id, row.granted_post_id)})
    audit.record("desk.delegations.listed", by=request.actor, detail={"delegations": len(found)})
    page = DelegationsPage(
        rows=tuple(_row(one, names, today, one.post_id in headed) for one in found),
        posts=tuple(Choice(str(one), name, str(one) == request.POST.get("post")) for one, name in headed.items()),
        typed={name: request.POST.get(name, "") for name in ("deputy", "from", "until")},
        longest=rules.longest_absence(), today=today, faults=faults,
        done=Text("已办。", "Done.") if request.GET.get("done") else None,
    )  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current="/cases/", purpose=STANDING_IN)
    return render(request, "console/delegations.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _row(one: desk.Delegation, names: dict[int, str], today: date, is_headed: bool) -> DelegationRow:
    if one.ended_at is not None:
        state, mark = Text("提前结束", "ended early"), "declined"
    elif today > one.until_on:
        state, mark = Text("到期", "over"), "declined"
    elif today < one.from_on:
        state, mark = Text("还没有开始", "not begun"), "not_due"
    else:
        state, mark = Text("代班中", "standing in now"), "doing"
    is_live = one.ended_at is None and today <= one.until_on
    return DelegationRow(
        one.pk, names.get(one.post_id, ""), names.get(one.deputy_id, ""), one.from_on, one.until_on,
        names.get(one.granted_post_id, ""), state, mark, is_live and is_headed,
    )  # fmt: skip


@require_POST
def name_deputy(request: HttpRequest) -> HttpResponse:
    """Name a deputy, or show the form again with what is wrong."""
    sent = request.POST
    try:
        with transaction.atomic():
            actions.name_deputy(
                post_id=whole(sent.get("post", "")) or 0, deputy_id=whole(sent.get("deputy", "")) or 0,
                from_on=read_day(sent.get("from", "")), until_on=read_day(sent.get("until", "")), by=request.actor,
            )  # fmt: skip
    except StepRefused as refused:
        fault = refused.sentence
        return _page(request, (Fault("days" if refused.code.endswith("days") else "deputy", fault),))
    return redirect(f"{HERE}?done=1")


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End one early; the same answer for one that is another head's and for none."""
    try:
        actions.end_delegation(delegation_id=number, by=request.actor)
    except StepRefused as refused:
        return _page(request, (Fault("deputy", refused.sentence),))
    return redirect(f"{HERE}?done=1")


urlpatterns = [
    path("delegations/", delegations, name="delegations"),
    path("delegations/new", name_deputy, name="delegation_new"),
    path("delegations/<int:number>/end", end, name="delegation_end"),
]
