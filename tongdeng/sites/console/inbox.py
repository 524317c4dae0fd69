"""The inbox of a post: cut, searched, read page by page, taken away as a file, and worked on many at once."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.exports import lifecycle, rules
from tongdeng.desk.types import STATES, Act, Given, Signal, State
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import NOTHING, Text, TongdengError
from tongdeng.org import selectors as org
from tongdeng.org.types import territory_of
from tongdeng.owed import selectors as owed
from tongdeng.people import selectors as registry
from tongdeng.people.exports import search
from tongdeng.sites.console import case_words, exports, package_box, person_words
from tongdeng.sites.console.exports import Cell, Offer, Sheet
from tongdeng.sites.console.frame import build_frame, chosen_place, opens
from tongdeng.sites.console.owed_page import due_words
from tongdeng.sites.console.view_models.cases import BatchPage, BatchRow, CaseRow, CasesPage, Filter
from tongdeng.sites.shell.frame import Choice, Fault, Link
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.sites.shell.typed import whole

HERE = "/cases/"
PAGE = 50
MOST_FOUND = 200  # people that a name may fit
LONGEST_QUERY = 60
HANDLING = Text("办理申请", "Handling applications")
KEPT = ("place", "signal", "show", "service", "state", "mine", "find")
SHORT = {
    Signal.RED: Text("红牌", "Red"), Signal.YELLOW: Text("黄牌", "Yellow"), Signal.AMBER: Text("预警", "Due soon"),
    Signal.GREEN: Text("正常", "On time"),
}  # fmt: skip
COLUMNS = (
    (Text("办件编号", "Number"), 20), (Text("姓名", "Name"), 12), (Text("事项", "Service"), 28),
    (Text("状态", "State"), 14), (Text("到期", "Due"), 12), (Text("亮灯", "Light"), 10), (Text("地点", "Place"), 24),
    (Text("办理人", "With"), 20),
)  # fmt: skip
DONE = Text("已办", "done")
NONE_CHOSEN = Text("请勾选要办的办件。", "Tick the cases first.")


def cut_of(request: HttpRequest) -> desk.Cut:
    """Return which cases an address asks for."""
    asked, (lo, hi), today = request.GET, territory_of(chosen_place(request)), clock.today()
    query = asked.get("find", "").replace("\0", "").strip()[:LONGEST_QUERY]
    cut = desk.Cut(
        lo, hi, today, is_open=asked.get("show") != "closed",
        services=[asked["service"]] if asked.get("service") else (),
        states=[State(asked["state"])] if asked.get("state") in set(State) else (),
        signal=Signal(asked["signal"]) if asked.get("signal") in set(Signal) else None,
        holders=desk.worked_by(request.actor, today) if asked.get("mine") else None,
    )  # fmt: skip
    if not query:
        return cut
    hits = search.search(query, today, limit=MOST_FOUND, offset=0)
    return replace(cut, persons=[one.person_id for one in hits.people], number=desk.tidy_number(query))


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """List what lies before this post, by the day it is due."""
    return _page(request)


def _page(request: HttpRequest, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    place, asked, cut = chosen_place(request), request.GET, cut_of(request)
    shown, following = desk.page(cut, desk.Cursor.read(asked.get("after", "")), PAGE)
    audit.record(
        "desk.cases.listed", by=request.actor, subjects={one.person_id for one in shown},
        detail={"place": place, "cases": len(shown), "by": "query" if asked.get("find") else "place"},
    )  # fmt: skip
    page = CasesPage(
        rows=tuple(_with_packages(shown, cut.today)),
        tabs=(
            Filter(Text("没有办完的", "Open"), _url(asked, show=""), cut.is_open and cut.holders is None),
            Filter(Text("在我手里的", "Mine"), _url(asked, show="", mine="1"), cut.is_open and cut.holders is not None),
            Filter(Text("办完的", "Closed"), _url(asked, show="closed", signal="", mine=""), not cut.is_open),
        ),
        filters=tuple(_lights(cut, asked)) if cut.is_open else (),
        services=tuple(_services(cut, asked)), states=tuple(_states(cut, asked)),
        service=owed.service_name(cut.services[0]) if cut.services else None,
        state=STATES[cut.states[0]] if cut.states else None,
        next_url=f"{_url(asked)}&after={following}" if following else "",
        first_url=_url(asked) if asked.get("after") else "",
        new_url=f"{HERE}new/" if opens(request, "case_new") else "", export_url=_url(asked, at=f"{HERE}export"),
        query=asked.get("find", "")[:LONGEST_QUERY],
        hidden=tuple((name, asked[name]) for name in KEPT if name != "find" and asked.get(name)),
        token=get_random_string(20), back=urlencode({name: asked[name] for name in KEPT if asked.get(name)}),
        acts=tuple(Choice(act.value, lifecycle.BY_ACT[act].says) for act in rules.batch_acts()) if cut.is_open else (),
        colleagues=tuple(_colleagues(request)) if cut.is_open else (), faults=faults,
        away=tuple(_away(request, cut.today)),
    )  # fmt: skip
    frame = build_frame(request, place_code=place, current=HERE, purpose=HANDLING)
    return render(request, "console/cases.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _url(asked: QueryDict, at: str = HERE, **changed: str) -> str:
    kept = {name: asked.get(name, "") for name in KEPT} | changed
    return f"{at}?{urlencode({name: value for name, value in kept.items() if value})}"


def _lights(cut: desk.Cut, asked: QueryDict) -> list[Filter]:
    found = desk.counts(cut)
    every = Filter(Text("全部", "All"), _url(asked, signal=""), cut.signal is None, sum(found.values()))
    return [every, *(
        Filter(text, _url(asked, signal=one.value), one is cut.signal, found[one], case_words.LIGHTS[one])
        for one, text in SHORT.items()
    )]  # fmt: skip


def _services(cut: desk.Cut, asked: QueryDict) -> list[Filter]:
    codes = desk.services_in(replace(cut, services=(), signal=None, states=(), persons=None, number=""))
    every = Filter(Text("全部事项", "All services"), _url(asked, service=""), not cut.services)
    return [
        every,
        *(Filter(owed.service_name(code), _url(asked, service=code), code in cut.services) for code in codes),
    ]


def _states(cut: desk.Cut, asked: QueryDict) -> list[Filter]:
    wanted = [one for one in State if (one in lifecycle.CLOSED) is not cut.is_open and one is not State.DRAFT]
    every = Filter(Text("全部状态", "All states"), _url(asked, state=""), not cut.states)
    return [every, *(Filter(STATES[one], _url(asked, state=one.value), one in cut.states) for one in wanted)]


def _colleagues(request: HttpRequest) -> list[Choice]:
    """Return to whom this post could hand over: those of its own kind whose place meets its own."""
    post = request.user.post
    found = org.posts_within(post.lo, post.hi, [post.kind], clock.today())
    found |= org.posts_serving(post.lo, rules.clerks(), clock.today())
    return [Choice(str(one), name) for one, name in found.items() if one != post.pk]


def _away(request: HttpRequest, today: date) -> list[str]:
    """Return for whom this post stands in today."""
    own = request.user.post_id
    return list(org.names_of_posts(one for one in desk.worked_by(request.actor, today) if one != own).values())


def _rows(shown: list[desk.Case], today: date) -> list[CaseRow]:
    named, places = registry.names_of({one.person_id for one in shown}), org.places(today)
    posts = org.names_of_posts({one.holder_id for one in shown if one.holder_id})
    return [_row(one, named, places, posts, today) for one in shown]


def _with_packages(shown: list[desk.Case], today: date) -> Iterator[CaseRow]:
    """Yield the rows of a page, beside each open case the package it is part of and its light."""
    whole = package_box.marked({one.parent_id for one in shown if one.parent_id and one.closed_on is None}, today)
    for one, row in zip(shown, _rows(shown, today), strict=True):
        title, light = whole.get(one.parent_id or 0, (NOTHING, ""))
        yield replace(row, package=title, package_light=light)


def _row(
    one: desk.Case, named: Mapping[int, str], places: Mapping[str, object], posts: Mapping[int, str], today: date
) -> CaseRow:
    light = case_words.light(one, today)
    due = one.due_on or one.person_due_on
    left = due_words(due, today)[1] if due and one.closed_on is None else None
    name = named.get(one.person_id, ids.show(one.person_id))
    return CaseRow(
        f"{HERE}{one.pk}/", one.number, owed.service_name(one.service), name,
        person_words.place_text(places, one.territory), STATES[State(one.state)], due or one.closed_on, left or NOTHING,
        case_words.LIGHTS[light] if one.closed_on is None else "", f"{one.pk}-{one.version}",
        posts.get(one.holder_id or 0, ""),
    )  # fmt: skip


# ---- taking the list away ----


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Export the list as it is cut, after its purpose is given."""
    cut, place = cut_of(request), chosen_place(request)
    frame = build_frame(request, place_code=place, current=HERE, purpose=HANDLING)
    offer = Offer(
        what=Text(f"{frame.place}：办件", f"{frame.place}: cases"), rows=desk.ordered(cut).count(),
        make=partial(_sheet, cut, place), audit_code="desk.cases.exported",
        action=_url(request.GET, at=f"{HERE}export"), back=_url(request.GET),
        detail={"place": place, "service": ",".join(cut.services), "open": int(cut.is_open)},
    )  # fmt: skip
    return exports.respond(request, offer, frame)


