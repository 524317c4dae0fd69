"""Somebody's applications, and those of a child they speak for: the list, one with its steps, and what they may do."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.types import Act, Given, State, Step
from tongdeng.documents.errors import DocumentNotThere, DocumentRefused, OtherPurpose
from tongdeng.documents.types import Kept
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.papers import selectors as papers
from tongdeng.people.exports import merges
from tongdeng.privacy import selectors as privacy
from tongdeng.sites.portal import case_words, package_words
from tongdeng.sites.portal.middleware import own_or_404
from tongdeng.sites.portal.proxies import principal_or_404
from tongdeng.sites.portal.view_models import CasePage, Material, Upload
from tongdeng.sites.shell.documents import document_answer
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.typed import whole

MINE = (Act.SUBMIT, Act.SUPPLY, Act.ANSWER, Act.WITHDRAW, Act.RATE)  # by a button; papers are handed in beside it
CHOOSE_FILE = Text("请选一张照片或一个 PDF。", "Choose a photo or a PDF.")


@require_GET
def cases(request: Any) -> HttpResponse:
    """List what is under way and what is over."""
    about = request.about
    audit.record("desk.cases.listed", by=request.actor, subjects=[about.person_id])
    lines = package_words.lines(about.person_id)
    page = {
        "about": about, "ahead": [one for one in lines if one.is_open],
        "past": [one for one in lines if not one.is_open],
    }  # fmt: skip
    return render(request, "portal/cases.html", page)


def _own(request: Any, number: int) -> desk.Case:
    found = desk.find_case(number)
    if found is None:
        raise Http404
    _about(request, found)
    return found


def _about(request: Any, found: desk.Case) -> Any:
    """Return whom a case is of, also where they were joined with another entry since, or who entrusted it."""
    person = merges.current(found.person_id)
    is_own = any(one.person_id == person for one in request.own)
    return own_or_404(request, person) if is_own else principal_or_404(person)


def _is_entrusted(request: Any, found: desk.Case) -> bool:
    """Tell whether the reader acts for somebody else here: their rating is their own."""
    return all(one.person_id != merges.current(found.person_id) for one in request.own)


def _agent(request: Any, found: desk.Case) -> str:
    """Return who applied in the person's place; empty where nobody did, or the reader is who did."""
    if found.asker_id in (None, found.person_id, request.own[0].person_id):
        return ""
    named = privacy.appointed_by(found.person_id)
    return next((one.name for one in named if one.proxy_id == found.asker_id), "")


@require_GET
def case(request: Any, number: int) -> HttpResponse:
    """Show one application: where it is, what comes next and by when, each step with its day."""
    found = _own(request, number)
    audit.record("desk.case.viewed", by=request.actor, subjects=[found.person_id], detail={"case": number})
    return _page(request, found)


def _page(request: Any, found: desk.Case, fault: Fault | None = None) -> HttpResponse:
    today, now = clock.today(), desk.progress_of(found)
    mark, state = case_words.standing(now.state, is_granted=now.is_granted)
    acts = frozenset(move.act.value for move in desk.acts_for(found, request.actor, today))
    acts -= {Act.RATE.value} if _is_entrusted(request, found) else set()
    steps, rated = desk.steps_of(found), desk.follow_up_of(found.pk) if now.stars else None
    materials = _materials(found, now, desk.takes(found, request.actor, today))
    page = CasePage(
        id=found.pk, number=found.number, code=desk.code_of(found), service=owed.service_name(found.service), mark=mark,
        state=state, version=found.version, token=get_random_string(20),
        clocks=(
            *case_words.clocks(desk.clocks_of(found, today), today),
            *case_words.remedies(now.served_on, today, is_granted=now.is_granted),
        ),
        is_late=_is_late(found, today),
        materials=materials,
        steps=tuple(case_words.steps(steps, frozenset(merges.ids_of(request.own[0].person_id)))),
        acts=acts, may_take_back=desk.taken_back(found, request.actor),
        is_anothers=found.closed_on is None and desk.is_anothers(found, request.actor),
        stars=case_words.STARS.get(now.stars),
        is_draft=now.state is State.DRAFT and found.parent_id is None,
        package=found.parent_id, title=package_words.title(found.package) if found.parent_id else None,
        follow_up=case_words.follow_up(rated) if rated else None,
        follow_up_answer=desk.follow_up_words(rated)[1] if rated else "",
        question=_question(steps) if now.is_questioned else "",
    )  # fmt: skip
    shown = {
        "page": page, "about": _about(request, found), "agent": _agent(request, found),
        "faults": (fault,) if fault else (),
        "papers": papers.papers_of_matter(desk.SUBJECT, found.pk),
        "levels": [Choice(str(stars), text) for stars, text in case_words.STARS.items()],
    }  # fmt: skip
    return render(request, "portal/case.html", shown, status=422 if fault else 200)


