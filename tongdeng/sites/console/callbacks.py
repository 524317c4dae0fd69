"""Call-backs: calling whoever is said to have declined, and what came of it; drawing the samples."""

from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.delivery import actions as delivery
from tongdeng.delivery.exports import callbacks
from tongdeng.delivery.types import Answer
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.org.types import Level, Place, level_of
from tongdeng.owed import selectors as owed
from tongdeng.sites.console import person_words
from tongdeng.sites.console.frame import build_frame, chosen_place, opens
from tongdeng.sites.console.view_models.callbacks import (
    AgreementRow,
    AnsweredItem,
    CallbacksPage,
    CallItem,
    DrawForm,
)
from tongdeng.sites.shell.frame import Fault, Link, Toast
from tongdeng.sites.shell.typed import read_day, whole

HERE = "/callbacks/"
SHOWN, USUAL_SIZE, USUAL_DAYS = 100, 20, 30
PURPOSE = Text("回访核实谢绝", "Calling back about declines")
STATES = {
    Answer.UPHELD: ("declined", Text("本人确认谢绝", "the person declined, as recorded")),
    Answer.WANTED: ("owed", Text("本人需要，仍应享；已交给协管员", "wants it: still owed, given to the worker")),
    Answer.NOT_REACHED: ("unknown", Text("没联系上", "not reached")),
}
NOTHING_UNDONE = Text("没有可以撤回的记录。", "There was nothing to take back.")


def _query(request: HttpRequest, **more: str | int) -> str:
    place = request.GET.get("place", "")
    asked = ({"place": place} if place else {}) | more
    return f"?{urlencode(asked)}" if asked else ""


@require_GET
def callbacks_page(request: HttpRequest) -> HttpResponse:
    """Show whom to call, and how calls have ended."""
    return _page(request, _toast(request))


def _toast(request: HttpRequest) -> Toast | None:
    said, drawn = request.GET.get("answered", ""), request.GET.get("drawn", "")
    if "undone" in request.GET:
        is_undone = request.GET["undone"] == "1"
        return Toast(Text("已撤回刚才的答复。", "The answer was taken back.") if is_undone else NOTHING_UNDONE)
    if whole(drawn) is not None:
        return Toast(Text(f"已抽取 {drawn} 件。", f"{drawn} were drawn."))
    if whole(said) is None:
        return None
    return Toast(Text("已记录。", "Recorded."), f"{HERE}{said}/undo{_query(request)}")


def _page(
    request: HttpRequest, toast: Toast | None = None, *, shown: dict[int, str] | None = None,
    fault: tuple[int, Text] | None = None, draw: DrawForm | None = None,
) -> HttpResponse:  # fmt: skip
    place, staff, known = chosen_place(request), request.user.pk, org.places(clock.today())
    may_call = opens(request, "callback_answer")
    found = callbacks.waiting(place, staff)
    waiting = [one for one in found if not one.is_own] if may_call else []
    answered, wishes = callbacks.answered_today(place, staff), callbacks.wishes(place)
    audit.record(
        "delivery.callbacks.viewed", by=request.actor, detail={"place": place, "waiting": len(waiting)},
        subjects={one.person_id for one in (*waiting[:SHOWN], *answered, *wishes)},
    )  # fmt: skip
    numbers = shown or {}
    page = CallbacksPage(
        waiting=tuple(_item(one, known, numbers.get(one.id, ""), fault) for one in waiting[:SHOWN]),
        others=len(found) - len(waiting),
        answered=tuple(_answered(request, one) for one in answered),
        wishes=tuple(_wish(one) for one in wishes),
        agreements=tuple(
            AgreementRow(_community(one.community, known), one.upheld, one.reached, one.not_reached, one.open)
            for one in callbacks.agreements(place)
        ),
        samples=tuple(_sample(one, known) for one in callbacks.samples(place)),
        draw=(draw or _fresh_form()) if opens(request, "callbacks_draw") else None,
        may_call=may_call, query=_query(request),
        fault=fault[1] if fault and fault[0] not in {one.id for one in waiting[:SHOWN]} else None,
    )  # fmt: skip
    frame = build_frame(request, place_code=place, current=HERE, toast=toast, purpose=PURPOSE, known=known)
    status = 422 if fault or (draw and draw.faults) else 200
    return render(request, "console/callbacks.html", {"frame": frame, "page": page}, status=status)


def _community(code: str, known: Mapping[str, Place]) -> Text:
    is_known = level_of(code) is Level.COMMUNITY
    return person_words.place_text(known, code) if is_known else Text("住处不明", "No stay is known")


def _fresh_form() -> DrawForm:
    today = clock.today()
    return DrawForm((today - timedelta(days=USUAL_DAYS)).isoformat(), today.isoformat(), str(USUAL_SIZE), today)


