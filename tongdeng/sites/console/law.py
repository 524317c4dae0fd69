"""The law for its readers: services by bureau with their rules in words, one service, and the list as a sheet."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.rules import terms as said
from tongdeng.rules.model import Law, Rhythm, Service
from tongdeng.sites.console import exports, law_page, law_rights
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.view_models.law import BureauGroup, LawPage
from tongdeng.sites.shell.frame import Choice, Frame
from tongdeng.sites.shell.templatetags.shell import language

HERE = "/law/"
PURPOSE = Text("事项与法规", "Services and law")
BASES = {"checked": Text("原文都核过", "All texts read"), "open": Text("有原文待核", "Some text to be checked")}
COLUMNS = (
    (Text("编码", "Code"), 9), (Text("事项", "Service"), 26), (Text("部门", "Bureau"), 22),
    (Text("对象", "For whom"), 60), (Text("多久一次", "How often"), 16), (Text("承诺时限", "Promised"), 14),
    (Text("费用", "Fee"), 14), (Text("依据", "Basis"), 60), (Text("原文", "Text"), 12),
    (Text("施行", "From"), 12), (Text("截止", "Until"), 12),
)  # fmt: skip


def frame(request: HttpRequest) -> Frame:
    """Return the frame of a page about the law, which is the same everywhere in the county."""
    return build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)


@require_GET
def show_law(request: HttpRequest) -> HttpResponse:
    """List the services by bureau, searched and filtered."""
    day, law = clock.today(), catalogue.law()
    names = org.bureau_names(day)
    found = list(_filtered(request, law, day))
    groups = {code: [] for code in dict.fromkeys(service.bureau for service in found)}
    for service in found:
        groups[service.bureau].append(law_page.line(service, day))
    chosen = request.GET
    bureaus = dict.fromkeys(service.bureau for service in law.services.values())
    page = LawPage(
        groups=tuple(BureauGroup(Text(*names.get(code, (code, code))), tuple(lines)) for code, lines in groups.items()),
        count=len(found), total=len(law.services), day=day, digest=law.digest[:12], search=chosen.get("q", ""),
        bureaus=_choices(((code, Text(*names.get(code, (code, code)))) for code in bureaus), chosen.get("bureau", "")),
        rhythms=_choices(said.RHYTHMS.items(), chosen.get("rhythm", "")),
        lately="lately" in chosen, basis=_choices(BASES.items(), chosen.get("basis", "")),
        export_url=f"{HERE}export/?{urlencode(_asked(request))}", links=law_rights.links(request),
    )  # fmt: skip
    return render(request, "console/law.html", {"frame": frame(request), "page": page})


def _choices(pairs: Iterable[tuple[str, Text]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(value), text, str(value) == chosen) for value, text in pairs)


def _asked(request: HttpRequest) -> dict[str, str]:
    keys = ("q", "bureau", "rhythm", "lately", "basis")
    return {key: request.GET[key] for key in keys if request.GET.get(key)}


def _filtered(request: HttpRequest, law: Law, day: date) -> Iterable[Service]:
    asked = _asked(request)
    wanted = asked.get("q", "").strip().lower()
    for service in law.services.values():
        version = law_page.shown_version(service, day)
        line = law_page.line(service, day)
        text = " ".join((service.code, *service.name, *line.who, *(part for c in version.basis for part in c.text)))
        if wanted and not all(word in text.lower() for word in wanted.split()):
            continue
        if asked.get("bureau", service.bureau) != service.bureau:
            continue
        if Rhythm(version.rhythm).value != asked.get("rhythm", version.rhythm.value):
            continue
        if "lately" in asked and not law_page.is_recent(service, day):
            continue
        if "basis" in asked and line.is_checked is not (asked["basis"] == "checked"):
            continue
        yield service


@require_http_methods(["GET", "HEAD", "POST"])
def export_law(request: HttpRequest) -> HttpResponse:
    """Ask for a purpose and give the list as it is filtered."""
    day, law = clock.today(), catalogue.law()
    found = list(_filtered(request, law, day))
    here = urlencode(_asked(request))
    offer = exports.Offer(
        what=PURPOSE, rows=len(found), make=lambda: _sheet(found, law, day), audit_code="catalogue.law.exported",
        action=f"{HERE}export/?{here}", back=f"{HERE}?{here}", detail={"law": law.digest[:12]},
    )  # fmt: skip
    return exports.respond(request, offer, frame(request))


def _sheet(found: list[Service], law: Law, day: date) -> exports.Sheet:
    lang, names, words = language(), org.bureau_names(day), law_page.terms()
    rows: list[list[exports.Cell]] = []
    for service in found:
        version, line = law_page.shown_version(service, day), law_page.line(service, day)
        limit = said.limit(version.promised)
        basis = "；".join(clause.text.say(lang) or clause.text.zh for clause in version.basis)
        read = BASES["checked" if line.is_checked else "open"].say(lang)
        rows.append([
            service.code, service.name.say(lang), Text(*names.get(service.bureau, ("", ""))).say(lang),
            line.who.say(lang), line.rhythm.say(lang), limit.say(lang) if limit else "",
            said.named(version.fee, words.fees).say(lang), basis, read, version.from_on, version.until,
        ])  # fmt: skip
    return exports.Sheet(PURPOSE, f"law-{law.digest[:8]}", COLUMNS, rows)


@require_GET
def show_service(request: HttpRequest, code: str) -> HttpResponse:
    """Show one service: the version in force, or that of `?from=`."""
    day, law = clock.today(), catalogue.law()
    service = law.services.get(code)
    if service is None:
        raise Http404
    wanted = request.GET.get("from", "")
    version = next((one for one in service.versions if one.from_on.isoformat() == wanted), None)
    page = law_page.page(law, service, version or law_page.shown_version(service, day), day, f"{HERE}{code}/")
    context = {"frame": frame(request), "page": page, "drafts": law_rights.drafts_for(request, service)}
    return render(request, "console/law_service.html", context)


urlpatterns = [
    path("law/", show_law, name="law"),
    path("law/export/", export_law, name="law_export"),
    path("law/<str:code>/", show_service, name="law_service"),
]
