"""Bad ratings: calling whoever rated, and answering; by somebody else than whoever was rated."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.exports import joints, rules
from tongdeng.desk.types import Act
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org import selectors as org
from tongdeng.owed import selectors as owed
from tongdeng.people import selectors as registry
from tongdeng.sites.console import package_box
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.owed_page import due_words
from tongdeng.sites.console.view_models.cases import RatingRow, RatingsPage
from tongdeng.sites.shell.frame import Choice, Fault, Link

HERE = "/ratings/"
MOST = 100
FOLLOWING_UP = Text("差评整改", "Putting right what was rated badly")
STARS = {1: Text("非常不满意", "Very dissatisfied"), 2: Text("不满意", "Dissatisfied")}


class Rated(NamedTuple):
    """What was rated: its name, the case that its line leads to, and the words that came with the stars."""

    title: Text
    case: int
    said: str


@require_GET
def ratings(request: HttpRequest) -> HttpResponse:
    """List the bad ratings that wait for an answer, the most urgent first."""
    return _page(request)


def _page(request: HttpRequest, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    post, is_open = request.user.post, request.GET.get("show") != "answered"
    found = list(desk.follow_ups(post.lo, post.hi, is_open=is_open)[:MOST])
    rated = dict(_rated(found))
    persons = {one.person_id for one in found}
    audit.record("desk.ratings.listed", by=request.actor, subjects=persons, detail={"ratings": len(found)})
    rows = _rows([one for one in found if one.pk in rated], rated, request.actor)
    outcomes = tuple(Choice(code, text) for code, text in rules.follow_up_outcomes().items())
    done = Text("已记下。", "Noted.") if request.GET.get("done") else None
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=FOLLOWING_UP)
    page = RatingsPage(rows, outcomes, is_open, done, faults)
    return render(request, "console/ratings.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _rated(found: list[desk.FollowUp]) -> Iterable[tuple[int, Rated]]:
    """Yield what was rated, by follow-up: a case, or a whole package, which opens by the first of its cases."""
    cases = desk.cases_by_id({one.case_id for one in found if one.case_id is not None})
    whole = joints.joints_by_id({one.joint_id for one in found if one.joint_id is not None})
    said, first = desk.words_of(cases, Act.RATE), joints.first_cases(whole.values())
    for one in found:
        case, joint = cases.get(one.case_id or 0), whole.get(one.joint_id or 0)
        if case is not None:
            yield one.pk, Rated(owed.service_name(case.service), case.pk, said.get(case.pk, ""))
        elif joint is not None and joint.pk in first:
            yield one.pk, Rated(package_box.title(joint), first[joint.pk], joints.rating_words(joint))


def _rows(found: Sequence[desk.FollowUp], rated: Mapping[int, Rated], by: Actor) -> tuple[RatingRow, ...]:
    names = registry.names_of({one.person_id for one in found})
    staff, today = org.staff_names({one.staff_id for one in found if one.staff_id}), clock.today()
    return tuple(
        _row(one, rated[one.pk], names.get(one.person_id, ""), staff.get(one.staff_id or 0, ""), by, today)
        for one in found
    )


def _row(one: desk.FollowUp, rated: Rated, name: str, staff: str, by: Actor, today: date) -> RatingRow:
    title, (called, answer) = rated.title, desk.follow_up_words(one)
    due = one.due_on if one.contacted_at else one.contact_due_on
    left = due_words(due, today)[1] if one.answered_at is None else None
    outcome = rules.follow_up_outcomes().get(one.outcome or "", NOTHING)
    return RatingRow(
        one.pk, Link(Text(f"{name} {title.zh}", f"{name} {title.en}"), f"/cases/{rated.case}/"), STARS[one.stars],
        rated.said, one.contact_due_on, one.due_on, left or NOTHING,
        one.answered_at is None and due < today, called, answer, outcome, staff,
        by.staff_id in one.rated_staff, one.contacted_at is not None,
    )  # fmt: skip


@require_POST
def contact(request: HttpRequest, number: int) -> HttpResponse:
    """Write down a call."""
    return _act(request, number, lambda words: actions.note_contact(follow_up_id=number, words=words, by=request.actor))


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a rating; the person is told."""
    outcome = request.POST.get("outcome", "")
    return _act(
        request, number,
        lambda words: actions.answer_rating(follow_up_id=number, outcome=outcome, words=words, by=request.actor),
    )  # fmt: skip


def _act(request: HttpRequest, number: int, do: Callable[[str], None]) -> HttpResponse:
    try:
        with transaction.atomic():
            do(request.POST.get("words", ""))
    except StepRefused as refused:
        said = refused.sentence
        return _page(request, (Fault(f"rating-{number}", said),))
    return redirect(f"{HERE}?done=1")


urlpatterns = [
    path("ratings/", ratings, name="ratings"),
    path("ratings/<int:number>/contact", contact, name="rating_contact"),
    path("ratings/<int:number>/answer", answer, name="rating_answer"),
]
