"""Posts and rights: who holds what, a proposal by the security administrator, and a second person's decision."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import actions
from tongdeng.org import selectors as org
from tongdeng.org.errors import RightRefused
from tongdeng.org.exports import rights
from tongdeng.org.types import Level, PostKind, Right
from tongdeng.sites.console.frame import build_frame, opens, own_place
from tongdeng.sites.console.right_words import holder_line, kind_words, proposal_line
from tongdeng.sites.console.view_models.rights import PersonPage, ProposalLine, RightsPage
from tongdeng.sites.shell.frame import Choice, Fault, Frame
from tongdeng.sites.shell.proof import recently_proved
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.sites.shell.typed import read_day

HERE = "/rights/"
PURPOSE = Text("岗位和权限", "Posts and rights")
LONGEST = 200
DONE = {
    "proposed": Text("已提出，等另一个人批准。", "Proposed. It waits for a second person."),
    "approved": Text(
        "已批准，马上生效；本人已有的登录都已退出。", "Approved. It counts at once; that person was signed out."
    ),
    "refused": Text("已退回，没有改动。", "Refused. Nothing was changed."),
    "withdrawn": Text("已收回。", "Taken back."),
    "revoked": Text(
        "已取消岗位，马上生效；本人已退出登录。", "The post is taken away at once; that person was signed out."
    ),
}
REASON = Text("请写明理由。", "Please give the reason.")
TITLE = Text("请写岗位名称。", "Please give the post's title.")
UNKNOWN_KIND = Text("请选岗位类别。", "Choose the kind of post.")
UNKNOWN_PLACE = Text("请选区划。", "Choose the place.")
BAD_DAY = Text("请写今天以后的日期，例如 2027-06-30。", "Please give a date after today, such as 2027-06-30.")
# Nobody is made a resident by a right, and what jobs and sealed care may is no post.
GRANTED = tuple(kind for kind in PostKind if kind is not PostKind.RESIDENT)


def _frame(request: HttpRequest) -> Frame:
    return build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)


def _lines(request: Any, found: list[Any]) -> tuple[ProposalLine, ...]:
    known, post = org.named_places(clock.today()), request.user.post
    decides = rights.may_decide(post.kind, post.lo)
    return tuple(proposal_line(one, known, request.actor, decides=decides) for one in found)


@require_GET
def show_rights(request: Any) -> HttpResponse:
    """Show every post with its holder, territory and domains, what waits, and what was."""
    return _overview(request)


def _overview(request: Any, faults: tuple[Fault, ...] = (), status: int = 200) -> HttpResponse:
    known = org.named_places(clock.today())
    words, kind = request.GET.get("q", "")[:60].strip(), request.GET.get("kind", "")
    found = rights.holders(words, kind)
    audit.record("org.rights.listed", by=request.actor, detail={"staff": len(found)})
    page = RightsPage(
        holders=tuple(holder_line(one, known) for one in found),
        waiting=_lines(request, rights.open_proposals()),
        past=_lines(request, rights.past_proposals()),
        kinds=(
            *(Choice(one.value, kind_words(one), one.value == kind) for one in PostKind),
            Choice("none", Text("没有岗位", "no post"), kind == "none"),
        ),
        words=words,
        may_propose=opens(request, "right"),
        faults=faults,
        done=next((text for key, text in DONE.items() if key in request.GET), None),
    )
    return render(request, "console/rights.html", {"frame": _frame(request), "page": page}, status=status)


@require_http_methods(["GET", "POST"])
@recently_proved
def person(request: Any, staff: int) -> HttpResponse:
    """Show one person's right and the form that proposes another; propose it."""
    found = rights.find_staff(staff)
    if found is None or not found.is_active:
        raise Http404
    form = {key: request.POST.get(key, "").strip()[:LONGEST] for key in FIELDS}
    if request.method == "GET":
        return _person_page(request, found, {**form, "kind": "", "division": ""})
    right, faults = _judged(form)
    if right is not None and not faults:
        try:
            actions.propose_right(staff_id=found.pk, right=right, reason=form["reason"], by=request.actor)
        except RightRefused as error:
            faults = (Fault("kind", error.fact),)
        else:
            return redirect(f"{HERE}?proposed")
    return _person_page(request, found, form, faults, 422)


FIELDS = ("kind", "division", "bureau", "title_zh", "title_en", "until", "reason")


