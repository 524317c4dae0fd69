"""Emergencies: a nurse opens the sealed health rows of one person for three hours, and somebody else judges it.

The web has no right on these rows and no key of them. It asks at the door of care, in the reader's name.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import selectors as audit
from tongdeng.intake.exports import sealed_words
from tongdeng.kernel import clock, ids, names
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.people import selectors as registry
from tongdeng.people.exports import profiles
from tongdeng.sites.console import care_door
from tongdeng.sites.console.frame import EMERGENCIES, build_frame, own_place
from tongdeng.sites.console.view_models.emergency import EmergencyPage, Opened, ReviewPage, SealedPage
from tongdeng.sites.shell.frame import Fault

HERE = EMERGENCIES[0]
PURPOSE = Text("紧急救治", "Emergency care")
LONGEST_REF = 40
REASONS = audit.reasons_of("care.emergency.opened")
SHUT = {
    "reason": Text("请选一个理由。", "Choose a reason."),
    "post": Text("您的岗位不能打开密封资料。", "Your post may not open sealed records."),
    "over": Text("这次打开已经结束；需要时请重新打开。", "This opening is over; open again if you must."),
    "own": Text("自己打开的，由别人来核实。", "What you opened yourself is for somebody else to judge."),
    "judged": Text("已经有人核实过。", "Somebody has judged it already."),
    "closed": Text(
        "密封资料的服务没有应答。请按纸质流程救治，并告诉管理员。",
        "The service of sealed records does not answer. Go on by paper, and tell the administrator.",
    ),
}
VERDICTS = {"right": Text("应当打开", "it was right"), "wrong": Text("不该打开", "it was not right")}


@never_cache
@require_GET
def emergency_page(request: HttpRequest) -> HttpResponse:
    """Show how sealed rows are opened, and what this post has opened."""
    return _page(request)


def _page(request: HttpRequest, ref: str = "", reason: str = "", faults: tuple[Fault, ...] = ()) -> HttpResponse:
    try:
        said = [care_door.told(one) for one in care_door.ask("own", request.actor)]
    except care_door.Shut as shut:
        said, faults = [], (*faults, Fault("door", SHUT.get(shut.why, SHUT["closed"])))
    known, staff = registry.names_of({one.person_id for one in said}), org.staff_names({one.staff_id for one in said})
    page = EmergencyPage(
        tuple(REASONS.items()), tuple(_opened(one, known, staff, url=True) for one in said), ref, reason, faults
    )
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)
    status = 422 if faults and request.method == "POST" else 200
    return render(request, "console/emergency.html", {"frame": frame, "page": page}, status=status)


def _opened(
    one: Any, known: dict[int, str], staff: dict[int, str], *, url: bool = False, judge: bool = False
) -> Opened:  # fmt: skip
    until, since = _clock(one.expires_at), one.opened_at.astimezone(clock.CHINA)
    is_open = one.closed_at is None and one.expires_at > clock.now()
    judged, mark = VERDICTS.get(one.verdict or ""), "unmet" if one.verdict == "wrong" else "served"
    state = judged or (Text(f"打开中，到 {until}", f"open until {until}") if is_open else Text("已结束", "over"))
    return Opened(
        who=known.get(one.person_id) or ids.show(one.person_id), by=staff.get(one.staff_id, ""),
        reason=REASONS[one.reason], when=Text(f"{since:%Y-%m-%d %H:%M}", f"{since:%Y-%m-%d %H:%M}"), state=state,
        mark=mark if judged else "owed" if is_open else "not_due", looks=one.looks,
        url=f"{HERE}{one.id}/{ids.show(one.person_id)}/" if url and is_open else "",
        judge_url=f"{HERE}review/{one.id}" if judge and not one.verdict else "",
    )  # fmt: skip


def _clock(at: Any) -> str:
    return f"{at.astimezone(clock.CHINA):%H:%M}"


@require_POST
def open_one(request: HttpRequest) -> HttpResponse:
    """Open one person's rows, with a reason."""
    ref, reason = request.POST.get("ref", "").strip()[:LONGEST_REF], request.POST.get("reason", "")
    person = _person(ref)
    if person is None:
        lost = Text("没有找到这个人；请填人员编号或完整证件号。", "Nobody was found: give a person id or number.")
        return _page(request, "", reason, (Fault("ref", lost),))
    try:
        county = registry.county_code(clock.today())
        said = care_door.ask("open", request.actor, person_id=person, reason=reason, county=county)
    except care_door.Shut as shut:
        field = "reason" if shut.why == "reason" else "door"
        return _page(request, ids.show(person), reason, (Fault(field, SHUT.get(shut.why, SHUT["closed"])),))
    return redirect(f"{HERE}{said['id']}/{ids.show(person)}/")


