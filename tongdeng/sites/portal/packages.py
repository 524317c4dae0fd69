"""Applying to several departments by one form, and following what came of it as one thing."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.errors import CaseRefused, StepRefused
from tongdeng.desk.exports import held, joints, packages
from tongdeng.desk.types import Channel, NewJoint
from tongdeng.documents.errors import DocumentRefused
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.papers import selectors as papers
from tongdeng.people.exports import merges, profiles
from tongdeng.rules.packages import Package
from tongdeng.sites.portal import package_words, words
from tongdeng.sites.portal.middleware import own_or_404
from tongdeng.sites.portal.package_words import PackageForm
from tongdeng.sites.shell import package_offers
from tongdeng.sites.shell.frame import Fault

SHOWN = ("name", "id_number", "address", "phone")  # of what is held: what goes with the application
NOTHING_CHOSEN = Text("请至少选一项。", "Choose at least one.")
CHOOSE_FILE = Text("请选一张照片或一个 PDF。", "Choose a photo or a PDF.")


def package_or_404(name: str) -> Package:
    """Return a package of this county."""
    found = packages.find_package(name)
    if found is None:
        raise Http404
    return found


# ---- the form ----


@require_http_methods(["GET", "POST"])
def apply(request: Any, name: str) -> HttpResponse:
    """Show what somebody is or may be owed of a package; take what they chose, once for each form."""
    package, about = package_or_404(name), request.about
    profile = profiles.find_profile(about.person_id)
    if profile is None:
        raise Http404
    if request.method == "POST":
        return _begin(request, package, profile)
    audit.record("desk.package.prepared", by=request.actor, subjects=[about.person_id], detail={"name": name})
    return _form(request, package, profile)


def _form(request: Any, package: Package, profile: Any, fault: Fault | None = None) -> HttpResponse:
    today, is_sent = clock.today(), request.method == "POST"
    proposed, others = package_offers.offers(package, profile.person_id, access.domains_of("self"), today)
    chosen = set(request.POST.getlist("service")) if is_sent else {one.code for one in proposed if one.is_likely}
    asked = package_offers.papers(proposed, profile)
    page = PackageForm(
        name=package.name, title=package.title, summary=package.summary,
        token=request.POST.get("token") or get_random_string(20),
        offers=tuple(package_words.offer(one, one.code in chosen, today) for one in proposed),
        others=tuple(others), papers=tuple(map(package_words.asked, asked)),
        lacks=sum(one.held in package_words.LACKING for one in asked),
        known=tuple(one for group in words.held(profile) for one in group.values if one.key in SHOWN),
        clauses=tuple(clause.text for clause in package.basis),
    )  # fmt: skip
    shown = {"page": page, "about": request.about, "under_way": (), "faults": (fault,) if fault else ()}
    return render(request, "portal/package_apply.html", shown, status=422 if fault else 200)


def _begin(request: Any, package: Package, profile: Any) -> HttpResponse:
    """Begin the package; it is sent at once where nothing is missing, or where the person wants it sent without."""
    about, sent = request.about, request.POST
    chosen = tuple(one.service for one in package.members if one.service in set(sent.getlist("service")))
    if not chosen:
        return _form(request, package, profile, Fault("service", NOTHING_CHOSEN))
    known = frozenset(held.papers_held(profile))
    new = NewJoint(about.person_id, package.name, chosen, Channel.ONLINE, asker_id=request.own[0].person_id)
    try:
        with transaction.atomic():
            opened = actions.start_package(new=new, token=sent.get("token", "")[:40], known=known, by=request.actor)
            joint = joints.find_joint(opened.id)
            if opened.is_new and joint and (sent.get("then") == "send" or not _lacks(joint)):
                actions.send_package(joint_id=opened.id, by=request.actor)
    except (CaseRefused, StepRefused) as refused:
        return _form(request, package, profile, Fault("service", refused.sentence))
    return redirect("my_package", number=opened.id)


def _lacks(joint: joints.Joint) -> bool:
    return any(desk.progress_of(case).missing for case in joints.cases_in(joint))


# ---- one package ----


def _own(request: Any, number: int) -> joints.Joint:
    found = joints.find_joint(number)
    if found is None:
        raise Http404
    _about(request, found)
    return found


def _about(request: Any, found: joints.Joint) -> Any:
    return own_or_404(request, merges.current(found.person_id))


@require_GET
def package(request: Any, number: int) -> HttpResponse:
    """Show one package: where it is as a whole, each department's steps with their days, what is missing."""
    found = _own(request, number)
    audit.record("desk.package.viewed", by=request.actor, subjects=[found.person_id], detail={"package": number})
    return _page(request, found)


