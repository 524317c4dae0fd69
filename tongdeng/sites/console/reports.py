"""Home, measures by place, and how they are counted."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from tongdeng.insight import selectors as figures
from tongdeng.insight.exports import disclosure, intervals
from tongdeng.insight.types import Figure
from tongdeng.intake import selectors as intake
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Level, level_of
from tongdeng.sites.console import changes, exports, home
from tongdeng.sites.console.frame import build_frame, chosen_place, opens
from tongdeng.sites.console.view_models import lists
from tongdeng.sites.shell.frame import Link
from tongdeng.sites.shell.templatetags.shell import language

LEVELS = {
    Level.COUNTY: Text("县", "County"),
    Level.TOWN: Text("按镇", "By town"),
    Level.COMMUNITY: Text("按社区", "By community"),
}


def show_home(request: HttpRequest) -> HttpResponse:
    """Show the figures of the post's place; a worker's day begins at the owed list instead."""
    place = chosen_place(request)
    if level_of(place) is Level.COMMUNITY and "place" not in request.GET:
        return redirect("/owed/")
    post = request.user.post
    rolls = {one.source for one in intake.sources_for(post.kind, post.unit.bureau_id)}
    page = home.page(place, language(), rolls)
    frame = build_frame(request, place_code=place, current="/")
    if page is None:
        return render(request, "console/nothing_yet.html", {"frame": frame})
    options = page.trend.options(language()) if page.trend else {}
    doubts = changes.open_doubts(request.user.post.kind, place)
    context = {"frame": frame, "page": page, "trend_options": options, "doubts": doubts}
    return render(request, "console/home.html", context)


def _row(figure: Figure, name: str, unknown: int, url: str, *, is_total: bool = False) -> lists.MeasureRow:
    low, high = intervals.share(figure.numerator, figure.denominator) or (None, None)
    missing = None
    if figure.target is not None and figure.denominator:
        missing = max(0, -int(-(figure.target * figure.denominator) // 1) - figure.numerator)
    return lists.MeasureRow(
        name, figure.numerator, figure.denominator, figure.value, low, high, unknown, url, is_total, missing
    )  # fmt: skip


def _rows(
    code: str, day: date, place: str, level: Level, order: str, *, has_list: bool
) -> tuple[lists.MeasureRow, ...]:
    """Return the rows of a measure, the whole place first; each leads to its owed list where the reader has one."""
    names = org.named_places(day)
    within = place[: figures.DIGITS[level_of(place)]]
    found = figures.figures(day, level, within=within, measures=(code, "unknown"))
    unknown = {one.division: one.numerator for one in found if one.code == "unknown"}
    ours = [one for one in found if one.code == code]
    if order != "place":
        ours.sort(key=lambda one: (one.value is None, one.value or 0))
    rows = [
        _row(
            one,
            names[one.division].name(language()),
            unknown[one.division],
            f"/owed/?place={one.division}" if has_list else "",
        )
        for one in ours
    ]
    total = _row(
        figures.figure(day, code, place), names[place].name(language()),
        figures.figure(day, "unknown", place).numerator, "", is_total=True,
    )  # fmt: skip
    return (total, *rows)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def show_measure(request: HttpRequest, code: str = "S1a") -> HttpResponse:
    """Show one measure by town or community, with its numerators."""
    known = figures.indicators()
    run = figures.latest_run()
    if code not in known:
        raise Http404
    place = chosen_place(request)
    frame = build_frame(request, place_code=place, current="/measures/")
    if run is None:
        return render(request, "console/nothing_yet.html", {"frame": frame})
    finer = [
        level for level in (Level.TOWN, Level.COMMUNITY) if figures.DIGITS[level] > figures.DIGITS[level_of(place)]
    ]
    level = next((one for one in finer if one.value == request.GET.get("by")), finer[0] if finer else Level.COMMUNITY)
    order = request.GET.get("order", "value")
    here = f"?place={place}&by={level.value}"
    said = known[code]
    page = lists.MeasuresPage(
        measures=tuple(
            Link(
                Text(f"{one} {named['zh']}", f"{one} {_capital(named['en'])}"),
                "" if one == code else f"/measures/{one}/?place={place}",
            )
            for one, named in known.items()
        ),
        code=code,
        title=Text(said["zh"], _capital(said["en"])),
        meaning=Text(
            said["numerator"]["zh"] + " ÷ " + said["denominator"]["zh"],
            said["numerator"]["en"] + " / " + said["denominator"]["en"],
        ),
        target=figures.target_of(code, run.day),
        levels=tuple(Link(LEVELS[one], "" if one is level else f"?place={place}&by={one.value}") for one in finer),
        level=Text("地点", "Place"),
        rows=_rows(code, run.day, place, level, order, has_list=opens(request, "owed")),
        as_of_at=run.finished_at.astimezone(clock.CHINA),
        export_url=f"/measures/{code}/export/{here}",
        order_urls=(
            Link(Text("从低到高", "Lowest first"), "" if order != "place" else f"{here}&order=value"),
            Link(Text("按地点", "By place"), "" if order == "place" else f"{here}&order=place"),
        ),
    )
    doubts = changes.open_doubts(request.user.post.kind, place)
    return render(request, "console/measures.html", {"frame": frame, "page": page, "doubts": doubts})


def show_parity(request: HttpRequest) -> HttpResponse:
    """Show every service for which both migrants' and registered residents' rates are known."""
    place = chosen_place(request)
    frame = build_frame(request, place_code=place, current="/measures/")
    run = figures.latest_run()
    if run is None:
        return render(request, "console/nothing_yet.html", {"frame": frame})
    county = org.county(run.day).code
    context = {"frame": frame, "gaps": home.all_gaps(run.day, county), "day": run.day}
    return render(request, "console/parity.html", context)


def export_measure(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a purpose and export one measure by place, small cells withheld."""
    run = figures.latest_run()
    if run is None or code not in figures.indicators():
        raise Http404
    place = chosen_place(request)
    level = (
        Level.COMMUNITY if request.GET.get("by") == "community" or level_of(place) is not Level.COUNTY else Level.TOWN
    )
    within = place[: figures.DIGITS[level_of(place)]]
    found = figures.figures(run.day, level, within=within, measures=(code,))
    said, here = figures.indicators()[code], f"?place={place}&by={level.value}"
    offer = exports.Offer(
        what=Text(f"{said['zh']} {code}", f"{_capital(said['en'])} {code}"), rows=len(found),
        make=lambda: _measure_sheet(code, run.day, found), audit_code="insight.measure.exported",
        action=f"/measures/{code}/export/{here}", back=f"/measures/{code}/{here}",
        detail={"measure": code, "place": place, "level": level.value},
    )  # fmt: skip
    frame = build_frame(request, place_code=place, current="/measures/")
    return exports.respond(request, offer, frame)


