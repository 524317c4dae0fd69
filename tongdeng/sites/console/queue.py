"""The owed list: reading it, recording a service in its panel, taking a record back, exporting it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.delivery import actions as delivery
from tongdeng.delivery.types import Entry, Outcome
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import cards, merges
from tongdeng.sites.console import exports, owed_page, owed_sheet
from tongdeng.sites.console.frame import build_frame
from tongdeng.sites.console.owed_page import Address, Typed
from tongdeng.sites.shell.frame import Fault, Frame, Toast
from tongdeng.sites.shell.typed import read_day, whole

HERE = "/owed/"
OLDEST_YEARS = 2
VISIT_LIST = Text("走访服务", "Visits")
RESULTS = {
    "served": Text("已提供", "given"),
    "declined": Text("告知后谢绝", "declined"),
    "not_met": Text("没见到人", "not met"),
}
TOO_EARLY = Text("；日期早于本期，这一期仍应享", "; the date lies before this period, which stays owed")
TOLD = Text("已告知，仍应享", "told, still owed")


def _frame(request: HttpRequest, address: Address, toast: Toast | None = None) -> Frame:
    return build_frame(request, place_code=address.place, current=HERE, toast=toast, purpose=VISIT_LIST)


def _audit_view(request: HttpRequest, address: Address, subjects: Sequence[int]) -> None:
    audit.record(
        "owed.list.viewed", by=request.actor, subjects=subjects,
        detail={"place": address.place, "tab": address.tab, "page": address.page + 1},
    )  # fmt: skip


@require_GET
def owed_list(request: HttpRequest) -> HttpResponse:
    """Show the list with the panel; asked by HTMX for another person, the panel alone."""
    address = owed_page.address_of(request)
    if request.htmx and request.htmx.target == "panel":
        shown = owed_page.panel(address.person, address)
        _audit_view(request, address, [i for i in [ids.read(shown.ref) if shown else None] if i])
        answer = render(request, "console/_record_panel.html", {"panel": shown})
    else:
        answer = _whole_page(request, address, _said(request, address))
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    return answer


def _listed(address: Address) -> tuple[Address, list[owed.Line], owed.Counts]:
    """Return a page's lines and the counts beside them; behind the last page, the first one's."""
    lines, counts = owed.listed(address.wanted())
    if not lines and address.page:
        address = replace(address, page=0)
        lines, counts = owed.listed(address.wanted())
    return address, lines, counts


def _whole_page(
    request: HttpRequest, address: Address, toast: Toast | None, typed: Typed | None = None,
    faults: Sequence[Fault] = (),
) -> HttpResponse:  # fmt: skip
    address, lines, counts = _listed(address)
    ref = address.person or (ids.show(lines[0].person_id) if lines else "")
    shown = owed_page.panel(ref, address, typed, faults)
    page = owed_page.build(request, address, (lines, counts), shown)
    own = [i for i in [ids.read(shown.ref) if shown else None] if i]
    _audit_view(request, address, [*(line.person_id for line in lines), *own])
    context = {"frame": _frame(request, address, toast), "page": page}
    return render(request, "console/owed.html", context, status=422 if faults else 200)


def _said(request: HttpRequest, address: Address) -> Toast | None:
    """Return what the record or undo that led here has to say, when no script could say it."""
    if "undone" in request.GET:
        undone = request.GET["undone"] != "0"
        return Toast(Text("已撤回刚才的记录。", "The record was taken back.") if undone else NOT_UNDONE)
    records = request.GET.get("done", "")
    return Toast(Text("已记录。", "Recorded."), _undo_url(records, address)) if _read_records(records) else None


NOT_UNDONE = Text("没有可以撤回的记录。", "There was no record to take back.")


def _undo_url(records: str, address: Address) -> str:
    return address.url(f"/owed/undo/{records}")


def _read_records(text: str) -> list[int]:
    parts = [whole(part) for part in text.split("-")]
    return [] if None in parts else parts


# ---- recording ----


def _typed(request: HttpRequest) -> Typed:
    sent = request.POST
    return Typed(
        services=tuple(sent.getlist("service")), result=sent.get("result", ""), note=sent.get("note", "").strip(),
        confirmation=sent.get("confirmation", ""), day=sent.get("day", ""), channel=sent.get("channel", ""),
    )  # fmt: skip


def _faults(typed: Typed, open_now: Sequence[owed.OpenService]) -> list[Fault]:
    closed = [code for code in typed.services if code not in {one.service for one in open_now}]
    faults = [Fault("service", _closed(closed[0]))] if closed else []
    if not typed.services:
        faults.append(Fault("service", Text("请选至少一项。", "Choose at least one service.")))
    if typed.result not in RESULTS:
        faults.append(Fault("result", Text("请选一个结果。", "Choose what came of it.")))
    if (wrong := _wrong_day(read_day(typed.day), clock.today())) is not None:
        faults.append(Fault("day", wrong))
    if typed.channel not in owed_page.OFFERED_CHANNELS:
        faults.append(Fault("", Text("请选一个方式。", "Choose how it was done.")))
    if len(typed.note) > 200 or not typed.note.isprintable():
        faults.append(Fault("", Text("备注最多 200 个字，不能换行。", "At most 200 characters on one line.")))
    return faults


def _closed(service: str) -> Text:
    name = owed.service_name(service)
    return Text(f"{name.zh}现在不应享，可能已经记过了。", f"{name.en} is not owed now; it may be recorded already.")


def _wrong_day(day: date | None, today: date) -> Text | None:
    if day is None:
        return Text("请写成 2026-11-23 这样的日期。", "Write a date such as 2026-11-23.")
    if day > today:
        return Text(f"日期不能晚于今天（{today}）。", f"The date cannot be after today ({today}).")
    if day.year < today.year - OLDEST_YEARS:
        return Text("两年以前的服务请随名册报送。", "Send services older than two years with a roll.")
    return None


def _outcome(typed: Typed) -> Outcome:
    if typed.result == "declined":
        return Outcome.DECLINED if typed.confirmation == "signature" else Outcome.OFFERED
    return Outcome.SERVED if typed.result == "served" else Outcome.ABSENT


def _save(request: HttpRequest, card: cards.Card, typed: Typed) -> list[int]:
    outcome, day = _outcome(typed), date.fromisoformat(typed.day)
    return [
        delivery.record_delivery(
            entry=Entry(
                person_id=card.person_id, territory=card.territory, service=service, served_on=day, outcome=outcome,
                channel=typed.channel, confirmation="signature" if outcome is Outcome.DECLINED else None,
                note=typed.note or None,
            ),
            by=request.actor,
        )
        for service in dict.fromkeys(typed.services)
    ]  # fmt: skip


def _toast(card: cards.Card, typed: Typed, records: Sequence[int], address: Address) -> Toast:
    names = Text.listed(owed.service_name(code) for code in dict.fromkeys(typed.services))
    result = TOLD if _outcome(typed) is Outcome.OFFERED else RESULTS[typed.result]
    still_open = {one.service for one in owed.open_services(card.person_id, clock.today())}
    note = TOO_EARLY if typed.result == "served" and still_open & set(typed.services) else NOTHING
    text = Text(
        f"已记录：{card.name}，{names.zh}，{result.zh}{note.zh}。",
        f"Recorded: {card.name}, {names.en}, {result.en}{note.en}.",
    )
    return Toast(text, _undo_url("-".join(map(str, records)), replace(address, person=ids.show(card.person_id))))


def _next_person(before: Sequence[owed.Line], after: Sequence[owed.Line], done: int) -> str:
    """Return who comes next: whoever followed, else whoever moved up, else whoever is left on the page."""
    old = list(dict.fromkeys(line.person_id for line in before))
    new = list(dict.fromkeys(line.person_id for line in after))
    followers = old[old.index(done) + 1 :] if done in old else []
    candidates = [*followers, *(p for p in new if p not in old), *(p for p in new if p != done)]
    return next((ids.show(person) for person in candidates if person in new), "")


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Record one or more services for one person, and go to the next person."""
    request.GET = QueryDict(request.POST.get("back", "")[:500])  # the list in which the form stood
    address = owed_page.address_of(request)
    typed, person_id = _typed(request), ids.read(request.POST.get("person", "")[:20])
    card = cards.card_of(merges.current(person_id), clock.today()) if person_id is not None else None
    if card is None:
        gone = Fault("", Text("这个人不在本岗位的范围里。", "This person is not within this post's reach."))
        return _whole_page(request, replace(address, person=""), None, faults=[gone])
    address = replace(address, person=ids.show(card.person_id))
    faults = _faults(typed, owed.open_services(card.person_id, clock.today()))
    if faults:
        return _with_faults(request, address, typed, faults)
    _, before, _ = _listed(address)
    records = _save(request, card, typed)
    address, after, counts = _listed(address)
    following = replace(address, person=_next_person(before, after, card.person_id))
    if not request.htmx:
        done = "-".join(map(str, records))
        url = following.url()
        return redirect(f"{url}{'&' if '?' in url else '?'}done={done}")
    return _saved(request, following, (after, counts), _toast(card, typed, records, address))


