"""Who looked at me, and why: from the record of acts, in words, lists folded by day."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from tongdeng.access.types import FOLLOW, RESIDENT, RESIDENT_SIGN_IN
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Look
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.people.exports import merges
from tongdeng.privacy import selectors as privacy
from tongdeng.sites.portal.view_models import LookLine
from tongdeng.sites.shell.typed import whole

PAGE = 50
YOU = Text("您本人", "You")
GUARDIAN = Text("监护人", "A guardian")
FOLLOWER = Text("有查询码的人", "Somebody who has the code")
PROGRAM = Text("系统自动", "The system itself")
MINE = (RESIDENT, RESIDENT_SIGN_IN)


def _found(request: Any, before: int | None, size: int) -> list[Look]:
    """Return a page of looks at the person this page is about, under every id they ever had."""
    return privacy.looks_at(request.about.person_id, before=before, size=size)


def lines(request: Any, *, before: int | None = None, size: int = PAGE) -> list[LookLine]:
    """Return looks by others, newest first: one's own are no news."""
    found = _found(request, before, size * 4)
    own = merges.ids_of(request.own[0].person_id)
    return [_line(one) for one in found if not _is_own(own, one)][:size]


def _is_own(own: Sequence[int], look: Look) -> bool:
    """Tell whether it was the reader who looked, and not somebody else who may speak for the same child."""
    return look.purpose in MINE and look.person_id in (None, *own)


def closest(request: Any, size: int) -> list[LookLine]:
    """Return a few looks for the first page: what a person opened or changed comes before lists and programs."""
    return sorted(lines(request), key=lambda one: not one.is_close)[:size]


def _line(look: Look) -> LookLine:
    is_person = look.post is not None
    is_program = not is_person and look.purpose not in (*MINE, FOLLOW)
    return LookLine(
        who=_who(look), why=_why(look), on=look.on, times=look.times, entry=look.id, is_person=is_person,
        is_close=not is_program and not look.act.is_folded, is_program=is_program,
    )  # fmt: skip


def _who(look: Look) -> Text:
    if look.purpose in MINE:
        return GUARDIAN if look.person_id else YOU
    if look.post is None:
        return FOLLOWER if look.purpose == FOLLOW else PROGRAM
    bureau = org.bureau_names(clock.today()).get(look.bureau or "")
    if bureau and bureau[0] not in look.post.zh:
        return Text(f"{bureau[0]} {look.post.zh}", f"{bureau[1]}, {look.post.en}")
    return look.post


def _why(look: Look) -> Text:
    act, purpose = look.act.text, look.purpose_text
    if look.reason:
        act = Text(f"{act.zh}（{look.reason.zh}）", f"{act.en} ({look.reason.en})")
    return Text(f"{purpose.zh}：{act.zh}", f"{purpose.en}: {act.en}")


@require_GET
def who_looked(request: Any) -> HttpResponse:
    """Show all looks, page by page."""
    at = whole(request.GET.get("before", ""))
    about = request.about
    audit.record("privacy.looks.viewed", by=request.actor, subjects=[about.person_id])
    found, me = _found(request, at, PAGE), merges.ids_of(request.own[0].person_id)
    shown = [_line(one) for one in found if not _is_own(me, one)]
    own = sum(one.times for one in found if _is_own(me, one))
    page = {"looks": shown, "own": own, "next": found[-1].id if len(found) == PAGE else None, "about": about}
    return render(request, "portal/looks.html", page)


urlpatterns = [path("looks/", who_looked, name="my_looks")]
