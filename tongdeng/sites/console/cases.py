"""One case: where it stands, what may be done now, and doing it."""

from contextlib import suppress

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.exports import rules
from tongdeng.desk.types import CHANNELS, KINDS, SIGNALS, STATES, Act, Channel, Given, Held, Kind, State
from tongdeng.documents.errors import DocumentNotThere, DocumentRefused, OtherPurpose
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.people import selectors as registry
from tongdeng.sites.console import case_documents, case_words, orders, package_box
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.papers import paper_row
from tongdeng.sites.console.view_models.cases import CasePage
from tongdeng.sites.shell.documents import document_answer
from tongdeng.sites.shell.frame import Fault, Link
from tongdeng.sites.shell.typed import read_day, whole

HERE = "/cases/"
HANDLING = Text("办理申请", "Handling applications")
SAID = {
    "submitted": Text("已收件。请打印收件凭证给本人。", "Taken in. Print the receipt for the person."),
    "done": Text("已办结。", "Done."),
    "draft": Text("已暂存，还没有收件。", "Kept as a draft; not taken in yet."),
    "step": Text("已办。", "Done."),
}


def new_token() -> str:
    """Return the key of one form: sent twice, it acts once."""
    return get_random_string(20)


# ---- one case ----


def found(case_id: int) -> desk.Case:
    """Return a case, or the same 404 for one elsewhere and for none."""
    case = desk.find_case(case_id)
    if case is None:
        raise Http404
    return case


@require_GET
def case(request: HttpRequest, number: int) -> HttpResponse:
    """Show one case."""
    return _page(request, found(number))


def _page(request: HttpRequest, one: desk.Case, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    # Here, and not in one of the views: whichever of them shows the case, the person learns of it.
    audit.record("desk.case.viewed", by=request.actor, subjects=[one.person_id], detail={"case": one.pk})
    today, ref = clock.today(), ids.show(one.person_id)
    now, light = desk.progress_of(one), case_words.light(one, today)
    page = CasePage(
        id=one.pk, number=one.number, code=desk.code_of(one), service=owed.service_name(one.service),
        name=registry.names_of([one.person_id]).get(one.person_id, ref), person_url=f"/people/{ref}/",
        kind=KINDS[Kind(one.kind)], channel=CHANNELS[Channel(one.channel)], state=STATES[now.state],
        light=case_words.LIGHTS[light] if one.closed_on is None else "", light_text=SIGNALS[light],
        version=one.version, token=new_token(), way=case_words.way(one), faces=case_words.faces(one, today),
        deeds=case_words.deeds(one, request, today), papers=case_documents.papers(one),
        intake=case_documents.intake(one, request.actor, today),
        events=case_words.events(one, desk.steps_of(one)),
        can_finish=Kind(one.kind) is Kind.SAME_VISIT and now.state is State.SUBMITTED and not now.missing,
        asked=desk.lifecycle.BY_ACT[now.asked[0]].says if now.asked else None,
        issued=tuple(map(paper_row, package_box.issued(one))), package=package_box.box(one),
        orders=orders.rows(desk.supervisions_of(one.pk), {one.pk: one}, request.actor),
        reopens=Link(Text("原办件", "the first case"), f"{HERE}{one.reopens_id}/") if one.reopens_id else None,
        done=SAID.get(request.GET.get("done", "")), faults=faults,
        typed={name: request.POST.get(name, "") for name in ("act", "words", "reason", "organ")},
    )  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=HANDLING)
    return render(request, "console/case.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def given(sent: QueryDict) -> Given:
    """Return what a form gives an act."""
    materials = {
        name.removeprefix("paper-"): Held(value) for name, value in sent.items()
        if name.startswith("paper-") and value in set(Held)
    }  # fmt: skip
    officials = tuple(number for one in sent.getlist("official") if (number := whole(one)) is not None)
    asked = sent.get("asked", "")
    return Given(
        reason=sent.get("reason", ""), words=_words(sent), materials=materials,
        items=tuple(sent.getlist("item")), organ=sent.get("organ", ""), officials=officials,
        asked=Act(asked) if asked in set(Act) else None, on=read_day(sent.get("day", "")),
        post=whole(sent.get("post", "")),
    )  # fmt: skip


def _words(sent: QueryDict) -> str:
    """Return the chosen texts in both languages, and what was typed after them."""
    name = sent.get("act", "")
    known = rules.phrases(Act(name)) if name in set(Act) else {}
    chosen = [f"{known[one].zh}\n{known[one].en}" for one in sent.getlist("phrase") if one in known]
    return "\n".join(filter(None, [*chosen, sent.get("words", "")]))


@require_POST
def act(request: HttpRequest, number: int) -> HttpResponse:
    """Do one act, or show the case again with what the act lacks."""
    one, sent = found(number), request.POST
    name, seen = sent.get("act", ""), whole(sent.get("seen", ""))
    if name not in set(Act) - {Act.START} or seen is None:
        return _page(request, one, (Fault("act", Text("请选要办的。", "Choose what to do.")),))
    try:
        with transaction.atomic():
            if name == Act.REOPEN:
                again = actions.reopen_case(
                    case_id=number, seen=seen, given=given(sent), token=sent.get("token", ""), by=request.actor
                )
                return redirect(f"{HERE}{again.id}/?done=submitted")
            actions.take_step(
                case_id=number, act=Act(name), seen=seen, given=given(sent), token=sent.get("token", ""),
                by=request.actor,
            )  # fmt: skip
    except StepRefused as refused:
        one.refresh_from_db()
        return _page(request, one, (Fault(name, refused.sentence),))
    return redirect(f"{HERE}{number}/?done=step")


@require_POST
def hand_in(request: HttpRequest, number: int) -> HttpResponse:
    """Take a photo or a PDF of one paper in, or use one that was handed in before for this very service."""
    one, again, sent = found(number), request.POST.get("again", ""), request.FILES.get("file")
    if not again and sent is None:
        return _page(request, one, (Fault("file", Text("请选一个文件。", "Choose a file.")),))
    try:
        with transaction.atomic():
            if again:
                actions.hand_in_again(case_id=number, document_id=whole(again) or 0, by=request.actor)
            elif sent is not None:
                material = request.POST.get("material", "")
                actions.hand_in(case_id=number, material=material, data=sent.read(), by=request.actor)
    except (DocumentNotThere, DocumentRefused, OtherPurpose, StepRefused) as refused:
        one.refresh_from_db()
        return _page(request, one, (Fault("file", refused.sentence),))
    return redirect(f"{HERE}{number}/?done=step")


@require_GET
def document(request: HttpRequest, number: int, document: int) -> HttpResponseBase:
    """Give a document of a case."""
    return document_answer(request, found(number), document)


@require_POST
def finish(request: HttpRequest, number: int) -> HttpResponse:
    """Do a simple case while the person waits."""
    one, seen = found(number), whole(request.POST.get("seen", ""))
    with suppress(StepRefused), transaction.atomic():
        actions.finish_now(
            case_id=number, seen=seen or 0, token=request.POST.get("token", ""),
            by=request.actor,
        )  # fmt: skip
        return redirect(f"{HERE}{number}/?done=done")
    return _page(request, one, (Fault("accept", Text("还不能当场办结，请逐步办理。", "Not yet; go step by step.")),))


urlpatterns = [
    path("cases/<int:number>/", case, name="case"),
    path("cases/<int:number>/act", act, name="case_act"),
    path("cases/<int:number>/finish", finish, name="case_finish"),
    path("cases/<int:number>/hand-in", hand_in, name="case_hand_in"),
    path("cases/<int:number>/documents/<int:document>/", document, name="case_document"),
]
