"""Yes and no to what is optional: one form each, the way out as easy as the way in."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.types import Said
from tongdeng.sites.portal.view_models import Choice

# By how a purpose is optional: what a yes and a no are called.
BUTTONS = {
    "consent": (Text("同意", "I agree"), Text("不同意", "I do not agree")),
    "objection": (Text("可以来问我", "You may ask me"), Text("不要主动来问我", "Do not ask me")),
}


@require_GET
def choices(request: Any) -> HttpResponse:
    """Show each optional purpose with its own notice and its own two buttons."""
    about = request.about
    audit.record("privacy.choices.viewed", by=request.actor, subjects=[about.person_id])
    said = {one.purpose: one for one in privacy.said_of(about.person_id)}
    shown = [_choice(said[one.code], is_child=not about.is_self) for one in privacy.optional()]
    return render(request, "portal/choices.html", {"choices": shown, "about": about})


def _choice(said: Said, *, is_child: bool) -> Choice:
    activity = privacy.activities()[said.purpose]
    notice = privacy.in_force(activity.notice, clock.today())
    yes, no = BUTTONS[activity.optional]
    day = owed.day_text(said.at.astimezone(clock.CHINA).date()) if said.at else None
    word = yes if said.act == "given" else no
    told = Text(f"{day.zh}您选了“{word.zh}”。", f"On {day.en} you chose “{word.en}”.") if day else None
    return Choice(
        code=activity.code, name=activity.name, parts=tuple((one.title, one.text) for one in notice.sections),
        basis=activity.clause, is_allowed=said.is_allowed, said=told, is_sensitive=is_child, yes=yes, no=no,
    )  # fmt: skip


@require_POST
def say(request: Any, purpose: str) -> HttpResponse:
    """Write down one yes or no."""
    if purpose not in {one.code for one in privacy.optional()} or request.POST.get("answer") not in ("yes", "no"):
        raise Http404
    actions.say(
        purpose=purpose, is_given=request.POST["answer"] == "yes", about=request.about,
        giver=request.own[0].person_id, by=request.actor,
    )  # fmt: skip
    return redirect("my_choices")


urlpatterns = [
    path("choices/", choices, name="my_choices"),
    path("choices/<slug:purpose>/", say, name="my_choice"),
]
