"""Moves: what a community is asked and answers, what it waits for; and who may have left without signing off."""

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import moves
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.org.types import Place
from tongdeng.people import selectors as registry
from tongdeng.people.exports import absence, profiles
from tongdeng.sites.console import person_words
from tongdeng.sites.console.frame import build_frame, chosen_place, opens
from tongdeng.sites.console.move_words import wish_state
from tongdeng.sites.console.owed_page import due_words
from tongdeng.sites.console.view_models.moves import AbsentPerson, DeparturesPage, MovesPage, Question, Told
from tongdeng.sites.shell.frame import Fault, Link, Toast
from tongdeng.sites.shell.typed import read_day, whole

PAGE = 50
SIGNS = {
    "elsewhere": Text("另一社区有更新的居住登记", "a newer stay is registered in another community"),
    "lease_ended": Text("租约已到期，没有新的", "the lease has ended and there is no newer one"),
    "unseen": Text("一年多没有出现在公安名册里", "in no police roll for more than a year"),
    "child_elsewhere": Text("孩子登记在另一社区", "the child is registered in another community"),
}
A_DAY = Text("请写成 2026-11-23 这样的日期。", "Write a date such as 2026-11-23.")
NOTHING_UNDONE = Text("没有可以撤回的记录。", "There was nothing to take back.")


# ---- moves ----


@require_GET
def moves_page(request: HttpRequest) -> HttpResponse:
    """Show what a place is asked and what it has asked for."""
    return _moves(request, {}, "", _answer_toast(request))


def _answer_toast(request: HttpRequest) -> Toast | None:
    if "undone" in request.GET:
        return Toast(Text("已撤回答复，登记册马上跟着改回。", "Taken back; the register follows at once."))
    task = request.GET.get("answered", "")
    if not task:
        return None
    undo_url = f"/moves/{task}/undo{_query(request)}" if whole(task) and opens(request, "move_undo") else ""
    return Toast(Text("已答复，登记册马上跟着改。", "Answered; the register follows at once."), undo_url)


