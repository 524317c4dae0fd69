"""Clerical review: the queue, one doubt side by side, parting records, taking a change back, measured precision."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.insight.exports import link_quality
from tongdeng.intake import actions
from tongdeng.intake.exports import review
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.owed.selectors import day_text
from tongdeng.people.exports import comparing, merges, profiles
from tongdeng.sites.console import review_page
from tongdeng.sites.console import review_words as words
from tongdeng.sites.console.changes import change_url
from tongdeng.sites.console.frame import build_frame, chosen_place
from tongdeng.sites.console.review_page import HERE, Address
from tongdeng.sites.console.view_models.review import ChangePage, LinkQualityPage, QualityLine, SplitPage
from tongdeng.sites.shell.frame import Choice, Fault, Frame, Toast
from tongdeng.sites.shell.typed import whole

PURPOSE = Text("核对是否同一人", "Checking who is who")
METHODS = {
    "exact-1": Text("按号码或姓名生日", "By number, or name and birth date"),
    "probable-1": Text("按模型", "By model"),
}
LONGEST_LIST = 2000


def _frame(request: HttpRequest, place: str, toast: Toast | None = None, current: str = HERE) -> Frame:
    return build_frame(request, place_code=place, current=current, toast=toast, purpose=PURPOSE)


def _fault(error: UnusableInput) -> Fault:
    stop, remedy = error.fact, error.remedy
    return Fault("", Text(f"{stop.zh}。{remedy.zh}", f"{stop.en}. {remedy.en}".strip()))


# ---- the queue ----


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show the doubts that wait in a place."""
    address = review_page.address_of(request)
    page, persons = review_page.queue_page(address, request.actor)
    audit.record(
        "intake.doubts.listed", by=request.actor, subjects=persons,
        detail={"place": address.place, "kind": address.kind, "page": address.page + 1},
    )  # fmt: skip
    frame = _frame(request, address.place, _said(request))
    return render(request, "console/review.html", {"frame": frame, "page": page})


def _said(request: HttpRequest) -> Toast | None:
    """Return what the answer that led here came to, with its undo."""
    done, outcome = request.GET.get("done", ""), request.GET.get("outcome", "")
    if outcome == "closed":
        return Toast(Text("这一处已经有人判断过。", "Somebody has answered that one already."))
    if outcome == "reopened":
        return Toast(Text("已撤回，这一处又在清单里。", "Taken back; the doubt is in the list again."))
    if outcome not in words.OUTCOMES or whole(done) is None:
        return None
    said = words.OUTCOMES[outcome]
    is_final = outcome in ("put_back", "sent_up")
    return Toast(Text(f"{said.zh}。", f"{said.en}."), "" if is_final else f"{HERE}{done}/undo")


# ---- one doubt ----


def _find(doubt_id: int) -> review.Doubt:
    found = review.find_doubt(doubt_id)
    if found is None:
        raise Http404
    return found


