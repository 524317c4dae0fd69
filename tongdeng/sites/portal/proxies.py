"""Who acts for me, and for whom I act: appointing, agreeing, taking back, and applying for somebody else."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.catalogue import selectors as catalogue
from tongdeng.desk import actions as desk_actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.errors import CaseRefused
from tongdeng.desk.exports import rules
from tongdeng.desk.types import Act, Channel, Held, NewCase
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.errors import ProxyRefused
from tongdeng.sites.portal import case_words
from tongdeng.sites.portal.apply import version_or_404
from tongdeng.sites.portal.view_models import ProxyLine, ProxyPage
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.typed import read_day


@require_GET
def proxies(request: Any) -> HttpResponse:
    """Show who may act for the person, and for whom the reader may act."""
    return _page(request)


def _page(request: Any, fault: Fault | None = None, code: str = "") -> HttpResponse:
    about, today, sent = request.about, clock.today(), request.POST
    audit.record("privacy.proxies.listed", by=request.actor, subjects=[about.person_id])
    offered = _offered()
    page = ProxyPage(
        appointed=tuple(_line(one, today) for one in privacy.appointed_by(about.person_id)),
        mandates=tuple(
            (one, tuple((name, owed.service_name(name)) for name in one.services)) for one in privacy.mandates()
        ),
        services=tuple(Choice(one, owed.service_name(one), one in sent.getlist("service")) for one in offered),
        until=sent.get("until", ""), is_staff=sent.get("who") == "staff", code=code,
    )  # fmt: skip
    shown = {"page": page, "about": about, "faults": (fault,) if fault else ()}
    return render(request, "portal/proxies.html", shown, status=422 if fault else 200)


def _offered() -> list[str]:
    """Return the services that somebody can apply for here: health is not among them."""
    today, domains = clock.today(), access.domains_of("self")
    found = catalogue.open_law().services
    return sorted(
        code for code, one in found.items() if one.version_on(today) and access.service_domain(code) in domains
    )


def _line(one: privacy.Appointed, today: date) -> ProxyLine:
    if one.revoked_at:
        mark, state = "declined", Text("收回了", "taken back")
    elif today > one.until_on:
        mark, state = "declined", Text("到期了", "over")
    elif one.is_staff or one.accepted_at:
        mark, state = "doing", Text("可以代办", "may act for you")
    elif one.code_until and one.code_until < clock.now():
        mark, state = "declined", Text("委托码过期，没有人接受", "the code is old: nobody agreed")
    else:
        mark, state = "not_due", Text("等对方接受", "waits for the other one to agree")
    who = Text("社区工作人员", "community staff") if one.is_staff else Text(one.name, one.name)
    return ProxyLine(
        one.id, who, Text.listed(owed.service_name(code) for code in one.services), one.until_on, mark, state,
        one.revoked_at is None and today <= one.until_on,
    )  # fmt: skip


@require_POST
def appoint(request: Any) -> HttpResponse:
    """Entrust services to somebody; the code is shown once, on the answer."""
    sent = request.POST
    try:
        with transaction.atomic():
            code = actions.appoint(
                about=request.about, granter=request.own[0].person_id, services=sent.getlist("service"),
                until=read_day(sent.get("until", "")), is_staff=sent.get("who") == "staff", by=request.actor,
            )  # fmt: skip
    except ProxyRefused as refused:
        return _page(request, Fault("appoint", refused.sentence))
    return _page(request, code=code) if code else redirect("my_proxies")


@require_POST
def take_up(request: Any) -> HttpResponse:
    """Agree to act for whoever gave the code."""
    try:
        with transaction.atomic():
            actions.take_up(code=request.POST.get("code", "")[:60], name=request.own[0].name, by=request.actor)
    except ProxyRefused as refused:
        return _page(request, Fault("code", refused.sentence))
    return redirect("my_proxies")


@require_POST
def end(request: Any, number: int) -> HttpResponse:
    """Take back what one entrusted, or lay down what was entrusted to oneself."""
    is_mine = any(one.id == number for one in privacy.mandates())
    try:
        with transaction.atomic():
            (actions.lay_down if is_mine else actions.take_back)(proxy_id=number, by=request.actor)
    except ProxyRefused as refused:
        raise Http404 from refused
    return redirect("my_proxies")


# ---- acting for somebody ----


def mandate_or_404(number: int) -> privacy.Mandate:
    """Return what was entrusted to the reader."""
    found = next((one for one in privacy.mandates() if one.id == number), None)
    if found is None:
        raise Http404
    return found


def principal_or_404(person_id: int) -> Any:
    """Return one of those for whom the reader acts."""
    found = next((one.person for one in privacy.mandates() if one.person.person_id == person_id), None)
    if found is None:
        raise Http404
    return found


@require_GET
def acting_for(request: Any, number: int) -> HttpResponse:
    """List what can be applied for, and what is under way, for somebody else."""
    found = mandate_or_404(number)
    person = found.person
    audit.record("desk.cases.listed", by=request.actor, subjects=[person.person_id], detail={"proxy": number})
    page = {
        "about": person, "mandate": found,
        "services": [(code, owed.service_name(code)) for code in found.services],
        "cases": [case_words.line(one) for one in desk.cases_of(person.person_id) if one.service in found.services],
    }  # fmt: skip
    return render(request, "portal/acting_for.html", page)


@require_http_methods(["GET", "POST"])
def apply_for(request: Any, number: int, code: str) -> HttpResponse:
    """Apply for somebody else, once for each form. What is held about them is not shown: it is theirs."""
    found = mandate_or_404(number)
    if code not in found.services:
        raise Http404
    version = version_or_404(code)
    fault = None
    if request.method == "POST":
        new = NewCase(
            found.person.person_id, code, rules.kind_of(version), Channel.ONLINE, asker_id=request.own[0].person_id
        )
        try:
            with transaction.atomic():
                opened = desk_actions.start_case(new=new, token=request.POST.get("token", "")[:40], by=request.actor)
                if opened.is_new and not version.materials:
                    desk_actions.take_step(case_id=opened.id, act=Act.SUBMIT, seen=1, by=request.actor)
            return redirect("my_case", number=opened.id)
        except CaseRefused as refused:
            fault = Fault("apply", refused.sentence)
    person = found.person
    audit.record("desk.case.prepared", by=request.actor, subjects=[person.person_id], detail={"service": code})
    page = {
        "about": person, "mandate": found, "name": owed.service_name(code), "token": get_random_string(20),
        "materials": [case_words.material(one, Held.MISSING) for one in version.materials],
        "faults": (fault,) if fault else (),
    }  # fmt: skip
    return render(request, "portal/apply_for.html", page, status=422 if fault else 200)


urlpatterns = [
    path("proxies/", proxies, name="my_proxies"),
    path("proxies/new", appoint, name="my_proxy_new"),
    path("proxies/take-up", take_up, name="my_proxy_take_up"),
    path("proxies/<int:number>/end", end, name="my_proxy_end"),
    path("for/<int:number>/", acting_for, name="my_for"),
    path("for/<int:number>/<str:code>/", apply_for, name="my_apply_for"),
]
