"""What somebody asks about their own data: the forms, the list, and one request with its answer."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongdeng.audit import actions as audit
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.people import selectors as registry
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.types import Asked, Outcome, RequestKind
from tongdeng.sites.portal.request_words import HELP, KEPT
from tongdeng.sites.portal.view_models import RequestLine
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.request_words import ASKS, OUTCOMES, SUBJECTS, desk_name, steps, subject_text, title

LONGEST = 1000
EMPTY = Text("请写几句，让人知道要做什么。", "Please write a few words, so that it is clear what to do.")
TOO_LONG = Text("最多 1000 个字。", "1,000 characters at most.")


def lines(person_id: int) -> list[RequestLine]:
    """Return somebody's requests, newest first."""
    return [_line(one) for one in privacy.requests_of(person_id)]


def _line(one: Asked) -> RequestLine:
    late = one.is_open and one.due_on < clock.today()
    if one.outcome is None:
        state, mark = (Text("已经过了期限", "overdue") if late else Text("正在处理", "in progress")), "doing"
    else:
        state, mark = OUTCOMES[one.outcome], "served" if one.outcome is Outcome.DONE else "offered"
    url = reverse("my_request", args=[one.id])
    return RequestLine(url, title(one), state, mark, one.due_on)


@require_GET
def all_requests(request: Any) -> HttpResponse:
    """List what was asked, and what can be asked."""
    asks = [(kind.value, text) for kind, text in ASKS.items() if kind is not RequestKind.CORRECT]
    page = {"requests": lines(request.about.person_id), "asks": asks, "about": request.about}
    return render(request, "portal/requests.html", page)


@require_http_methods(["GET", "POST"])
def ask(request: Any, kind: str) -> HttpResponse:
    """Ask for something: the form says beforehand what it does, what the law keeps, and by when there is an answer."""
    if kind not in {one.value for one in RequestKind}:
        raise Http404
    asked, about = RequestKind(kind), request.about
    # A source or a subject that somebody wrote into the address by hand names nothing and is left out.
    subject, source = request.GET.get("subject", "")[:40], request.GET.get("source", "")[:40]
    subject = subject if subject in SUBJECTS or subject.isdecimal() else ""
    source = source if source in registry.compared_sources() or source in registry.stay_sources() else ""
    words, faults = request.POST.get("words", ""), ()
    if request.method == "POST":
        if words.strip() and len(words) <= LONGEST:
            made = actions.ask(
                kind=asked, about=about, asker=request.own[0].person_id, words=words, subject=subject, source=source,
                by=request.actor,
            )  # fmt: skip
            return redirect("my_request", number=made)
        faults = (Fault("words", TOO_LONG if words.strip() else EMPTY),)
    desk = desk_name(privacy.desk_for(asked, source))
    page = {
        "kind": asked, "title": ASKS[asked], "help": HELP[asked], "kept": KEPT.get(asked), "about": about,
        "subject": subject_text(subject), "desk": desk, "term": privacy.term_of(asked),
        "due_on": privacy.due_on(asked, clock.today()), "words": words, "faults": faults,
    }  # fmt: skip
    return render(request, "portal/ask.html", page, status=422 if faults else 200)


@require_GET
def one_request(request: Any, number: int) -> HttpResponse:
    """Show one request, what became of it and, where it was refused, why and whom to turn to."""
    found = privacy.find_request(number)
    if found is None or found.person_id not in {one.person_id for one in request.own}:
        raise Http404
    audit.record("privacy.request.viewed", by=request.actor, subjects=[found.person_id], detail={"request": number})
    page = {
        "asked": found, "title": title(found), "steps": steps(found),
        "outcome": OUTCOMES[found.outcome] if found.outcome else None, "today": clock.today(),
        "is_late": found.is_open and found.due_on < clock.today(),
    }  # fmt: skip
    return render(request, "portal/request.html", page)


urlpatterns = [
    path("requests/", all_requests, name="my_requests"),
    path("requests/<int:number>/", one_request, name="my_request"),
    path("ask/<slug:kind>/", ask, name="my_ask"),
]
