"""Taking in a package at the window: what the person is owed of it, its papers once, one press and one receipt."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.desk import actions
from tongdeng.desk.errors import CaseRefused, StepRefused
from tongdeng.desk.exports import held, joints, packages
from tongdeng.desk.types import CHANNELS, Channel, NewJoint
from tongdeng.kernel import clock, ids
from tongdeng.people.exports import profiles
from tongdeng.rules.packages import Package
from tongdeng.sites.console import case_words
from tongdeng.sites.console.cases import HANDLING, HERE, given, new_token
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.view_models.packages import AsideRow, NewPackagePage, OfferRow
from tongdeng.sites.shell import package_offers
from tongdeng.sites.shell.frame import Choice, Fault, Link

OFFERED = (Channel.WINDOW, Channel.HOME, Channel.PHONE)


def offered(ref: str, request: Any) -> list[Link]:
    """Return the packages that this post may take in."""
    mine = access.domains_of(request.user.post.kind)
    return [
        Link(one.title, f"{HERE}new/?person={ref}&package={one.name}")
        for one in packages.in_force()
        if package_offers.reachable(one, mine)
    ]


def answer(request: HttpRequest, profile: profiles.PersonProfile, name: str) -> HttpResponse:
    """Show the form of a package for a person, or take it in."""
    package = packages.find_package(name)
    if package is None:
        raise Http404
    if request.method == "POST":
        return _take_in(request, profile, package)
    audit.record("desk.package.prepared", by=request.actor, subjects=[profile.person_id], detail={"name": name})
    return _render(request, _form(request, profile, package))


def _form(request: Any, profile: profiles.PersonProfile, package: Package) -> NewPackagePage:
    today, mine = clock.today(), access.domains_of(request.user.post.kind)
    proposed, others = package_offers.offers(package, profile.person_id, mine, today)
    asked = package_offers.papers(proposed, profile)
    return NewPackagePage(
        person=profile.name, ref=ids.show(profile.person_id), name=package.name, title=package.title, token=new_token(),
        offers=tuple(
            OfferRow(
                one.code, one.name, one.mark, one.why, package_offers.department(one.code, today), one.order,
                one.is_likely,
            )
            for one in proposed
        ),
        others=tuple(AsideRow(one.name, one.mark, one.why) for one in others),
        papers=case_words.papers({one.code: one.held for one in asked}, {one.code: one.note for one in asked}),
        channels=tuple(Choice(one.value, CHANNELS[one], one is OFFERED[0]) for one in OFFERED),
    )  # fmt: skip


def _take_in(request: Any, profile: profiles.PersonProfile, package: Package) -> HttpResponse:
    """Begin the package with what was handed over, and send it: all of it, or nothing."""
    sent, by, mine = request.POST, request.actor, access.domains_of(request.user.post.kind)
    wanted = {code for code in sent.getlist("service") if access.service_domain(code) in mine}
    chosen = tuple(one.service for one in package.members if one.service in wanted)
    channel = Channel(sent["channel"]) if sent.get("channel") in set(OFFERED) else OFFERED[0]
    new = NewJoint(profile.person_id, package.name, chosen, channel)
    known = frozenset(held.papers_held(profile))
    try:
        with transaction.atomic():
            opened = actions.start_package(
                new=new, token=sent.get("token", "")[:40], known=known, noted=given(sent).materials, is_sent=True, by=by
            )
    except (CaseRefused, StepRefused) as refused:
        fault = Fault("service", refused.sentence)
        return _render(request, replace(_form(request, profile, package), faults=(fault,)))
    joint = joints.find_joint(opened.id)
    first = joints.cases_in(joint)[0].pk if joint else 0
    return redirect(f"{HERE}{first}/?done=submitted")


def _render(request: HttpRequest, page: NewPackagePage) -> HttpResponse:
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=HANDLING)
    status = 422 if page.faults else 200
    return render(request, "console/package_new.html", {"frame": frame, "page": page}, status=status)