def _item(
    one: callbacks.Call, known: Mapping[str, Place], number: str = "", fault: tuple[int, Text] | None = None
) -> CallItem:  # fmt: skip
    day = person_words.day_text(one.offered_on)
    tried = Text("", "")
    if one.calls and one.last_on:
        last = person_words.day_text(one.last_on)
        tried = Text(
            f"；打过 {one.calls} 次，{last.zh}没联系上",
            f"; called {one.calls} time{'s' * (one.calls > 1)}, last {last.en}",
        )
    told = Text(
        f"{day.zh}记为告知后谢绝，没有本人确认{tried.zh}", f"recorded as declined on {day.en}, not confirmed{tried.en}"
    )
    return CallItem(
        id=one.id, name=one.name, url=f"/people/{ids.show(one.person_id)}/", service=owed.service_name(one.service),
        told=told, place=person_words.place_text(known, one.territory), phone=one.masked_phone, number=number,
        faults=(Fault(f"call-{one.id}", fault[1]),) if fault and fault[0] == one.id else (),
    )  # fmt: skip


def _answered(request: HttpRequest, one: callbacks.Call) -> AnsweredItem:
    word = Answer.NOT_REACHED if one.state in ("open", "not_reached") else Answer(one.state)
    mark, state = STATES[word]
    return AnsweredItem(one.name, mark, owed.service_name(one.service), state, f"{HERE}{one.id}/undo{_query(request)}")


def _wish(one: callbacks.Call) -> tuple[Link, Text]:
    return Link(one.name, f"/owed/?person={ids.show(one.person_id)}"), owed.service_name(one.service)


def _sample(one: callbacks.Sample, known: Mapping[str, Place]) -> Text:
    place = person_words.place_text(known, one.place)
    return Text(
        f"{one.drawn_on} 抽自{place.zh} {one.first_on} 至 {one.last_on} 的 {one.offers:,} 件，抽 {one.size} 件，"
        f"随机种子 {one.seed}",
        f"{one.drawn_on}: {one.size} of {one.offers:,} from {place.en}, {one.first_on} to {one.last_on}, "
        f"seed {one.seed}",
    )


# ---- calling ----


@require_POST
def phone(request: HttpRequest, callback: int) -> HttpResponse:
    """Show a whole phone number, so that the person can be called; that it was shown is written down."""
    number = delivery.reveal_phone(callback_id=callback, by=request.actor)
    if request.htmx:
        found = callbacks.one_call(callback, request.user.pk)
        if found is None or found.is_own:
            return HttpResponse("")
        context = {"one": _item(found, org.places(clock.today()), number or ""), "page": {"query": _query(request)}}
        return render(request, "console/_callback.html", context)
    return _page(request, shown={callback: number} if number else None)


@require_POST
def answer(request: HttpRequest, callback: int) -> HttpResponse:
    """Record what came of a call."""
    said = request.POST.get("answer", "")
    if said not in set(Answer):
        return _page(request, fault=(callback, Text("请选一个结果。", "Choose what came of it.")))
    try:
        delivery.answer_callback(callback_id=callback, answer=Answer(said), by=request.actor)
    except UnusableInput as error:
        return _page(request, fault=(callback, error.sentence))
    return redirect(HERE + _query(request, answered=callback))


@require_POST
def undo(request: HttpRequest, callback: int) -> HttpResponse:
    """Take back one's own answer of today."""
    is_undone = delivery.take_back_answer(callback_id=callback, by=request.actor)
    return redirect(HERE + _query(request, undone=int(is_undone)))


# ---- drawing ----


@require_POST
def draw(request: HttpRequest) -> HttpResponse:
    """Draw a sample of a place's unconfirmed declines."""
    sent = request.POST
    form = DrawForm(
        sent.get("first_on", "")[:10], sent.get("last_on", "")[:10], sent.get("size", "")[:4], clock.today()
    )
    first, last = read_day(form.first_on), read_day(form.last_on)
    size = whole(form.size) or 0
    if first is None or last is None:
        return _refused(request, form, Text("请写成 2026-11-23 这样的日期。", "Write dates such as 2026-11-23."))
    try:
        drawn = delivery.draw_callbacks(
            place=chosen_place(request), first_on=first, last_on=last, size=size, by=request.actor
        )
    except UnusableInput as error:
        return _refused(request, form, error.sentence)
    return redirect(HERE + _query(request, drawn=drawn.size))


def _refused(request: HttpRequest, form: DrawForm, why: Text) -> HttpResponse:
    return _page(request, draw=DrawForm(form.first_on, form.last_on, form.size, form.newest_day, (Fault("size", why),)))


urlpatterns = [
    path("callbacks/", callbacks_page, name="callbacks"),
    path("callbacks/draw", draw, name="callbacks_draw"),
    path("callbacks/<int:callback>/phone", phone, name="callback_phone"),
    path("callbacks/<int:callback>/answer", answer, name="callback_answer"),
    path("callbacks/<int:callback>/undo", undo, name="callback_undo"),
]
