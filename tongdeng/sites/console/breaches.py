"""The breach desk: who is affected by a described leak, drafts for the authority and the persons, deadlines."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.people import selectors as registry
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.errors import RequestRefused
from tongdeng.privacy.types import LeakScope, NewBreach
from tongdeng.sites.console.exports import Offer, Sheet, respond
from tongdeng.sites.console.frame import build_frame, own_place, place_name
from tongdeng.sites.console.view_models.privacy import BreachForm, BreachLine, BreachPage
from tongdeng.sites.shell.frame import Choice, Fault, Words
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.sites.shell.typed import whole

HERE = "/breaches/"
PURPOSE = Text("处置资料泄露", "Dealing with a breach")
TEXTS = ("what", "cause", "harm", "measures", "contact")
NEEDED = ("what", "contact")
SCOPE = {
    "source": Text("名册", "roll"), "batch": Text("批次", "batch"), "table": Text("数据表", "table"),
    "place": Text("地点", "place"), "since": Text("收到日期从", "received from"), "until": Text("到", "to"),
    "entries": Text("操作记录", "entries of the record"),
}  # fmt: skip
DRAFT = Text("先写清楚泄露了什么。", "First say what leaked.")
NOT_AHEAD = Text("写什么时候发现的，不能是将来。", "Say when it was found; not in the future.")
A_DAY = Text("日期写成 2026-11-23 这样。", "Write the date like 2026-11-23.")
NUMBERS = Text("只写数字，用逗号分开。", "Numbers only, with commas between.")
NO_SCOPE = Text("至少写一项，不然就是所有人。", "Say at least one; else it would be everybody.")


def _frame(request: HttpRequest) -> Any:
    return build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)


@require_GET
def breaches_page(request: HttpRequest) -> HttpResponse:
    """List the breaches, those with a deadline first."""
    audit.record("privacy.breaches.listed", by=request.actor)
    lines = [_line(one) for one in privacy.breaches()]
    return render(request, "console/breaches.html", {"frame": _frame(request), "lines": lines})


def _line(one: Any) -> BreachLine:
    if one.closed_at:
        state, signal = Text("已结案", "closed"), ""
    elif one.authority_told_at is None:
        late = one.authority_due_at < clock.now()
        state, signal = Text("还没有告知主管部门", "the authority is not told yet"), "overdue" if late else "amber"
    elif one.persons_told_at is None:
        late = one.persons_due_on < clock.today()
        state, signal = Text("还没有告知本人", "the persons are not told yet"), "overdue" if late else "amber"
    else:
        state, signal = Text("已告知，还没有结案", "told, not closed yet"), ""
    return BreachLine(f"{HERE}{one.pk}/", one.what, one.found_at, one.persons, state, signal)


@require_http_methods(["GET", "POST"])
def new_breach(request: HttpRequest) -> HttpResponse:
    """Describe a leak, see whom it touches, and then open it."""
    if request.method == "GET":
        return _form(request, ())
    scope, faults = _scope(request)
    found_at = _moment(request.POST.get("found_at", ""))
    if found_at is None or found_at > clock.now():
        faults.append(Fault("found_at", NOT_AHEAD))
    faults += [Fault(key, DRAFT if key == "what" else Text("请写联系方式。", "Give a contact."))
               for key in NEEDED if not request.POST.get(key, "").strip()]  # fmt: skip
    if faults or scope is None or found_at is None:
        return _form(request, tuple(faults))
    if request.POST.get("do") != "open":
        persons = privacy.affected(scope)
        audit.record("privacy.breach.previewed", by=request.actor, detail={"persons": len(persons)})
        return _form(request, (), len(persons))
    texts = {key: request.POST.get(key, "").strip()[:2000] for key in TEXTS}
    number = actions.open_breach(made=NewBreach(**texts, found_at=found_at, scope=scope), by=request.actor)
    return redirect("breach", number=number)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)
    except ValueError:
        return None


def _day(request: HttpRequest, key: str, faults: list[Fault]) -> date | None:
    text = request.POST.get(key, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults.append(Fault(key, A_DAY))
        return None


def _scope(request: HttpRequest) -> tuple[LeakScope | None, list[Fault]]:
    said, faults = request.POST, []
    numbers = {key: said.get(key, "").replace("，", ",").replace(" ", "") for key in ("batch", "entries")}
    for key, text in numbers.items():
        if text and None in map(whole, text.split(",")):
            faults.append(Fault(key, NUMBERS))
    since, until = _day(request, "since", faults), _day(request, "until", faults)
    if faults:
        return None, faults
    places, tables = org.places(clock.today()), privacy.breach_tables()
    scope = LeakScope(
        source=said.get("source", "") if said.get("source") in registry.compared_sources() else "",
        batch=int(numbers["batch"].split(",")[0]) if numbers["batch"] else None,
        table=said.get("table", "") if said.get("table") in tables else "",
        place=said.get("place", "") if said.get("place") in places else "", since=since, until=until,
        entries=tuple(map(int, numbers["entries"].split(","))) if numbers["entries"] else (),
    )  # fmt: skip
    return (scope, []) if not scope.is_empty else (None, [Fault("source", NO_SCOPE)])


def _form(request: HttpRequest, faults: tuple[Fault, ...], persons: int | None = None) -> HttpResponse:
    said, known, lang = request.POST, org.places(clock.today()), language()
    keys = (*TEXTS, "found_at", "batch", "since", "until", "entries", "source", "table", "place")
    page = BreachForm(
        sources=tuple(
            Choice(one, Text(*registry.source_name(one)[:2]), said.get("source") == one)
            for one in sorted(registry.compared_sources())
        ),
        tables=tuple(Choice(one, one, said.get("table") == one) for one in privacy.breach_tables()),
        places=tuple(Choice(code, place_name(known, code, lang), said.get("place") == code) for code in known),
        typed={key: said.get(key, "") for key in keys}, persons=persons, faults=faults,
    )  # fmt: skip
    status = 422 if faults else 200
    return render(request, "console/breach_new.html", {"frame": _frame(request), "page": page}, status=status)


def _found(number: int) -> Any:
    found = privacy.breach(number)
    if found is None:
        raise Http404
    return found


@require_GET
def breach_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one breach with its drafts."""
    found = _found(number)
    audit.record("privacy.breach.viewed", by=request.actor, detail={"breach": number})
    return _one(request, found, ())


