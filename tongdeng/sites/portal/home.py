"""The first page: what is owed to whoever reads, what is under way, who looked."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.desk import selectors as desk
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.owed import selectors as owed
from tongdeng.owed.types import Status
from tongdeng.people.exports import cards
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.sites.portal import looks, package_words, requests, session, words
from tongdeng.sites.portal.middleware import own_or_404
from tongdeng.sites.portal.view_models import Missing, Offer
from tongdeng.sites.shell import package_offers

FIRST_OFFERS = 5
FEW_LOOKS = 3


def notice_of(request: Any) -> str:
    """Return the notice that speaks of the person this page is about."""
    return "register" if request.about.is_self else "under_14"


@require_GET
def home(request: Any) -> HttpResponse:
    """Show what is owed; whoever has not read the notice in force reads that first."""
    today, about = clock.today(), request.about
    if not privacy.has_seen(about.person_id, notice_of(request), today):
        return redirect("my_notice", name=notice_of(request))
    audit.record("privacy.home.viewed", by=request.actor, subjects=[about.person_id])
    offers, missing = _services(about.person_id, today)
    card = cards.card_of(about.person_id, today)
    place = words.place_text(org.places(today), about.territory)
    owed_now = [one for one in offers if one.is_owed]
    page = {
        "own": request.own, "about": about, "place": place, "since": card.since if card else None,
        "offers": owed_now[:FIRST_OFFERS], "more": owed_now[FIRST_OFFERS:], "missing": missing,
        "on_request": [one for one in offers if not one.is_owed], "owed": len(owed_now),
        "breaches": privacy.breaches_about(about.person_id),
        "cases": [one for one in package_words.lines(about.person_id) if one.is_open],
        "requests": [one for one in requests.lines(about.person_id) if one.mark == "doing"],
        "packages": package_offers.worth_proposing({one.code for one in offers if not one.case}, about.person_id),
        "looks": looks.closest(request, FEW_LOOKS),
    }  # fmt: skip
    return render(request, "portal/home.html", page)


def _services(person_id: int, today: date) -> tuple[list[Offer], list[Missing]]:
    """Return what somebody can have now, what is owed first, and what hangs on something nobody knows."""
    domains = access.domains_of("self")
    known, begun = owed.known_now(person_id, domains), desk.open_services_of(person_id)
    facts = known.on([today])[today]
    offers, missing = [], []
    for one in owed.standings(person_id, known.law, facts, domains, today):
        service, version = one.explanation.service, one.explanation.version
        case = begun.get(service.code)
        if one.status is Status.UNKNOWN:
            names = ";".join(each.condition.name for each in one.explanation.unknown)
            what = owed.what_is_missing(service.code, names, today)
            missing.append(Missing(service.name, what, service.code, case))
        elif one.status is Status.OWED and one.window:
            why = owed.why_now(service.code, one.window.opens_on, one.window.due_on)
            due_on = one.window.due_on
            offers.append(Offer(service.name, why, words.terms(version), due_on, True, service.code, case))
        elif one.status is Status.AVAILABLE:
            occasion = version.occasion or Text("", "")
            offers.append(Offer(service.name, occasion, words.terms(version), None, False, service.code, case))
    offers.sort(key=lambda one: (not one.is_owed, one.due_on or date.max))
    return offers, missing


@require_POST
def speak_for(request: Any) -> HttpResponse:
    """Turn to a child whose guardian the reader is, or back to themselves."""
    person = ids.read(request.POST.get("person", "")[:20])
    chosen = own_or_404(request, person or 0)
    request.resident[session.ABOUT] = chosen.person_id
    return redirect("my_home")


def notice(request: HttpRequest, name: str) -> HttpResponse:
    """Show the notice in force, or an older version of it; that it was shown to somebody signed in is kept."""
    today = clock.today()
    if name not in privacy.known():
        raise Http404
    version = request.GET.get("version", "")
    found = privacy.of_version(name, version) if version else privacy.in_force(name, today)
    if found is None:
        raise Http404
    older = [one for one in privacy.known()[name] if one.version != found.version]
    return render(request, "portal/notice.html", {"notice": found, "older": older})


def read_notice(request: Any, name: str) -> HttpResponse:
    """Show a notice to whoever is signed in, and write down that it was shown."""
    about = request.about
    if name in privacy.known() and not privacy.has_seen(about.person_id, name, clock.today()):
        actions.note_shown(name=name, about=about, by=request.actor)
    return notice(request, name)


urlpatterns = [
    path("", home, name="my_home"),
    path("about/", speak_for, name="my_about"),
    path("notices/<slug:name>/", read_notice, name="my_notice"),
    path("info/<slug:name>/", notice, name="my_notice_public"),
]