def _page(request: Any, found: joints.Joint, fault: Fault | None = None) -> HttpResponse:
    cases, today = joints.cases_in(found), clock.today()
    takes = {case.pk: desk.takes(case, request.actor, today) for case in cases}
    page = package_words.page(found, cases, takes, request.actor, today, get_random_string(20))
    shown = {
        "page": page, "about": _about(request, found), "faults": (fault,) if fault else (),
        "papers": list(_issued(found, cases)), "levels": package_words.levels(),
    }  # fmt: skip
    return render(request, "portal/package.html", shown, status=422 if fault else 200)


def _issued(found: joints.Joint, cases: Iterable[desk.Case]) -> Iterable[Any]:
    yield from papers.papers_of_matter(joints.SUBJECT, found.pk)
    for case in cases:
        yield from papers.papers_of_matter(desk.SUBJECT, case.pk)


@require_POST
def act(request: Any, number: int) -> HttpResponse:
    """Send, withdraw or rate a package, or show it again with what is lacking."""
    found, sent = _own(request, number), request.POST
    words_said, stars = sent.get("words", "")[:1000], sent.get("stars", "")
    by = request.actor
    acts = {
        "send": lambda: actions.send_package(joint_id=number, by=by),
        "withdraw": lambda: actions.withdraw_package(joint_id=number, words=words_said, by=by),
        "rate": lambda: actions.rate_package(
            joint_id=number, stars=int(stars) if stars in "12345" and stars else 0, words=words_said, by=by
        ),
    }
    name = sent.get("act", "")
    if name not in acts:
        raise Http404
    try:
        with transaction.atomic():
            acts[name]()
    except StepRefused as refused:
        found.refresh_from_db()
        return _page(request, found, Fault(name, refused.sentence))
    return redirect("my_package", number=number)


@require_POST
def hand_in(request: Any, number: int) -> HttpResponse:
    """Take one paper for every part of the package that asks for it."""
    found, material = _own(request, number), request.POST.get("material", "")[:60]
    sent = request.FILES.get("photo") or request.FILES.get("file")
    if not any(material in desk.progress_of(case).materials for case in joints.cases_in(found)):
        raise Http404
    if not sent:
        return _page(request, found, Fault(material, CHOOSE_FILE))
    try:
        with transaction.atomic():
            actions.hand_in_for_all(joint_id=number, material=material, data=sent.read(), by=request.actor)
    except (DocumentRefused, StepRefused) as refused:
        return _page(request, found, Fault(material, refused.sentence))
    return redirect(f"/my/packages/{number}/#materials")


@require_POST
def code(request: Any, number: int) -> HttpResponse:
    """Exchange the code of a package, and those of its cases: what is printed opens nothing from now on."""
    found = _own(request, number)
    try:
        actions.exchange_package_code(joint_id=number, by=request.actor)
    except StepRefused as refused:
        return _page(request, found, Fault("code", refused.sentence))
    return redirect(f"/my/packages/{number}/#follow")


urlpatterns = [
    path("apply/package/<slug:name>/", apply, name="my_package_apply"),
    path("packages/<int:number>/", package, name="my_package"),
    path("packages/<int:number>/act", act, name="my_package_act"),
    path("packages/<int:number>/code", code, name="my_package_code"),
    path("packages/<int:number>/hand-in", hand_in, name="my_package_hand_in"),
]
