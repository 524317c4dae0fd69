"""A person's papers and messages, and one paper with its PDF."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from tongdeng.audit import actions as audit
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.notify import selectors as notify
from tongdeng.notify.exports import languages
from tongdeng.notify.types import Letter
from tongdeng.papers import selectors as papers
from tongdeng.papers.types import Issued
from tongdeng.people import selectors as registry
from tongdeng.people.exports import merges, profiles
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.view_models.papers import LetterRow, PaperPage, PaperRow, PapersPage
from tongdeng.sites.shell.papers import NOT_KEPT, STATES, WAYS, paper_or_404, pdf_answer
from tongdeng.sites.shell.templatetags.shell import language

PURPOSE = Text("办理申请", "Dealing with an application")


def _person(ref: str) -> int:
    given = ids.read(ref)
    person = profiles.current_id(given) if given else None
    if person is None:
        raise Http404
    return person


@require_GET
def person_papers(request: Any, ref: str) -> HttpResponse:
    """List the papers issued to somebody and the messages written to them, with what became of each."""
    person = _person(ref)
    ever = merges.ids_of(person)
    name = registry.names_of([person]).get(person)
    if name is None:
        raise Http404
    audit.record("papers.papers.listed", by=request.actor, subjects=[person])
    page = PapersPage(
        name=name, person_url=f"/people/{ids.show(person)}/",
        papers=tuple(paper_row(one) for one in papers.papers_of_person(ever)),
        letters=tuple(_letter(one) for one in notify.letters_of(ever)),
    )  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current="/people/", purpose=PURPOSE)
    return render(request, "console/person_papers.html", {"frame": frame, "page": page})


def paper_row(one: Issued) -> PaperRow:
    """Return one paper as a line of a list."""
    return PaperRow(f"/papers/{one.id}/", one.wording.title, one.wording.number, one.wording.organ, one.wording.made_on)


def _letter(one: Letter) -> LetterRow:
    title, text = languages.worded(one.kind, one.fields, language())
    mark, state = STATES[one.state] if one.state else NOT_KEPT
    day = one.made_at.astimezone(clock.CHINA).date()
    return LetterRow(title, text, day, WAYS[one.way] if one.way else Text("", ""), mark, state, one.sent_at)


@require_GET
def paper(request: Any, number: int) -> HttpResponse:
    """Show one paper."""
    found = paper_or_404(request, number)
    name = registry.names_of([found.person_id]).get(found.person_id, ids.show(found.person_id))
    page = PaperPage(
        # With the code that lets anybody follow a case, whoever read it here would do so for good, unseen.
        said=found.wording.without("follow"), pdf_url=f"/papers/{number}/paper.pdf", name=name,
        papers_url=f"/people/{ids.show(found.person_id)}/papers/", made_at=found.made_at,
        ended_at=found.ended_at,
    )  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current="/people/", purpose=PURPOSE)
    return render(request, "console/paper.html", {"frame": frame, "page": page})


@require_GET
def paper_pdf(request: Any, number: int) -> HttpResponse:
    """Give one paper as PDF."""
    return pdf_answer(request, number)


urlpatterns = [
    path("people/<str:ref>/papers/", person_papers, name="person_papers"),
    path("papers/<int:number>/", paper, name="paper"),
    path("papers/<int:number>/paper.pdf", paper_pdf, name="paper_pdf"),
]