def _sheet(cut: desk.Cut, place: str) -> Sheet:
    found, lang = list(desk.ordered(cut)), language()
    rows: list[list[Cell]] = [
        [
            row.number, row.name, row.service.say(lang), row.state.say(lang), row.due_on,
            SHORT[case_words.light(one, cut.today)].say(lang) if cut.is_open else "", row.place.say(lang), row.holder,
        ]
        for one, row in zip(found, _rows(found, cut.today), strict=True)
    ]  # fmt: skip
    title = Text("办件", "Cases")
    return Sheet(
        title=title, stem=f"cases-{place}", columns=COLUMNS, rows=rows, subjects={one.person_id for one in found}
    )


# ---- many at once ----


@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """Do one act on the ticked cases and show, line by line, what came of it."""
    sent = request.POST
    request.GET = QueryDict(sent.get("back", "")[:500])  # the list in which the form stood
    chosen = [pair for one in sent.getlist("case") if (pair := _read_pair(one))]
    name = sent.get("act", "")
    if not chosen or name not in set(Act):
        return _page(request, (Fault("act", NONE_CHOSEN),))
    given = Given(post=whole(sent.get("post", "")))
    try:
        done = actions.take_steps(
            cases=chosen, act=Act(name), given=given, token=sent.get("token", "")[:40], by=request.actor
        )
    except StepRefused as refused:
        return _page(request, (Fault("act", refused.sentence),))
    known = desk.cases_by_id({one.case_id for one in done})
    names = registry.names_of({one.person_id for one in known.values()})
    rows = tuple(
        BatchRow(_link(known.get(one.case_id), names), _why(one.refused), not one.refused) for one in done
    )  # fmt: skip
    page = BatchPage(lifecycle.BY_ACT[Act(name)].says, rows, _url(request.GET))
    frame = build_frame(request, place_code=chosen_place(request), current=HERE, purpose=HANDLING)
    return render(request, "console/cases_batch.html", {"frame": frame, "page": page})


def _why(refused: TongdengError | None) -> Text:
    return refused.fact if refused else DONE


def _link(one: desk.Case | None, names: Mapping[int, str]) -> Link | None:
    if one is None:
        return None
    name = owed.service_name(one.service)
    who = names.get(one.person_id, ids.show(one.person_id))
    return Link(Text(f"{who} {name.zh} {one.number}", f"{who} {name.en} {one.number}"), f"{HERE}{one.pk}/")


def _read_pair(text: str) -> tuple[int, int] | None:
    case, seen = (whole(one) for one in text.partition("-")[::2])
    return None if case is None or seen is None else (case, seen)


urlpatterns = [
    path("cases/", cases, name="cases"),
    path("cases/export", export, name="cases_export"),
    path("cases/batch", batch, name="cases_batch"),
]