def _person(ref: str) -> int | None:
    person = ids.read(ref)
    if person is not None:
        return profiles.current_id(person)
    number = ref.upper().replace(" ", "")
    return next(iter(profiles.find_by_number(number)), None) if len(number) == 18 else None


@never_cache
@require_GET
def sealed(request: HttpRequest, emergency: int, ref: str) -> HttpResponse:
    """Show what care holds of the person, while the emergency is open."""
    person = ids.read(ref)
    if person is None:
        raise Http404
    try:
        said = care_door.ask("look", request.actor, emergency_id=emergency, person_id=person)
    except care_door.Shut as shut:
        return _page(request, ref, "", (Fault("door", SHUT.get(shut.why, SHUT["closed"])),))
    opened = care_door.told(said["emergency"])
    page = SealedPage(
        registry.names_of([person]).get(person, ref), ref, _clock(opened.expires_at),
        tuple(tuple(sealed_words.said(row)) for row in said["rows"]), f"{HERE}{emergency}/close",
    )  # fmt: skip
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)
    return render(request, "console/emergency_rows.html", {"frame": frame, "page": page})


@require_POST
def close(request: HttpRequest, emergency: int) -> HttpResponse:
    """End an emergency before its time."""
    try:
        care_door.ask("close", request.actor, emergency_id=emergency)
    except care_door.Shut as shut:
        return _page(request, faults=(Fault("door", SHUT.get(shut.why, SHUT["closed"])),))
    return redirect(HERE)


# ---- the second person ----


@never_cache
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """Show what others have opened, to be judged."""
    return _review(request)


def _review(request: HttpRequest, fault: Text | None = None) -> HttpResponse:
    try:
        said = [care_door.told(one) for one in care_door.ask("to_review", request.actor)]
    except care_door.Shut as shut:
        said, fault = [], SHUT.get(shut.why, SHUT["closed"])
    known = {person: names.mask_name(name) for person, name in registry.names_of({o.person_id for o in said}).items()}
    own, staff = request.user.pk, org.staff_names({one.staff_id for one in said})
    page = ReviewPage(tuple(_opened(one, known, staff, judge=one.staff_id != own) for one in said), fault)
    frame = build_frame(request, place_code=own_place(request), current=f"{HERE}review/", purpose=PURPOSE)
    status = 422 if fault and request.method == "POST" else 200
    return render(request, "console/emergency_review.html", {"frame": frame, "page": page}, status=status)


@require_POST
def judge(request: HttpRequest, emergency: int) -> HttpResponse:
    """Say whether it was right."""
    try:
        care_door.ask("judge", request.actor, emergency_id=emergency, verdict=request.POST.get("verdict", ""))
    except care_door.Shut as shut:
        return _review(request, SHUT.get(shut.why, SHUT["closed"]))
    return redirect(f"{HERE}review/")


urlpatterns = [
    path("emergency/", emergency_page, name="emergency"),
    path("emergency/open", open_one, name="emergency_open"),
    path("emergency/review/", review, name="emergency_review"),
    path("emergency/review/<int:emergency>", judge, name="emergency_judge"),
    path("emergency/<int:emergency>/close", close, name="emergency_close"),
    path("emergency/<int:emergency>/<str:ref>/", sealed, name="emergency_rows"),
]