def _with_faults(request: HttpRequest, address: Address, typed: Typed, faults: Sequence[Fault]) -> HttpResponse:
    if not request.htmx:
        return _whole_page(request, address, None, typed, faults)
    shown = owed_page.panel(address.person, address, typed, faults)
    return render(request, "console/_record_panel.html", {"panel": shown}, status=422)


def _saved(
    request: HttpRequest, address: Address, listed: tuple[Sequence[owed.Line], owed.Counts], toast: Toast
) -> HttpResponse:
    page = owed_page.build(request, address, listed, owed_page.panel(address.person, address))
    _audit_view(request, address, [line.person_id for line in listed[0]])
    answer = render(request, "console/_owed_saved.html", {"frame": _frame(request, address, toast), "page": page})
    answer.headers["HX-Push-Url"] = address.url()
    return answer


@require_POST
def undo(request: HttpRequest, records: str) -> HttpResponse:
    """Take back what this member of staff just recorded, and show the person again."""
    address = owed_page.address_of(request)
    found = [delivery.take_back_delivery(record_id=one, by=request.actor) for one in _read_records(records)]
    persons = [person for person in found if person is not None]
    url = replace(address, person=ids.show(persons[0]) if persons else address.person).url()
    return redirect(f"{url}{'&' if '?' in url else '?'}undone={len(persons)}")


# ---- exporting ----


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Export the list as it is filtered, after its purpose is given."""
    address = owed_page.address_of(request)
    counts = owed.counts(address.place, clock.today())
    rows = counts.due(address.due, address.service) if address.due else counts.of(address.tab, address.service)
    frame = _frame(request, address)
    what = owed_page.TABS[address.tab][1]
    offer = exports.Offer(
        what=Text(f"{frame.place}：{what.zh}", f"{frame.place}: {what.en}"),
        rows=rows, make=partial(owed_sheet.sheet, address),
        audit_code="owed.list.exported", action=address.url("/owed/export"), back=address.url(),
        detail={"place": address.place, "tab": address.tab, "due": address.due, "service": address.service},
    )  # fmt: skip
    return exports.respond(request, offer, frame)


urlpatterns = [
    path("owed/", owed_list, name="owed"),
    path("owed/record", record, name="owed_record"),
    path("owed/undo/<str:records>", undo, name="owed_undo"),
    path("owed/export", export, name="owed_export"),
]
