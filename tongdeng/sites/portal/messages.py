"""Messages to me, how I want to hear, and the papers I was issued."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongdeng.desk import selectors as desk
from tongdeng.desk.exports import joints
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.notify import actions
from tongdeng.notify import selectors as notify
from tongdeng.notify.errors import WishRefused
from tongdeng.notify.exports import has_mail, languages
from tongdeng.notify.types import Letter, Way
from tongdeng.papers import selectors as papers
from tongdeng.people.exports import merges
from tongdeng.privacy import selectors as privacy
from tongdeng.sites.portal.view_models import LetterLine
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.papers import WAYS, paper_or_404, pdf_answer
from tongdeng.sites.shell.templatetags.shell import language

PAGES = ("zh", "en")
SUBJECTS = {desk.SUBJECT: "my_case", joints.SUBJECT: "my_package"}  # the page of what a message speaks of


@require_http_methods(["GET", "POST"])
def messages(request: Any) -> HttpResponse:
    """Show what was written to somebody, and take how they want to hear."""
    if request.method == "POST":
        return _choose(request)
    return _page(request)


def _choose(request: Any) -> HttpResponse:
    about, said = request.about, request.POST
    try:
        actions.choose(
            person_id=about.person_id, territory=about.territory, way=Way(said.get("way", "")),
            language=said.get("language", "")[:8], email=said.get("email", "")[:254], by=request.actor,
        )  # fmt: skip
    except ValueError:
        return _page(request, Fault("way", Text("请选一种。", "Choose one.")))
    except WishRefused as refused:
        return _page(request, Fault(refused.field, refused.sentence))
    return redirect("my_messages")


def _page(request: Any, fault: Fault | None = None) -> HttpResponse:
    about = request.about
    ever = merges.ids_of(about.person_id)
    actions.note_reading(persons=[about.person_id], by=request.actor)
    wish = notify.wish_of(ever)
    # The page has two languages; who chose another reads at least the messages in it.
    spoken = language() if wish.language in PAGES else wish.language
    way, code = request.POST.get("way") or wish.way.value, request.POST.get("language") or wish.language
    offered = [one for one in Way if one is not Way.EMAIL or has_mail()]
    page = {
        "about": about, "letters": [_line(one, spoken) for one in notify.letters_of(ever)],
        "papers": papers.papers_of_person(ever), "faults": (fault,) if fault else (),
        "ways": [Choice(one.value, WAYS[one], one.value == way) for one in offered],
        "languages": [Choice(one.code, Text(one.name, one.name), one.code == code) for one in _languages()],
        "email": request.POST.get("email", wish.email or ""), "has_mail": has_mail(),
        "may_text": privacy.allows(about.person_id, "messages"),
    }  # fmt: skip
    return render(request, "portal/messages.html", page, status=422 if fault else 200)


def _languages() -> list[languages.Language]:
    return list(languages.known().values())


def _line(one: Letter, spoken: str) -> LetterLine:
    title, text = languages.worded(one.kind, one.fields, spoken)
    page = SUBJECTS.get(one.about.kind)
    url = reverse(page, args=[one.about.id]) if page else ""
    return LetterLine(title, text, one.made_at.astimezone(clock.CHINA).date(), url)


@require_GET
def paper(request: Any, number: int) -> HttpResponse:
    """Show one paper of somebody the reader may speak for."""
    found = paper_or_404(request, number)
    page = {"said": found.wording, "ended_at": found.ended_at, "number": number, "about": request.about}
    return render(request, "portal/paper.html", page)


@require_GET
def paper_pdf(request: Any, number: int) -> HttpResponse:
    """Give one paper as PDF."""
    return pdf_answer(request, number)


urlpatterns = [
    path("messages/", messages, name="my_messages"),
    path("papers/<int:number>/", paper, name="my_paper"),
    path("papers/<int:number>/paper.pdf", paper_pdf, name="my_paper_pdf"),
]
