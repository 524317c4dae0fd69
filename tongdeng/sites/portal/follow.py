"""Following an application without an account: by its number and code. Nobody is named."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tongdeng.access.selectors import acting
from tongdeng.access.types import FOLLOW
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import selectors as desk
from tongdeng.desk.exports import joints, lifecycle, rules
from tongdeng.desk.types import Act, Followed
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.sites.portal import case_words, guesses, package_words
from tongdeng.sites.shell.frame import Fault

LARGEST = 4096  # bytes of a form of two fields
NOT_THERE = Text(
    "没有对上：没有这个办件编号，或者查询码不对、已经换过；办完满六十天的也不再显示。请对照收件凭证再输一遍；还是不对，"
    "请到窗口问。",
    "That did not fit: there is no such number, or the code is another or was exchanged; sixty days after it is over an"
    " application is shown no more. Check what you typed against the receipt; if it is right, ask at the window.",
)


# Without a session and without an effect there is nothing to forge; and the size is judged before anything is read.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def follow(request: Any) -> HttpResponse:
    """Show the form, or how far the case of a number and code is."""
    if request.method == "GET":
        return _page(request, {}, None)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _page(request, {}, None, Fault("number", NOT_THERE), 413)
    by = Actor(purpose=FOLLOW, origin="web")
    tried = guesses.counted(request, how="follow", by=by)
    if tried.locked_until is not None:
        return _page(request, request.POST, None, guesses.TOO_MANY, 429)
    with acting(by):
        typed = guesses.typed(request.POST)
        found = desk.follow(**typed)
        package = joints.follow(**typed) if found is None else None
        if package is not None:
            tried.good()
            return _package_page(request, package)
        if found is None:
            audit.record("desk.case.followed", by=by, detail={"found": 0})
            return _page(request, request.POST, None, Fault("number", NOT_THERE), 422)
        tried.good()
        return _page(request, request.POST, found)


def _page(
    request: HttpRequest, typed: Any, found: Followed | None, fault: Fault | None = None, status: int = 200
) -> HttpResponse:
    page: dict[str, object] = {
        **guesses.typed(typed), "found": found,
        "faults": (fault,) if fault else (),
    }  # fmt: skip
    if found is not None:
        mark, state = case_words.standing(found.state, is_granted=found.is_granted)
        served_on = next((on for act, on in reversed(found.steps) if act is Act.SERVE), None)
        page |= {
            "mark": mark, "state": state, "service": owed.service_name(found.service),
            "clocks": [
                *case_words.followed_clocks(found),
                *case_words.remedies(served_on, clock.today(), is_granted=found.is_granted),
            ],
            "explained": case_words.explained(found),
            "missing": [rules.paper_name(code) for code in _asked(found)],
            "steps": [
                (on, lifecycle.told(act)) for act, on in found.steps if act not in case_words.INSIDE
            ],
        }  # fmt: skip
    return render(request, "portal/follow.html", page, status=status)


def _package_page(request: HttpRequest, found: joints.FollowedPackage) -> HttpResponse:
    mark, state = package_words.STAGES[found.now.stage]
    page = {
        "number": "", "code": "", "faults": (), "found": found, "mark": mark, "state": state,
        "service": package_words.title(found.package), "clocks": package_words.told(found.now, clock.today()),
        "missing": [rules.paper_name(code) for code in dict.fromkeys(c for one in found.cases for c in _asked(one))],
        "parts": [
            (owed.service_name(one.service), *_stands(one, found), [
                (on, lifecycle.told(act)) for act, on in one.steps if act not in case_words.INSIDE
            ])
            for one in found.cases
        ],
    }  # fmt: skip
    return render(request, "portal/follow.html", page)


def _stands(one: Followed, found: joints.FollowedPackage) -> tuple[str, Text]:
    if one.service in found.waiting:
        return "not_due", package_words.WAITING
    return case_words.standing(one.state, is_granted=one.is_granted)


def _asked(found: Followed) -> tuple[str, ...]:
    """Return what is missing, as long as it is taken in."""
    is_taken = found.state in lifecycle.BY_ACT[Act.NOTE_MATERIALS].before
    return (*found.missing, *found.gaps) if is_taken else ()


urlpatterns = [path("follow/", follow, name="follow")]