def _judged(form: dict[str, str]) -> tuple[Right | None, tuple[Fault, ...]]:
    """Return the right a form asks for, or what is wrong with it."""
    faults: list[Fault] = []
    kind = next((one for one in GRANTED if one.value == form["kind"]), None)
    if kind is None:
        faults.append(Fault("kind", UNKNOWN_KIND))
    if form["division"] not in org.places(clock.today()):
        faults.append(Fault("division", UNKNOWN_PLACE))
    if not form["title_zh"]:
        faults.append(Fault("title_zh", TITLE))
    if not form["reason"]:
        faults.append(Fault("reason", REASON))
    until = read_day(form["until"])
    if form["until"] and (until is None or until <= clock.today()):
        faults.append(Fault("until", BAD_DAY))
    if faults or kind is None:
        return None, tuple(faults)
    bureau = form["bureau"] if form["bureau"] in org.bureau_names(clock.today()) else None
    title_en = form["title_en"] or form["title_zh"]
    return Right(kind, form["division"], bureau, form["title_zh"], title_en, until), ()


def _person_page(
    request: Any, found: Any, form: dict[str, str], faults: tuple[Fault, ...] = (), status: int = 200
) -> HttpResponse:
    known, names = org.places(clock.today()), org.bureau_names(clock.today())
    waiting = [one for one in rights.open_proposals() if one.staff_id == found.pk]
    page = PersonPage(
        holder=holder_line(found, org.named_places(clock.today())),
        waiting=_lines(request, waiting),
        past=_lines(request, rights.past_proposals(found.pk)),
        kinds=tuple(Choice(one.value, kind_words(one), one.value == form["kind"]) for one in GRANTED),
        places=tuple(
            Choice(code, "　" * list(Level).index(place.level) + place.name(language()), code == form["division"])
            for code, place in known.items()
        ),
        bureaus=tuple(Choice(code, Text(*pair), code == form["bureau"]) for code, pair in sorted(names.items())),
        form=form,
        is_own=found.pk == request.user.pk,
        faults=faults,
    )
    return render(request, "console/right.html", {"frame": _frame(request), "page": page}, status=status)


def _carry_out(request: Any, done: str, act: Any) -> HttpResponse:
    try:
        act()
    except RightRefused as error:
        return _overview(request, (Fault("proposal", error.fact),), 409)
    return redirect(f"{HERE}?{done}")


@require_POST
@recently_proved
def decide(request: Any, proposal: int) -> HttpResponse:
    """Approve or refuse what somebody else proposed."""
    post = request.user.post
    if not rights.may_decide(post.kind, post.lo):
        raise PermissionDenied
    is_approved = request.POST.get("decision") == "approve"
    refusal = "" if is_approved else request.POST.get("refusal", "").strip()[:LONGEST]
    return _carry_out(
        request,
        "approved" if is_approved else "refused",
        lambda: actions.decide_proposal(
            proposal_id=proposal, is_approved=is_approved, refusal=refusal, by=request.actor
        ),
    )


@require_POST
@recently_proved
def withdraw(request: Any, proposal: int) -> HttpResponse:
    """Take an own proposal back."""
    return _carry_out(request, "withdrawn", lambda: actions.withdraw_proposal(proposal_id=proposal, by=request.actor))


@require_POST
@recently_proved
def revoke(request: Any, staff: int) -> HttpResponse:
    """Take somebody's post away at once."""
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    if not reason:
        return _overview(request, (Fault("proposal", REASON),), 422)
    return _carry_out(request, "revoked", lambda: actions.revoke_right(staff_id=staff, reason=reason, by=request.actor))


@require_POST
@recently_proved
def reset_factor(request: Any, staff: int) -> HttpResponse:
    """Propose that somebody's lost second factor be taken away."""
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    if not reason:
        return _overview(request, (Fault("proposal", REASON),), 422)
    return _carry_out(
        request, "proposed", lambda: actions.propose_factor_reset(staff_id=staff, reason=reason, by=request.actor)
    )


urlpatterns = [
    path("rights/", show_rights, name="rights"),
    path("rights/<int:staff>/", person, name="right"),
    path("rights/<int:staff>/revoke/", revoke, name="right_revoke"),
    path("rights/<int:staff>/factor/", reset_factor, name="right_factor"),
    path("rights/proposals/<int:proposal>/", decide, name="right_decide"),
    path("rights/proposals/<int:proposal>/withdraw/", withdraw, name="right_withdraw"),
]