def _moves(request: HttpRequest, faults: dict[int, Text], typed: str, toast: Toast | None = None) -> HttpResponse:
    place, known = chosen_place(request), org.places(clock.today())
    asked, done, wishes = moves.questions(place), moves.answered(place), moves.wishes(place)
    audit.record(
        "intake.moves.viewed", by=request.actor, detail={"place": place, "questions": len(asked)},
        subjects={one.person_id for one in (*asked, *done, *wishes)},
    )  # fmt: skip
    colleagues = org.staff_in(request.user.post_id) if opens(request, "move_undo") else frozenset()
    # Who was asked for stays masked until the move is settled; then the register names whom it may.
    names = registry.names_of({one.person_id for one in wishes if one.state == "moved"})
    reads = opens(request, "receipt")
    told = [(one.state in ("asked", "disputed"), _wish(one, names, known, has_receipt=reads)) for one in wishes]
    page = MovesPage(
        today=clock.today(),
        questions=tuple(_question(one, known, faults.get(one.task_id), typed) for one in asked),
        wishes=tuple(wish for is_open, wish in told if is_open),
        settled=(
            *(_answered(one, known, colleagues, request) for one in done),
            *(wish for is_open, wish in told if not is_open),
        ),
    )
    frame = build_frame(request, place_code=place, current="/moves/", toast=toast, known=known)
    return render(request, "console/moves.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _question(one: moves.Asked, known: Mapping[str, Place], fault: Text | None, typed: str) -> Question:
    to, was = person_words.place_text(known, one.to_place), person_words.place_text(known, one.from_place)
    ref = ids.show(one.person_id)
    on = person_words.day_text(one.arrived_on)
    if one.kind == moves.DECIDE:
        text = Text(
            f"{to.zh}说 {on.zh}已搬去那里，{was.zh}说仍住原处。请决定。",
            f"{to.en} says: moved there on {on.en}; {was.en} says: still lives there. Please decide.",
        )
    elif one.source == "roll":
        text = Text(f"名册里 {on.zh}起也登记在{to.zh}。", f"A roll shows the person in {to.en} too, since {on.en}.")
    else:
        text = Text(f"{on.zh}在{to.zh}登记入住。", f"Registered in {to.en} on {on.en}.")
    signal, left = due_words(one.due_on, clock.today())
    due = person_words.day_text(one.due_on)
    end = Text("按已搬走处理", "it counts as moved") if one.kind == moves.ASK else Text("提醒", "a reminder")
    deadline = Text(
        f"{due.zh}前答复{f'（{left.zh}）' if left else ''}，过期{end.zh}",
        f"Answer by {due.en}{f' ({left.en})' if left else ''}; after that {end.en}",
    )
    return Question(
        task=one.task_id, name=one.name or ref, ref=ref, url=f"/people/{ref}/" if one.name else "", text=text,
        signal=signal, deadline=deadline, arrived_on=one.arrived_on, is_dispute=one.kind == moves.DECIDE,
        typed_day=typed if fault else one.arrived_on.isoformat(),
        faults=(Fault(f"left_on-{one.task_id}", fault),) if fault else (),
    )  # fmt: skip


def _answered(one: moves.Asked, known: Mapping[str, Place], colleagues: Set[int], request: HttpRequest) -> Told:
    told = _outcome(one, person_words.place_text(known, one.to_place))
    is_ours = moves.can_take_back(one, colleagues)
    return replace(told, undo_url=f"/moves/{one.task_id}/undo{_query(request)}") if is_ours else told


def _outcome(one: moves.Asked, to: Text) -> Told:
    text = Text(f"搬往{to.zh}？", f"Moved to {to.en}?")
    word, _, day = (one.outcome or "").partition(" ")
    if word == "left":
        on = person_words.day_text(date.fromisoformat(day))
        return Told(one.name or "—", "served", text, Text(f"已答复：{on.zh}离开", f"answered: left on {on.en}"))
    said = {
        "stays": ("not_due", Text("已答复：仍住这里", "answered: still lives here")),
        "lapsed": ("amber", Text("到期没有答复，按已搬走处理", "no answer in time: taken as left")),
    }.get(word, ("not_due", Text("对方已撤回", "taken back by the other community")))
    return Told(one.name or "—", said[0], text, said[1])


def _wish(one: moves.Wish, names: Mapping[int, str], known: Mapping[str, Place], *, has_receipt: bool) -> Told:
    mark, state = wish_state(one, known)
    name = names.get(one.person_id) if one.state == "moved" else None
    was, link = person_words.place_text(known, one.from_place), None
    if name is not None:
        link = Link(Text("看资料", "See the person"), f"/people/{ids.show(one.person_id)}/")
    elif one.source == "form" and one.batch_id and has_receipt:
        link = Link(Text("看回执", "See the receipt"), f"/register/{one.batch_id}/")
    return Told(name or ids.show(one.person_id), mark, Text(f"从{was.zh}转来", f"From {was.en}"), state, link)


@require_POST
def answer(request: HttpRequest, task: int) -> HttpResponse:
    """Answer one question: left on a day, or still here."""
    typed, is_left = request.POST.get("left_on", "")[:10], request.POST.get("answer") == "left"
    left_on = read_day(typed) if is_left else None
    if is_left and left_on is None:
        return _moves(request, {task: A_DAY}, typed)
    try:
        intake.answer_move(task_id=task, left_on=left_on, by=request.actor)
    except UnusableInput as error:
        return _moves(request, {task: error.fact}, typed)
    return redirect(f"/moves/?{urlencode(_kept(request) | {'answered': task})}")


@require_POST
def undo_answer(request: HttpRequest, task: int) -> HttpResponse:
    """Take an answer of today back."""
    try:
        intake.take_back_move_answer(task_id=task, by=request.actor)
    except UnusableInput:
        return _moves(request, {}, "", Toast(NOTHING_UNDONE))
    return redirect(f"/moves/?{urlencode(_kept(request) | {'undone': 1})}")


def _query(request: HttpRequest) -> str:
    kept = _kept(request)
    return f"?{urlencode(kept)}" if kept else ""


def _kept(request: HttpRequest) -> dict[str, str]:
    place = request.GET.get("place", "")
    return {"place": place} if place else {}


# ---- who may have left ----


@require_GET
def departures(request: HttpRequest) -> HttpResponse:
    """List the open police stays with a sign that the person has left."""
    return _departures(request, None, _toast(request))


def _toast(request: HttpRequest) -> Toast | None:
    said, batch = request.GET.get("said", ""), request.GET.get("entry", "")
    if said == "undone":
        return Toast(Text("已撤回刚才的记录。", "The record was taken back."))
    if said == "nothing":
        return Toast(NOTHING_UNDONE)
    words = {"left": Text("已记录离开。", "The departure was recorded."),
             "here": Text("已记录：仍住这里。", "Recorded: still lives here.")}  # fmt: skip
    return Toast(words[said], f"/departures/{batch}/undo") if said in words and whole(batch) else None


def _departures(request: HttpRequest, fault: tuple[int, Text] | None, toast: Toast | None = None) -> HttpResponse:
    place, today = chosen_place(request), clock.today()
    after = absence.Cursor.read(request.GET.get("after", ""))
    shown, following = absence.likely_absent(place, today, size=PAGE, after=after)
    audit.record(
        "people.absent.listed", by=request.actor, subjects={one.person_id for one in shown}, detail={"place": place}
    )
    kept = _kept(request)
    page = DeparturesPage(
        today=today, total=None if after or following else len(shown),
        people=tuple(_absent(one, fault) for one in shown),
        first_url=f"/departures/{_query(request)}" if after else "",
        next_url=f"/departures/?{urlencode({**kept, 'after': following})}" if following else "",
        fault=fault[1] if fault and fault[0] not in {one.person_id for one in shown} else None,
    )  # fmt: skip
    frame = build_frame(request, place_code=place, current="/departures/", toast=toast)
    return render(request, "console/departures.html", {"frame": frame, "page": page}, status=422 if fault else 200)


def _absent(one: absence.Absent, fault: tuple[int, Text] | None) -> AbsentPerson:
    ref = ids.show(one.person_id)
    faults = (Fault(f"left_on-{ref}", fault[1]),) if fault and fault[0] == one.person_id else ()
    return AbsentPerson(
        name=one.name, ref=ref, url=f"/people/{ref}/", address=one.address or "", since=one.starts_on,
        seen_on=one.seen_on, signs=tuple(SIGNS[sign] for sign in one.signs), faults=faults,
    )  # fmt: skip


@require_POST
def say(request: HttpRequest, ref: str) -> HttpResponse:
    """Record that somebody has left on a day, or still lives here."""
    asked = ids.read(ref)
    person = profiles.current_id(asked) if asked else None
    if person is None:
        raise Http404
    word = "here" if request.POST.get("answer") == "here" else "left"
    try:
        if word == "here":
            batch = intake.say_still_here(person_id=person, by=request.actor)
        else:
            left_on = read_day(request.POST.get("left_on", "")[:10])
            if left_on is None:
                return _departures(request, (person, A_DAY))
            batch = intake.say_left(person_id=person, left_on=left_on, by=request.actor)
    except UnusableInput as error:
        return _departures(request, (person, error.sentence))
    return redirect(f"/departures/?{urlencode(_kept(request) | {'said': word, 'entry': batch})}")


@require_POST
def undo(request: HttpRequest, batch: int) -> HttpResponse:
    """Take back what one has just recorded."""
    is_undone = intake.take_back_household(batch_id=batch, by=request.actor)
    return redirect(f"/departures/?{urlencode(_kept(request) | {'said': 'undone' if is_undone else 'nothing'})}")


urlpatterns = [
    path("moves/", moves_page, name="moves"),
    path("moves/<int:task>/answer", answer, name="move_answer"),
    path("moves/<int:task>/undo", undo_answer, name="move_undo"),
    path("departures/", departures, name="departures"),
    path("departures/<int:batch>/undo", undo, name="departure_undo"),
    path("departures/<str:ref>/say", say, name="departure_say"),
]
