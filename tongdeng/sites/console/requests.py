"""The desk for people's requests about their own data: by deadline; answered, given more time once, or handed over."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.people import selectors as registry
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.errors import RequestRefused
from tongdeng.privacy.types import Asked, Outcome, RequestKind
from tongdeng.sites.console import person_words
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.owed_page import due_words
from tongdeng.sites.console.view_models.requests import RequestPage, RequestRow, RequestsPage, RequestStep
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.request_words import OUTCOMES, desk_name, steps, title

HERE = "/requests/"
PURPOSE = Text("答复本人对资料的要求", "Answering people's requests about their data")
SAID = {
    "answered": Text("已答复，本人马上看得到。", "Answered; the person can read it now."),
    "extended": Text("已延长，本人看得到理由。", "Extended; the person can read why."),
    "handed": Text("已转交，期限不变。", "Handed over; the deadline stays."),
}
KEPT = Text(
    "删除由另一个人用命令“person shred”执行；住在本县期间公安的居住登记要留。全部删完才能答复“已照办”。",
    "Another person carries deletion out by the command `person shred`; the police registration stays while the person"
    " lives here. Only when all of it is gone can the answer be “done”.",
)
FIELDS = {"no_answer": "words", "no_remedy": "remedy", "no_reason": "reason", "extended": "reason", "desk": "desk"}


def _mine(asked: Asked, request: HttpRequest) -> bool:
    return asked.is_open and asked.desk == request.user.post.kind


@require_GET
def requests_page(request: HttpRequest) -> HttpResponse:
    """List what lies on the reader's desk, the most urgent first; or what was answered."""
    post, is_open = request.user.post, request.GET.get("show") != "answered"
    found = privacy.requests_at(post.lo, post.hi, is_open=is_open)
    audit.record(
        "privacy.requests.listed", by=request.actor, subjects={one.person_id for one in found},
        detail={"requests": len(found)},
    )  # fmt: skip
    named, known = registry.names_of({one.person_id for one in found}), org.places(clock.today())
    page = RequestsPage(
        rows=tuple(_row(one, named, known, request) for one in found), is_open=is_open, open_url=HERE,
        closed_url=f"{HERE}?show=answered", done=SAID.get(request.GET.get("done", "")),
    )  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)
    return render(request, "console/requests.html", {"frame": frame, "page": page})


def _row(one: Asked, named: Mapping[int, str], known: Mapping[str, Any], request: HttpRequest) -> RequestRow:
    signal, left = due_words(one.due_on, clock.today()) if one.is_open else ("", None)
    if one.outcome is not None:
        state = OUTCOMES[one.outcome]
    elif _mine(one, request):
        state = Text("等这里答复", "waits for this desk")
    else:
        desk = desk_name(one.desk)
        state = Text(f"已转{desk.zh}", f"with {desk.en}")
    return RequestRow(
        url=f"{HERE}{one.id}/", title=title(one), name=named.get(one.person_id, ids.show(one.person_id)),
        place=person_words.place_text(known, one.territory), due_on=one.due_on, left=left or Text("", ""),
        signal=signal or "", state=state,
    )  # fmt: skip


def _found(request: HttpRequest, number: int) -> Asked:
    found = privacy.find_request(number)
    if found is None:
        raise Http404
    return found


@require_GET
def request_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one request."""
    found = _found(request, number)
    audit.record("privacy.request.opened", by=request.actor, subjects=[found.person_id], detail={"request": number})
    return _page(request, found, ())


def _page(request: HttpRequest, found: Asked, faults: tuple[Fault, ...]) -> HttpResponse:
    mine, chosen = _mine(found, request), request.POST.get("outcome", "")
    named = registry.names_of([found.person_id, found.asker_id])
    signal, left = due_words(found.due_on, clock.today()) if found.is_open else ("", None)
    ref = ids.show(found.person_id)
    asker = named.get(found.asker_id, ids.show(found.asker_id))
    is_guardian = found.asker_id != found.person_id
    staff = org.staff_names(one.staff_id for one in steps(found) if one.staff_id)
    page = RequestPage(
        number=found.id, title=title(found), name=named.get(found.person_id, ref), person_url=f"/people/{ref}/",
        asker=Text(f"监护人 {asker} 代提", f"asked by the guardian, {asker}") if is_guardian else None,
        words=found.words, source=_source(found.source), due_on=found.due_on, left=left or Text("", ""),
        signal=signal or "", is_mine=mine, outcome=OUTCOMES[found.outcome] if found.outcome else None,
        answer=found.answer, remedy=found.remedy, can_extend=mine and not found.was_extended,
        steps=tuple(RequestStep(one.on, _by(one.text, staff.get(one.staff_id or 0))) for one in steps(found)),
        outcomes=tuple(Choice(one.value, text, one.value == chosen) for one, text in OUTCOMES.items()),
        desks=tuple(Choice(desk, desk_name(desk)) for desk in privacy.desks() if desk != found.desk),
        typed={key: request.POST.get(key, "") for key in ("words", "remedy", "reason")},
        kept=KEPT if found.kind is RequestKind.DELETE else None, faults=faults,
    )  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)
    return render(request, "console/request.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _by(text: Text, name: str | None) -> Text:
    return Text(f"{text.zh}（{name}）", f"{text.en} ({name})") if name else text


def _source(source: str) -> Text | None:
    if not source:
        return None
    zh, en, _ = registry.source_name(source)
    return Text(zh, en)


def _done(request: HttpRequest, found: Asked, what: str, act: Any) -> HttpResponse:
    """Carry an act out, or show the page again with what it lacks."""
    if not _mine(found, request):
        raise PermissionDenied
    try:
        act()
    except RequestRefused as refused:
        field = FIELDS.get(refused.code.rpartition(".")[2], "words")
        return _page(request, found, (Fault(f"{what}-{field}", refused.sentence),))
    return redirect(f"{HERE}?done={what}")


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer; what is not done in full needs its reason and where to turn to."""
    found, said = _found(request, number), request.POST
    if said.get("outcome") not in {one.value for one in Outcome}:
        missing = Text("请选一个结果。", "Choose an outcome.")
        return _page(request, found, (Fault("answered-outcome", missing),))
    return _done(request, found, "answered", lambda: actions.answer(
        request_id=number, outcome=Outcome(said["outcome"]), words=said.get("words", ""),
        remedy=said.get("remedy", ""), by=request.actor,
    ))  # fmt: skip


@require_POST
def extend(request: HttpRequest, number: int) -> HttpResponse:
    """Take more time, once."""
    reason = request.POST.get("reason", "")
    return _done(request, _found(request, number), "extended", lambda: actions.extend(
        request_id=number, reason=reason, by=request.actor
    ))  # fmt: skip


@require_POST
def hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """Give it to the desk that can answer."""
    desk, reason = request.POST.get("desk", ""), request.POST.get("reason", "")
    return _done(request, _found(request, number), "handed", lambda: actions.hand_over(
        request_id=number, desk=desk, reason=reason, by=request.actor
    ))  # fmt: skip


urlpatterns = [
    path("requests/", requests_page, name="requests"),
    path("requests/<int:number>/", request_page, name="request"),
    path("requests/<int:number>/answer", answer, name="request_answer"),
    path("requests/<int:number>/extend", extend, name="request_extend"),
    path("requests/<int:number>/hand-over", hand_over, name="request_hand_over"),
]