def _one(request: HttpRequest, found: Any, faults: tuple[Fault, ...]) -> HttpResponse:
    county = org.county(clock.today())
    page = BreachPage(
        number=found.pk, what=found.what, found_at=found.found_at, persons=found.persons,
        shown=len(privacy.persons_of_breach(found.pk)), authority_due_at=found.authority_due_at,
        persons_due_on=found.persons_due_on, authority_told_at=found.authority_told_at,
        persons_told_at=found.persons_told_at, closed_at=found.closed_at, closing=found.closing,
        to_authority=privacy.to_authority(found, Text(county.name_zh, county.name_en)),
        to_persons=privacy.to_persons(found),
        scope=tuple((SCOPE[key], _scope_text(key, str(value))) for key, value in found.scope.items()), faults=faults,
    )  # fmt: skip
    context = {"frame": _frame(request), "page": page}
    return render(request, "console/breach.html", context, status=422 if faults else 200)


def _scope_text(key: str, value: str) -> Words:
    if key == "source":
        return Text(*registry.source_name(value)[:2])
    if key == "place":
        return place_name(org.named_places(clock.today()), value, language())
    return value.strip("(),") if key == "entries" else value


@require_POST
def told(request: HttpRequest, number: int, whom: str) -> HttpResponse:
    """Write down that somebody was told."""
    _found(number)
    if whom not in ("authority", "persons"):
        raise Http404
    actions.note_told(breach_id=number, whom=whom, by=request.actor)
    return redirect("breach", number=number)


@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close a breach."""
    found = _found(number)
    try:
        actions.close_breach(breach_id=number, closing=request.POST.get("closing", ""), by=request.actor)
    except RequestRefused as refused:
        return _one(request, found, (Fault("closing", refused.sentence),))
    return redirect("breach", number=number)


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, number: int) -> HttpResponse:
    """Give the list of the affected, to reach those who never sign in."""
    _found(number)
    persons = privacy.persons_of_breach(number)

    def make() -> Sheet:
        named, places = registry.names_of(persons), registry.territories(persons)
        known = org.places(clock.today())
        rows = [
            (ids.show(one), named.get(one, ""), place_name(known, places.get(one, ""), language())) for one in persons
        ]
        return Sheet(
            Text("受影响的人", "Persons affected"), "breach",
            ((Text("人员编号", "Person"), 16), (Text("姓名", "Name"), 12), (Text("社区", "Community"), 24)),
            rows, subjects=persons,
        )  # fmt: skip

    offer = Offer(
        what=Text("受影响的人", "Persons affected"), rows=len(persons), make=make, audit_code="privacy.breach.exported",
        action=f"{HERE}{number}/export", back=f"{HERE}{number}/", detail={"breach": number},
    )  # fmt: skip
    return respond(request, offer, _frame(request))


urlpatterns = [
    path("breaches/", breaches_page, name="breaches"),
    path("breaches/new/", new_breach, name="breach_new"),
    path("breaches/<int:number>/", breach_page, name="breach"),
    path("breaches/<int:number>/told/<slug:whom>", told, name="breach_told"),
    path("breaches/<int:number>/close", close, name="breach_close"),
    path("breaches/<int:number>/export", export, name="breach_export"),
]