def _question(steps: list[Step]) -> str:
    """Return what somebody was asked last."""
    return next((one.words for one in reversed(steps) if one.act is Act.INQUIRE), "")


def _is_late(found: desk.Case, today: date) -> bool:
    return found.closed_on is None and found.due_on is not None and found.due_on < today


def _materials(found: desk.Case, now: desk.Progress, takes: frozenset[str]) -> tuple[Material, ...]:
    """Return the papers of a case with what was handed in of each, and which of them may be added to now."""
    kept: dict[str, list[Upload]] = {}
    for one in desk.documents_of(found):
        kept.setdefault(one.material, []).append(_upload(one))
    lacking = {*now.missing, *now.gaps} & takes
    # A notice has named everything: nothing else is asked for.
    wanted = lacking & set(now.listed) if now.listed else lacking
    before = desk.reusable(found) if lacking else {}
    return tuple(
        case_words.with_uploads(
            case_words.material(code, held), tuple(kept.get(code, ())),
            _upload(before[code]) if code in before and code in lacking else None, code in takes & {*lacking, *kept},
            code in wanted,
        )
        for code, held in now.materials.items()
    )  # fmt: skip


def _upload(one: Kept) -> Upload:
    return Upload(one.id, one.held_since.astimezone(clock.CHINA).date(), -(-one.size // 1024))


@require_POST
def act(request: Any, number: int) -> HttpResponse:
    """Do what an applicant may do, or show the case again with what is lacking."""
    found, sent = _own(request, number), request.POST
    name, seen, stars = sent.get("act", ""), whole(sent.get("seen", "")), whole(sent.get("stars", ""))
    is_theirs = name == Act.RATE and _is_entrusted(request, found)
    if name not in set(MINE) or seen is None or is_theirs:
        raise Http404
    given = Given(words=sent.get("words", "")[:1000], stars=stars or 0)
    try:
        with transaction.atomic():
            actions.take_step(
                case_id=number, act=Act(name), seen=seen, given=given, token=sent.get("token", "")[:40],
                by=request.actor,
            )  # fmt: skip
    except StepRefused as refused:
        found.refresh_from_db()
        return _page(request, found, Fault(name, refused.sentence))
    return redirect("my_case", number=number)


@require_POST
def hand_in(request: Any, number: int) -> HttpResponse:
    """Take a photo or a PDF of one paper, or use one that was handed in before for this very service."""
    found, material = _own(request, number), request.POST.get("material", "")[:60]
    again, sent = whole(request.POST.get("again", "")), request.FILES.get("photo") or request.FILES.get("file")
    if material not in desk.progress_of(found).materials:
        raise Http404
    if again is None and not sent:
        return _page(request, found, Fault(material, CHOOSE_FILE))
    try:
        with transaction.atomic():
            if again is not None:
                actions.hand_in_again(case_id=number, document_id=again, by=request.actor)
            else:
                actions.hand_in(case_id=number, material=material, data=sent.read(), by=request.actor)
    except (DocumentNotThere, DocumentRefused, OtherPurpose, StepRefused) as refused:
        found.refresh_from_db()
        return _page(request, found, Fault(material, refused.sentence))
    return redirect(f"/my/cases/{number}/#materials")


@require_POST
def take_back(request: Any, number: int, document: int) -> HttpResponse:
    """Take a document back that was handed in by mistake."""
    found = _own(request, number)
    try:
        with transaction.atomic():
            actions.take_back(case_id=number, document_id=document, by=request.actor)
    except DocumentNotThere:
        raise Http404 from None
    except StepRefused as refused:
        found.refresh_from_db()
        return _page(request, found, Fault("withdraw", refused.sentence))
    return redirect(f"/my/cases/{number}/#materials")


@require_POST
def code(request: Any, number: int) -> HttpResponse:
    """Exchange the code by which anybody follows a case: the one on the receipt opens nothing from now on."""
    found = _own(request, number)
    try:
        actions.exchange_code(case_id=number, by=request.actor)
    except StepRefused as refused:
        return _page(request, found, Fault("code", refused.sentence))
    return redirect(f"/my/cases/{number}/#follow")


@require_GET
def document(request: Any, number: int, document: int) -> HttpResponse:
    """Give back a document of a case, as it is kept."""
    return document_answer(request, _own(request, number), document)


urlpatterns = [
    path("cases/", cases, name="my_cases"),
    path("cases/<int:number>/", case, name="my_case"),
    path("cases/<int:number>/act", act, name="my_case_act"),
    path("cases/<int:number>/code", code, name="my_case_code"),
    path("cases/<int:number>/hand-in", hand_in, name="my_case_hand_in"),
    path("cases/<int:number>/documents/<int:document>/", document, name="my_case_document"),
    path("cases/<int:number>/documents/<int:document>/take-back", take_back, name="my_case_take_back"),
]