@require_GET
def doubt(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Show one doubt, two sides beside each other."""
    return _show(request, _find(doubt_id), review_page.address_of(request))


def _show(
    request: HttpRequest, found: review.Doubt, address: Address, faults: tuple[Fault, ...] = (), note: str = ""
) -> HttpResponse:
    persons = {merges.current(one) for one in (found.person_id, found.other_id)}
    audit.record("intake.doubt.viewed", by=request.actor, subjects=persons, detail={"doubt": found.pk})
    page = review_page.doubt_page(found, address, request.actor, faults, note)
    frame = _frame(request, address.place, None if faults else _said(request))
    context = {"frame": frame, "page": page}
    return render(request, "console/review_doubt.html", context, status=422 if faults else 200)


@require_POST
def decide(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Answer a doubt and open the next one."""
    found = _find(doubt_id)
    request.GET = QueryDict(request.POST.get("back", "")[:300])  # the queue in which the doubt stood
    address, verdict = review_page.address_of(request), request.POST.get("verdict", "")
    note = request.POST.get("note", "")
    waiting = [pk for (pk,) in review.waiting(address.queue(), request.actor).values_list("pk")]
    if verdict not in words.VERDICTS:
        chosen = Fault("", Text("请选一个答案。", "Choose an answer."))
        return _show(request, found, address, (chosen,), note)
    try:
        decided = actions.decide(
            doubt_id=doubt_id, verdict=verdict, note=note, settler=request.POST.get("settler", ""), by=request.actor
        )
    except UnusableInput as error:
        if error.code == "intake.doubt.closed":
            return _next(address, waiting, doubt_id, "closed")
        return _show(request, found, address, (_fault(error),), note)
    return _next(address, waiting, doubt_id, decided.outcome)


def _next(address: Address, waiting: list[int], done: int, outcome: str) -> HttpResponse:
    following = review_page.next_in(waiting, done)
    if following is None:
        return redirect(address.url(done=done, outcome=outcome))
    return redirect(review_page.doubt_url(following, address, done=done, outcome=outcome))


@require_POST
def undo(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Take one's own answer back and show the doubt again."""
    found, address = _find(doubt_id), review_page.address_of(request)
    try:
        actions.undo_decision(doubt_id=doubt_id, by=request.actor)
    except UnusableInput as error:
        return _show(request, found, address, (_fault(error),))
    return redirect(review_page.doubt_url(doubt_id, address, outcome="reopened"))


# ---- parting records ----


def _person(ref: str) -> profiles.PersonProfile:
    asked = ids.read(ref)
    found = profiles.find_profile(merges.current(asked)) if asked else None
    if found is None:
        raise Http404
    return found


def _numbers(texts: list[str]) -> list[int]:
    return [number for one in texts[:LONGEST_LIST] if (number := whole(one)) is not None]


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose records to part from a person, see what either would be, and part them."""
    person = _person(ref)
    sent = request.POST if request.method == "POST" else request.GET
    chosen, into = _numbers(sent.getlist("record")), ids.read(sent.get("into", "")[:20])
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            change = actions.part_records(person_id=person.person_id, records=chosen, into=into, by=request.actor)
        except UnusableInput as error:
            faults = (_fault(error),)
        else:
            return redirect(f"/people/{ids.show(person.person_id)}/?changed={change.id}")
    page = _split_page(person, chosen, into, faults)
    audit.record("people.records.listed", by=request.actor, subjects=[person.person_id])
    frame = _frame(request, chosen_place(request), current="/people/")
    context = {"frame": frame, "page": page}
    return render(request, "console/review_split.html", context, status=422 if faults else 200)


def _split_page(
    person: profiles.PersonProfile, chosen: list[int], into: int | None, faults: tuple[Fault, ...]
) -> SplitPage:
    known = sorted(profiles.statements_about(person.person_id), key=lambda one: one.newness, reverse=True)
    targets = [Choice("", Text("一个新的人", "a new person"), into is None)]
    targets += [
        Choice(ids.show(one), Text(f"原来的 {ids.show(one)}", f"the former {ids.show(one)}"), one == into)
        for one in merges.ids_of(person.person_id)[1:]
    ]
    left, right = comparing.record_sides(person.person_id, chosen)
    has_both = bool(left.statements and right.statements)
    services = (review_page.services_of(person.person_id, left), review_page.services_of(person.person_id, right))
    title = Text("分出去的人", "The person parted off")
    return SplitPage(
        name=person.name, ref=ids.show(person.person_id),
        records=tuple(review_page.record_line(one, chosen) for one in known), targets=tuple(targets),
        heads=(
            (review_page.SideHead(left.value("name") or review_page.NO_NAME, title, ""),
             review_page.person_head(person.person_id, right))
            if has_both else None
        ),
        traits=review_page.compared(left, right) if has_both else (),
        tallies=words.tallies(left, right, services) if has_both else (), faults=faults,
    )  # fmt: skip


# ---- taking a change back ----


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Show what taking a merge or split back does, and do it."""
    found = merges.find_noted(change_id)
    if found is None:
        raise Http404
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            actions.take_back_change(change_id=change_id, by=request.actor)
        except UnusableInput as error:
            faults = (_fault(error),)
        else:
            person = merges.current(found.change.person_id)
            # What was made since stays with the survivor: the clerk must see it, and may part it.
            stays = found.change.kind == "merge" and merges.made_since(found.change)
            return redirect(change_url(change_id) if stays else f"/people/{ids.show(person)}/?changed={change_id}")
    page = _change_page(found, faults)
    audit.record("people.change.viewed", by=request.actor, subjects=[found.change.person_id, found.change.other_id])
    frame = _frame(request, chosen_place(request), current="/people/")
    context = {"frame": frame, "page": page}
    return render(request, "console/review_change.html", context, status=422 if faults else 200)


def _change_page(found: merges.Noted, faults: tuple[Fault, ...]) -> ChangePage:
    change, n = found.change, len(found.change.records)
    person, other = review_page.person_link(merges.current(change.person_id)), ids.show(change.other_id)
    who = "".join(org.staff_names([found.staff_id] if found.staff_id else []).values())
    on = day_text(found.at.astimezone(clock.CHINA).date())
    since = {one.record_id for one in merges.made_since(change)} if change.kind == "merge" else set()
    stays = [one for one in profiles.statements_about(merges.current(change.person_id)) if one.record_id in since]
    if change.kind == "merge":
        title = Text("撤回合并", "Take the merge back")
        made = Text(f"{other} 由 {who} {on.zh}并入此人。", f"{other} was merged into this person by {who} on {on.en}.")
        effect = Text(f"{n} 条记录回到 {other}，又是两个人。", f"{n} record{'s' * (n != 1)} return to {other}.")
    else:
        title = Text("撤回拆分", "Take the split back")
        made = Text(f"{who} {on.zh}分出 {n} 条记录给 {other}。", f"{who} parted {n} records as {other} on {on.en}.")
        effect = Text("两个人又合成一个，编号用早的。", "The two become one again, under the older number.")
    return ChangePage(
        title=title, made=made, effect=effect, stays=tuple(review_page.record_line(one) for one in stays),
        action="" if found.is_undone else change_url(change.id), person=person, split_url=f"{person.url}split/",
        faults=faults,
    )  # fmt: skip


# ---- measured precision ----


@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    """Show how many of the automatic links that were checked are right."""
    lines = tuple(
        QualityLine(
            METHODS.get(one.method, Text(one.method, one.method)), one.model, one.checked, one.right, one.share,
            one.low, one.high, one.open,
        )
        for one in link_quality.link_precision()
    )  # fmt: skip
    place = chosen_place(request)
    page = LinkQualityPage(lines, review.count_open(place), HERE)
    audit.record("intake.link_quality.viewed", by=request.actor)
    return render(request, "console/review_quality.html", {"frame": _frame(request, place), "page": page})


urlpatterns = [
    path("review/", queue, name="review"),
    path("review/quality/", quality, name="review_quality"),
    path("review/changes/<int:change_id>/", change, name="review_change"),
    path("review/<int:doubt_id>/", doubt, name="review_doubt"),
    path("review/<int:doubt_id>/decide", decide, name="review_decide"),
    path("review/<int:doubt_id>/undo", undo, name="review_undo"),
    path("people/<str:ref>/split/", split, name="split"),
]
