"""Data quality: how good each source's rows are, by place, and the file that asks a bureau to correct them."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from tongdeng.insight import selectors as figures
from tongdeng.intake import selectors as intake
from tongdeng.intake.exports import Format, corrections, quality, quality_terms
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Level, level_of
from tongdeng.sites.console import exports, quality_page
from tongdeng.sites.console.frame import build_frame, chosen_place
from tongdeng.sites.console.view_models.quality import QualityLine, QualityPage, Ratio
from tongdeng.sites.shell.frame import Frame, Link
from tongdeng.sites.shell.templatetags.shell import language

HERE = "/quality/"
PURPOSE = Text("资料质量", "Data quality")
LEVELS = {Level.TOWN: Text("按镇", "By town"), Level.COMMUNITY: Text("按社区", "By community")}


def _forms(request: HttpRequest) -> dict[str, Format]:
    post = request.user.post
    found = intake.quality_sources(post.kind, post.unit.bureau_id)
    if not found:
        raise PermissionDenied
    return {one.source: one for one in found}


def _frame(request: HttpRequest, place: str) -> Frame:
    return build_frame(request, place_code=place, current=HERE, purpose=PURPOSE)


@require_GET
def show_quality(request: HttpRequest) -> HttpResponse:
    """Show every source the post looks after, or with `?by=town|community` every place inside its own."""
    forms, place = _forms(request), chosen_place(request)
    finer = [level for level in LEVELS if quality.DIGITS[level] > quality.DIGITS[level_of(place)]]
    level = next((one for one in finer if one.value == request.GET.get("by")), None)
    at = f"?place={place}"
    page = QualityPage(
        views=(
            Link(Text("按来源", "By source"), f"{HERE}{at}" if level else ""),
            *(Link(LEVELS[one], "" if one is level else f"{HERE}{at}&by={one.value}") for one in finer),
        ),
        head=LEVELS[level] if level else Text("来源", "Source"),
        lines=_places(forms, place, level) if level else _sources(forms, place),
        measured_at=_local(quality.measured_at()),
        by_place=level is not None,
        timely_days=quality_terms().timely_days,
    )
    return render(request, "console/quality.html", {"frame": _frame(request, place), "page": page})


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(clock.CHINA) if at else None


def _sources(forms: dict[str, Format], place: str) -> tuple[QualityLine, ...]:
    found = quality.by_source(forms.values(), place)
    return tuple(
        _line(form.title, f"{HERE}{form.source}/?place={place}", found.get(source, quality.Facts()), form, place)
        for source, form in forms.items()
    )


def _places(forms: dict[str, Format], place: str, level: Level) -> tuple[QualityLine, ...]:
    names = org.named_places(clock.today())
    found = quality.by_place(forms.values(), place, level)
    inside = [code for code, one in org.places(clock.today()).items() if one.level is level]
    prefix = place[: quality.DIGITS[level_of(place)]]
    codes = sorted({code for code in inside if code.startswith(prefix)} | found.keys())
    finer = f"&by={Level.COMMUNITY.value}" if level is Level.TOWN else ""
    lines = []
    for code in codes:
        name = (
            names[code].name(language()) if level_of(code) is level else Text("没有落到社区的", "Without a community")
        )
        url = f"{HERE}?place={code}{finer}" if level_of(code) is level else ""
        lines.append(_line(name, url, found.get(code, quality.Facts()), None, code))
    return tuple(lines)


def _line(name: Text | str, url: str, facts: quality.Facts, form: Format | None, place: str) -> QualityLine:
    return QualityLine(
        name=name, url=url, as_at=facts.batch.as_at if facts.batch else None, rows=facts.rows,
        filled=Ratio(facts.filled, facts.cells) if facts.cells else None, timely=timely(facts, form, place),
        bad_numbers=facts.bad_numbers, conflicts=facts.people("conflict"), stale=facts.people("stale"),
        doubts=facts.people("doubt"),
    )  # fmt: skip


def timely(facts: quality.Facts, form: Format | None, place: str) -> Ratio | None:
    """Return S9 of the place where rows say when somebody was registered, else the share that came in time."""
    day = figures.latest_day()
    if form is None or any(column.key == "registered_on" for column in form.columns):
        found = figures.figure(day, "S9", place) if day else None
        return Ratio(found.numerator, found.denominator, found.target) if found and found.denominator else None
    return Ratio(facts.timely, facts.people("lag")) if facts.people("lag") else None


@require_GET
def show_source(request: HttpRequest, source: str) -> HttpResponse:
    """Show one source in detail."""
    forms, place = _forms(request), chosen_place(request)
    if source not in forms:
        raise Http404
    facts = quality.by_source([forms[source]], place).get(source, quality.Facts())
    links = ()
    if _may_receive(request, source):
        base = f"{HERE}{source}/corrections/?place={place}"
        links = (
            Link(Text("请部门更正…", "Ask for corrections…"), base),
            Link(Text("导出 CSV…", "As CSV…"), f"{base}&as=csv"),
        )
    page = quality_page.source_page(
        forms[source], facts, timely(facts, forms[source], place), _local(quality.measured_at()), links,
        back=f"{HERE}?place={place}",
    )  # fmt: skip
    return render(request, "console/quality_source.html", {"frame": _frame(request, place), "page": page})


def _may_receive(request: HttpRequest, source: str) -> bool:
    """Tell whether the post is of the roll's own bureau, or the office: nobody else gets the rows as they were sent."""
    post = request.user.post
    return source in {one.source for one in intake.sources_for(post.kind, post.unit.bureau_id)}


@require_http_methods(["GET", "HEAD", "POST"])
def export_corrections(request: HttpRequest, source: str) -> HttpResponse:
    """Ask for a purpose and give the file of corrections for the roll's own bureau."""
    forms, place = _forms(request), chosen_place(request)
    if source not in forms:
        raise Http404
    if not _may_receive(request, source):
        raise PermissionDenied
    title = forms[source].title
    here = f"?place={place}" + ("&as=csv" if request.GET.get("as") == "csv" else "")
    offer = exports.Offer(
        what=Text(f"请更正：{title.zh}", f"To correct: {title.en}"), rows=None,
        make=lambda: corrections.sheet(source, place, clock.today(), language()),
        audit_code="intake.corrections.exported", action=f"{HERE}{source}/corrections/{here}",
        back=f"{HERE}{source}/?place={place}", detail={"source": source, "place": place},
    )  # fmt: skip
    return exports.respond(request, offer, _frame(request, place))


urlpatterns = [
    path("quality/", show_quality, name="quality"),
    path("quality/<slug:source>/", show_source, name="quality_source"),
    path("quality/<slug:source>/corrections/", export_corrections, name="quality_corrections"),
]
