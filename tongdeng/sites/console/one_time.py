"""One-time notices (一次性告知): what to bring, where, how long it takes, what it costs, by the law of the day."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from tongdeng.catalogue import selectors as catalogue
from tongdeng.hall import selectors as halls
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.rules import terms as said
from tongdeng.rules.model import Service, Term, Version
from tongdeng.sites.console import law_page
from tongdeng.sites.console.frame import build_frame, opens, own_place
from tongdeng.sites.console.view_models.hall import NoticeLine, NoticePage
from tongdeng.sites.shell.hall_words import hall_name, hours_text

HERE = "/window/notices/"
PURPOSE = Text("一次性告知", "One-time notice")
ON_THE_SPOT = Text("当场办结", "on the spot")


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """List the services in force, searched by name."""
    day, query = clock.today(), request.GET.get("s", "").strip()[:40]
    names, found = org.bureau_names(day), []
    for service, _ in catalogue.open_law().in_force_on(day):
        text = " ".join((service.code, *service.name)).lower()
        if all(word in text for word in query.lower().split()):
            bureau = Text(*names.get(service.bureau, (service.bureau, service.bureau)))
            found.append(NoticeLine(service.code, service.name, bureau, f"{HERE}{service.code}/"))
    return render(request, "console/one_time_notices.html", {**_frame(request), "found": found, "query": query})


@require_GET
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """Show the notice of one service as a sheet, Chinese and English on the same page."""
    day, law = clock.today(), catalogue.open_law()
    service = law.services.get(code)
    version = service.version_on(day) if service else None
    if service is None or version is None:
        raise Http404
    shown = {**_frame(request), "page": _page(request, service, version)}
    return render(request, "console/one_time_notice.html", shown)


def _frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame, and whether the reader has a window to go back to: not all who print notices have."""
    has_window = opens(request, "window")
    current = "/window/" if has_window else HERE
    frame = build_frame(request, place_code=own_place(request), current=current, purpose=PURPOSE)
    return {"frame": frame, "at_window": has_window}


def _page(request: HttpRequest, service: Service, version: Version) -> NoticePage:
    day, words = clock.today(), law_page.terms()
    names = org.bureau_names(day)
    place = own_place(request)
    plan = halls.plan_of(place)
    business = halls.business_of(service.code)
    where = [said.named(version.provision, words.provisions)]
    if plan is not None:
        numbers = [str(number) for number, kinds in plan.windows.items() if business in kinds]
        hall = hall_name(place)
        if numbers:
            where.append(Text(f"{hall.zh} {'、'.join(numbers)} 号窗口", f"{hall.en}, window {', '.join(numbers)}"))
    return NoticePage(
        code=service.code, name=service.name, bureau=Text(*names.get(service.bureau, ("", ""))),
        who=tuple(law_page.condition_label(one.label, one.name) for one in version.conditions),
        materials=tuple(said.named(one, words.materials) for one in version.materials),
        where=tuple(where), hours=hours_text(plan) if plan else None,
        promised=_limit(version.promised), statutory=_limit(version.statutory),
        fee=said.named(version.fee, words.fees), note=version.note,
        basis=tuple(Text(one.text.zh, one.text.en or one.text.zh) for one in version.basis),
        law=catalogue.law_mark(day), day=day,
    )  # fmt: skip


def _limit(term: Term | None) -> Text | None:
    found = said.limit(term)
    return ON_THE_SPOT if term is not None and term.days == 0 else found


urlpatterns = [
    path("window/notices/", notices, name="one_time_notices"),
    path("window/notices/<str:code>/", notice, name="one_time_notice"),
]