def _measure_sheet(code: str, day: date, found: list[Figure]) -> exports.Sheet:
    names, hidden = org.named_places(day), set()
    for town in {one.division[:9] if one.division[9:] != "000" else one.division[:6] for one in found}:
        hidden |= disclosure.withheld([one for one in found if one.division.startswith(town)])
    rows: list[list[exports.Cell]] = []
    for one in found:
        head: list[exports.Cell] = [one.division, names[one.division].name(language())]
        if one.division in hidden:
            rows.append([*head, "<5", "<5", "<5"])
        else:
            rows.append([*head, one.numerator, one.denominator, "n/a" if one.value is None else round(one.value, 4)])
    columns = (
        (Text("区划代码", "Division"), 16), (Text("地点", "Place"), 20), (Text("分子", "Numerator"), 10),
        (Text("分母", "Denominator"), 12), (Text(code, code), 10),
    )  # fmt: skip
    return exports.Sheet(Text(f"指标 {code}", f"Measure {code}"), f"{code}-{day}", columns, rows)


def show_method(request: HttpRequest) -> HttpResponse:
    """Say in words how each figure is counted."""
    frame = build_frame(request, place_code=chosen_place(request), current="/measures/")
    return render(request, "console/method.html", {"frame": frame, "indicators": figures.indicators()})


urlpatterns = [
    path("", show_home, name="home"),
    path("measures/", show_measure, name="measures"),
    path("measures/<str:code>/", show_measure, name="measure"),
    path("measures/<str:code>/export/", export_measure, name="measure_export"),
    path("parity/", show_parity, name="parity"),
    path("method/", show_method, name="method"),
]
