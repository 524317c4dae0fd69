"""Applying for a service once: what is held is filled in, what the law asks for is listed, and it is sent."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.catalogue import selectors as catalogue
from tongdeng.desk import actions
from tongdeng.desk.errors import CaseRefused
from tongdeng.desk.exports import held, rules
from tongdeng.desk.types import Act, Channel, NewCase
from tongdeng.desk.types import Held as Stand
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import profiles
from tongdeng.rules.model import Version
from tongdeng.sites.portal import case_words, words
from tongdeng.sites.portal.view_models import ApplyPage, Material
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.package_offers import source_note

SHOWN = ("name", "id_number", "address", "phone")  # of what is held: what goes with the application


def version_or_404(service: str) -> Version:
    """Return the rules of a service that somebody can apply for here today."""
    known = catalogue.open_law().services.get(service)
    version = known.version_on(clock.today()) if known else None
    if version is None or access.service_domain(service) not in access.domains_of("self"):
        raise Http404
    return version


@require_http_methods(["GET", "POST"])
def apply(request: Any, code: str) -> HttpResponse:
    """Show what is held and what is asked for; take the application, once for each form."""
    version, about = version_or_404(code), request.about
    profile = profiles.find_profile(about.person_id)
    if profile is None:
        raise Http404
    if request.method == "POST":
        return _begin(request, code, version, profile)
    audit.record("desk.case.prepared", by=request.actor, subjects=[about.person_id], detail={"service": code})
    return _page(request, code, version, profile)


def _page(request: Any, code: str, version: Version, profile: Any, fault: Fault | None = None) -> HttpResponse:
    materials = _materials(version, profile)
    known = [one for group in words.held(profile) for one in group.values if one.key in SHOWN]
    page = ApplyPage(
        code=code, name=owed.service_name(code), terms=words.terms(version), note=version.note,
        token=request.POST.get("token") or get_random_string(20), known=tuple(known), materials=materials,
        lacks=sum(one.mark == case_words.MARKS[Stand.MISSING] for one in materials),
        clauses=tuple(clause.text for clause in version.basis),
    )  # fmt: skip
    shown = {"page": page, "about": request.about, "under_way": (), "faults": (fault,) if fault else ()}
    return render(request, "portal/apply.html", shown, status=422 if fault else 200)


def _materials(version: Version, profile: Any) -> tuple[Material, ...]:
    found = held.papers_held(profile)
    return tuple(
        case_words.material(
            code, Stand.KNOWN if code in found else Stand.MISSING,
            source_note(found[code]) if code in found else NOTHING,
        )
        for code in version.materials
    )  # fmt: skip


def _begin(request: Any, code: str, version: Version, profile: Any) -> HttpResponse:
    """Begin the case and, where nothing is missing, submit it: all of it, or nothing. What is missing is added next."""
    about, by = request.about, request.actor
    known = frozenset(held.papers_held(profile))
    new = NewCase(
        about.person_id, code, rules.kind_of(version), Channel.ONLINE, asker_id=request.own[0].person_id
    )  # fmt: skip
    try:
        with transaction.atomic():
            opened = actions.start_case(new=new, token=request.POST.get("token", "")[:40], known=known, by=by)
            if opened.is_new and set(version.materials) <= known:
                actions.take_step(case_id=opened.id, act=Act.SUBMIT, seen=1, by=by)
    except CaseRefused as refused:
        fault = Fault("apply", refused.sentence)
        return _page(request, code, version, profile, fault)
    return redirect("my_case", number=opened.id)


urlpatterns = [path("apply/<str:code>/", apply, name="my_apply")]
