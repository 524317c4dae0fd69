"""Beginning a case at the window: what the law asks for, what is held already, and one press to take it in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.catalogue import selectors as catalogue
from tongdeng.desk import actions
from tongdeng.desk.errors import CaseRefused, StepRefused
from tongdeng.desk.exports import held, rules
from tongdeng.desk.types import CHANNELS, Act, Channel, Given, Held, Kind, NewCase
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.people.exports import profiles
from tongdeng.privacy import selectors as privacy
from tongdeng.rules import terms as said
from tongdeng.rules.model import Service, Version
from tongdeng.sites.console import case_words, package_new
from tongdeng.sites.console.cases import HANDLING, HERE, given, new_token
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.law_page import terms
from tongdeng.sites.console.view_models.cases import NewPage
from tongdeng.sites.shell.frame import Choice, Fault, Link
from tongdeng.sites.shell.package_offers import source_note

OFFERED = (Channel.WINDOW, Channel.HOME, Channel.PHONE)


@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    """Choose a service for a person, see what it needs, and take the application in."""
    asked = request.GET if request.method == "GET" else request.POST
    profile = _person(asked.get("person", ""))
    if profile is None:
        if request.method == "POST":
            raise Http404
        return _render(request, NewPage("", ""))
    page = NewPage(name=profile.name, ref=ids.show(profile.person_id))
    if package := asked.get("package", ""):
        return package_new.answer(request, profile, package)
    service = asked.get("service", "")
    version = _version(service, request)
    # Before any of the answers below: each of them shows the person's name.
    audit.record("desk.case.prepared", by=request.actor, subjects=[profile.person_id], detail={"service": service[:12]})
    if version is None:
        return _render(request, _choices(page, request))
    if request.method == "POST":
        return _take_in(request, profile, service, version)
    return _render(request, _form(page, profile, service, version))


def _choices(page: NewPage, request: HttpRequest) -> NewPage:
    packages = tuple(package_new.offered(page.ref, request))
    return replace(page, offered=tuple(_offered(page.ref, request)), packages=packages)


def _person(ref: str) -> profiles.PersonProfile | None:
    asked = ids.read(ref)
    person_id = profiles.current_id(asked) if asked else None
    return profiles.find_profile(person_id) if person_id else None


def _version(service: str, request: HttpRequest) -> Version | None:
    known = catalogue.open_law().services.get(service)
    if known is None or access.service_domain(service) not in access.domains_of(request.user.post.kind):
        return None
    return known.version_on(clock.today())


def _offered(ref: str, request: HttpRequest) -> list[Link]:
    mine = access.domains_of(request.user.post.kind)
    found: list[tuple[Service, Version]] = list(catalogue.open_law().in_force_on(clock.today()))
    return [
        Link(service.name, f"{HERE}new/?person={ref}&service={service.code}")
        for service, _ in found
        if access.service_domain(service.code) in mine
    ]


def _notes(profile: profiles.PersonProfile) -> Mapping[str, Text]:
    return {paper: source_note(source) for paper, source in held.papers_held(profile).items()}


def _form(page: NewPage, profile: profiles.PersonProfile, service: str, version: Version) -> NewPage:
    notes = _notes(profile)
    stand = {code: Held.KNOWN if code in notes else Held.MISSING for code in version.materials}
    none, fee = Text("没有规定", "not set"), said.named(version.fee, terms().fees)
    promised, by_law = said.limit(version.promised) or none, said.limit(version.statutory) or none
    return replace(
        page, service=catalogue.law().services[service].name, code=service, token=new_token(),
        terms=(
            Text(f"承诺 {promised.zh}", f"promised: {promised.en}"), Text(f"法定 {by_law.zh}", f"by law: {by_law.en}"),
            Text(f"费用：{fee.zh}", f"fee: {fee.en}"),
        ),
        papers=case_words.papers(stand, notes),
        channels=tuple(Choice(one.value, CHANNELS[one], one is OFFERED[0]) for one in OFFERED),
        is_same_visit=version.promised is not None and version.promised.days == 0,
        entrusted_until=_entrusted(profile.person_id, service),
    )  # fmt: skip


def _entrusted(person_id: int, service: str) -> date | None:
    """Return until when the person has entrusted a service to the staff of the community; None where they have not."""
    today = clock.today()
    found = [
        one.until_on
        for one in privacy.appointed_by(person_id)
        if one.is_staff and one.revoked_at is None and one.until_on >= today and service in one.services
    ]
    return max(found, default=None)


def _take_in(request: HttpRequest, profile: profiles.PersonProfile, service: str, version: Version) -> HttpResponse:
    """Begin the case, note its papers, and submit it unless it stays a draft: all of it, or nothing."""
    sent, by = request.POST, request.actor
    channel = Channel(sent["channel"]) if sent.get("channel") in set(OFFERED) else OFFERED[0]
    kind = rules.kind_of(version)
    if kind is Kind.PROMISED and _entrusted(profile.person_id, service):
        kind = Kind.PROXY  # 代办件: the same terms, done by the staff in the person's place
    new = NewCase(profile.person_id, service, kind, channel)
    known, said_of = frozenset(held.papers_held(profile)), given(sent).materials
    try:
        with transaction.atomic():
            opened = actions.start_case(new=new, token=sent.get("token", ""), known=known, by=by)
            if opened.is_new:
                seen = 1
                if said_of:
                    papers = Given(materials=said_of)
                    seen = actions.take_step(case_id=opened.id, act=Act.NOTE_MATERIALS, seen=seen, given=papers, by=by)
                if sent.get("then") != "draft":
                    actions.take_step(case_id=opened.id, act=Act.SUBMIT, seen=seen, by=by)
    except (CaseRefused, StepRefused) as refused:
        page = _form(NewPage(name=profile.name, ref=ids.show(profile.person_id)), profile, service, version)
        fault = Fault("service", refused.sentence)
        return _render(request, replace(page, faults=(fault,)))
    done = "draft" if sent.get("then") == "draft" else "submitted"
    return redirect(f"{HERE}{opened.id}/?done={done}")


def _render(request: HttpRequest, page: NewPage) -> HttpResponse:
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=HANDLING)
    return render(request, "console/case_new.html", {"frame": frame, "page": page}, status=422 if page.faults else 200)


urlpatterns = [path("cases/new/", case_new, name="case_new")]
