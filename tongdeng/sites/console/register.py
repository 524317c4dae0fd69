"""Registering a household at the door: one form, searched first, saved whole."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import households, moves
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Place
from tongdeng.people.exports import Batch, cards
from tongdeng.people.exports import households as together
from tongdeng.sites.console import move_words, person_words, register_page
from tongdeng.sites.console.frame import build_frame
from tongdeng.sites.console.register_page import Draft, Judged
from tongdeng.sites.console.view_models.register import ReceiptLine, ReceiptPage
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.typed import whole

HERE = "/register/"
PURPOSE = Text("登记住户", "Registering a household")


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Show the form; look somebody up, add a member, or save, by the button that was used."""
    if request.method != "POST":
        draft = register_page.empty(request)
        return _form(request, draft, register_page.judge(request, draft), {})
    draft, wish = register_page.sent(request), request.POST.get("do", "save")
    word, _, at = wish.partition("-")
    number = whole(at, 2)
    position = -1 if number is None else number
    if word == "look" and position < len(draft.members):
        return _look(request, draft, position)
    if word == "add" and len(draft.members) < register_page.MOST_MEMBERS:
        draft = Draft(draft.token, draft.home, (*draft.members, households.TypedMember()))
        return _form(request, draft, register_page.judge(request, draft), {}, fresh=len(draft.members) - 1)
    if word == "remove" and 0 < position < len(draft.members):
        kept = draft.members[:position] + draft.members[position + 1 :]
        draft = Draft(draft.token, draft.home, kept)
        return _form(request, draft, register_page.judge(request, draft), {})
    return _save(request, draft)


def _look(request: HttpRequest, draft: Draft, position: int) -> HttpResponse:
    if not request.htmx:
        return _form(request, draft, register_page.judge(request, draft), {})
    judged = register_page.judge(request, draft, only=position)
    shown = register_page.member(draft, judged, position)
    return render(request, "console/_member_rest.html", {"member": shown})


def _form(
    request: HttpRequest, draft: Draft, judged: Judged, faults: dict[int, list[Fault]], fresh: int = -1
) -> HttpResponse:
    page = register_page.page(request, draft, judged, faults, fresh)
    frame = build_frame(request, place_code=str(request.user.post.lo), current=HERE, purpose=PURPOSE)
    return render(request, "console/register.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _save(request: HttpRequest, draft: Draft) -> HttpResponse:
    judged = register_page.judge(request, draft)
    faults = register_page.faults_of(draft, judged)
    if not faults and all(one and one.standing == "resident" for one in judged.known):
        nobody = Text("这里没有要登记的人：都是户籍居民。", "Nobody here has anything to register: all are residents.")
        faults = {-1: [Fault("", nobody)]}
    if faults:
        return _form(request, draft, judged, faults)
    members = [dict(one.values) for one in judged.members]
    for at, typed in enumerate(draft.members):
        if at and households.is_child(judged.members[at], clock.today()):
            chosen = whole(typed.guardian) or 0
            members[at] |= _guardian(members, chosen if chosen < len(members) else 0)
    batch = intake.register_household(home=judged.home.values, members=members, token=draft.token, by=request.actor)
    return redirect("receipt", batch=batch)


def _guardian(members: list[dict[str, object]], at: int) -> dict[str, object]:
    said = {"guardian_name": members[at].get("name"), "guardian_id_number": members[at].get("id_number"),
            "guardian_phone": members[at].get("phone")}  # fmt: skip
    return {key: value for key, value in said.items() if value}


@require_GET
def receipt(request: HttpRequest, batch: int) -> HttpResponse:
    """Show what one entry registered, to read out or to print."""
    entry = Batch.objects.filter(pk=batch, source="form").first()
    persons = together.persons_of_entry(batch)
    if entry is None or not (entry.staff_id == request.user.pk or persons):
        raise Http404
    place = str(entry.counts.get("place", ""))
    waiting = moves.wishes_of(batch)
    audit.record("intake.receipt.viewed", by=request.actor, subjects=persons.values(), detail={"batch": batch})
    lines, address, known = [], "", org.places(clock.today())
    for at in sorted({*persons, *waiting}):
        line, home = _line(at, persons.get(at), waiting.get(at), known)
        lines.append(line)
        address = address or home
    page = ReceiptPage(
        place=person_words.place_text(known, place), address=address, lines=tuple(lines),
        left_out=max(int(entry.counts.get("rows", 0)) - len(lines), 0), is_withdrawn=entry.state == "withdrawn",
        undo_url=f"/register/{batch}/undo" if entry.staff_id == request.user.pk and entry.state == "done" else "",
    )  # fmt: skip
    frame = build_frame(request, place_code=str(request.user.post.lo), current=HERE, purpose=PURPOSE)
    return render(request, "console/receipt.html", {"frame": frame, "page": page})


def _line(
    at: int, person: int | None, wish: moves.Wish | None, known: Mapping[str, Place]
) -> tuple[ReceiptLine, str]:  # fmt: skip
    card = cards.card_of(person, clock.today()) if person else None
    role = together.household_of(person) if person else []
    relation = next((one.relation for one in role if one.person_id == person), None)
    words = households.RELATIONS.get(relation or "", Text("", ""))
    if card is None or (wish is not None and wish.state not in ("moved", "withdrawn")):
        mark, state = move_words.wish_state(wish, known) if wish else ("unknown", Text("正在登记", "being registered"))
        name = Text(f"第 {at + 1} 人", f"member {at + 1}")
        return ReceiptLine(name, words, ids.show(wish.person_id) if wish else "", "", mark, state), ""
    ref = ids.show(card.person_id)
    done = Text("已登记", "registered")
    return ReceiptLine(card.name, words, ref, f"/people/{ref}/", "served", done), card.address


@require_POST
def undo(request: HttpRequest, batch: int) -> HttpResponse:
    """Take one's own entry back."""
    intake.take_back_household(batch_id=batch, by=request.actor)
    return redirect("receipt", batch=batch)


urlpatterns = [
    path("register/", register, name="register"),
    path("register/<int:batch>/", receipt, name="receipt"),
    path("register/<int:batch>/undo", undo, name="register_undo"),
]
