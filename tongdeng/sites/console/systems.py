"""Departments' systems: asked for by the system administrator, approved by a second person, watched, ended."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.connect import actions
from tongdeng.connect import selectors as connected
from tongdeng.connect.errors import SystemRefused
from tongdeng.connect.exports import calls
from tongdeng.connect.types import DeliveryState, NewKey, NewSystem
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org import selectors as org
from tongdeng.org.exports import is_login, rights
from tongdeng.org.types import Level, PostKind
from tongdeng.sites.console import system_words as words
from tongdeng.sites.console.frame import build_frame, opens, own_place
from tongdeng.sites.console.right_words import kind_words
from tongdeng.sites.console.view_models.systems import KeyLine, NewPage, SystemPage, SystemsPage
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.proof import recently_proved
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.sites.shell.typed import read_day

HERE = "/systems/"
PURPOSE = Text("系统接入", "Connected systems")
LONGEST = 200
FOR_SYSTEMS = ("town", "worker", "clerk", "police", "hrss", "education", "housing", "civil", "justice")
NEW = ("login", "name", "contact", "kind", "division", "bureau", "title_zh", "title_en", "until", "networks", "reason")
KEY = ("until", "networks", "reason")
DONE = {
    "approved": Text("已批准，密钥马上可以用。", "Approved. The key opens from now on."),
    "refused": Text("没有批准，密钥打不开任何东西。", "Refused. The key opens nothing."),
    "revoked": Text("密钥已收回，马上生效。", "The key is revoked at once."),
    "ended": Text("系统已断开，马上生效。", "The system is disconnected at once."),
    "resumed": Text("停下的通知会重新送。", "What was given up will be told again."),
}
FIELD_FAULTS = {
    "login": Text("代号用 2 到 60 个小写字母、数字、点、横线。", "2 to 60 small letters, digits, dots and dashes."),
    "name": Text("请写系统名称。", "Please name the system."),
    "contact": Text("请写出了问题找哪个科室、什么电话。", "Please say which office to call, and its number."),
    "kind": Text("请选岗位类别。", "Choose the kind of post."),
    "division": Text("请选区划。", "Choose the place."),
    "title_zh": Text("请写岗位名称。", "Please give the post's title."),
    "until": Text("请写今天以后、一年以内的日期。", "Please give a day after today and within a year."),
    "networks": Text("请写部门服务器的网络，例如 10.1.2.0/24。", "Give the servers' networks, such as 10.1.2.0/24."),
    "reason": Text("请写明理由。", "Please give the reason."),
}  # fmt: skip


def _frame(request: HttpRequest) -> Any:
    return build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)


def _county_only(request: Any) -> None:
    """Refuse a leading group's office of a town: who is connected is the county's business."""
    post = request.user.post
    if post.kind == PostKind.OFFICE and not rights.may_decide(post.kind, post.lo):
        raise PermissionDenied


@require_GET
def systems(request: Any) -> HttpResponse:
    """Show which systems are connected, what waits for a second person, and where notices do not arrive."""
    _county_only(request)
    return _overview(request)


def _overview(request: Any, faults: tuple[Fault, ...] = (), status: int = 200) -> HttpResponse:
    known, found = org.named_places(clock.today()), connected.systems()
    audit.record("connect.systems.listed", by=request.actor, detail={"systems": len(found)})
    keys: dict[int, list[connected.Key]] = defaultdict(list)
    for key in connected.keys_of(one.pk for one in found):
        keys[key.system_id].append(key)
    used, trouble = connected.last_use(one.pk for one in found), connected.troubled()
    page = SystemsPage(
        systems=tuple(
            words.system_line(one, keys[one.pk], known, used.get(one.pk), trouble.get(one.pk, 0)) for one in found
        ),
        waiting=_waiting(request), may_add=opens(request, "system_new"), faults=faults,
        done=next((text for key, text in DONE.items() if key in request.GET), None),
    )  # fmt: skip
    return render(request, "console/systems.html", {"frame": _frame(request), "page": page}, status=status)


def _waiting(request: Any) -> tuple[KeyLine, ...]:
    known, post = org.named_places(clock.today()), request.user.post
    asked = {one.staff_id: words.asked_post(one, known) for one in rights.open_proposals() if one.act == "grant"}
    return tuple(
        words.key_line(
            key, request.user, revokes=False, decides=rights.may_decide(post.kind, post.lo),
            what=asked.get(key.system.staff_id, NOTHING),
        )
        for key in connected.waiting_keys()
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@recently_proved
def new(request: Any) -> HttpResponse:
    """Ask that a system be connected, with its post and first key; a second person approves all of it at once."""
    form = {name: request.POST.get(name, "").strip()[:LONGEST] for name in NEW}
    if request.method == "GET":
        return _new_page(request, form)
    faults, until = _faults(form, NEW), read_day(form["until"])
    if faults or until is None:
        return _new_page(request, form, faults, 422)
    asked = NewSystem(
        form["login"], form["name"], form["contact"], form["kind"], form["division"],
        form["bureau"] if form["bureau"] in org.bureau_names(clock.today()) else None, form["title_zh"],
        form["title_en"] or form["title_zh"], None, form["reason"],
    )  # fmt: skip
    try:
        made, key = actions.add_system(new=asked, key=_key(form, until), by=request.actor)
    except SystemRefused as refused:
        return _new_page(request, form, (Fault("login", _sentence(refused.fact)),), 422)
    return _page(request, _found(made), given_key=key)


def _key(form: dict[str, str], until: date) -> NewKey:
    return NewKey(until, tuple(form["networks"].replace("，", ",").replace(" ", ",").split(",")), form["reason"])


def _sentence(text: Text) -> Text:
    return Text(f"{text.zh}。", f"{text.en[:1].upper()}{text.en[1:]}.")


def _faults(form: dict[str, str], fields: tuple[str, ...]) -> tuple[Fault, ...]:
    until, key = read_day(form["until"]), None
    if until is not None:
        key = _key(form, until)
    from_networks = key is not None and calls.is_usable(key, clock.today())
    within = until is not None and clock.today() < until <= clock.today() + calls.LONGEST_KEY
    good = {
        "login": is_login(form.get("login", "")), "name": form.get("name"), "contact": form.get("contact"),
        "kind": form.get("kind") in FOR_SYSTEMS, "division": form.get("division") in org.places(clock.today()),
        "title_zh": form.get("title_zh"), "until": within, "networks": from_networks or not within,
        "reason": form["reason"], "bureau": True, "title_en": True,
    }  # fmt: skip
    return tuple(Fault(name, FIELD_FAULTS[name]) for name in fields if not good[name])


def _new_page(request: Any, form: dict[str, str], faults: tuple[Fault, ...] = (), status: int = 200) -> HttpResponse:
    known, names = org.places(clock.today()), org.bureau_names(clock.today())
    page = NewPage(
        form=form, faults=faults,
        kinds=tuple(Choice(kind, kind_words(kind), kind == form["kind"]) for kind in FOR_SYSTEMS),
        places=tuple(
            Choice(code, "　" * list(Level).index(place.level) + place.name(language()), code == form["division"])
            for code, place in known.items()
        ),
        bureaus=tuple(Choice(code, Text(*pair), code == form["bureau"]) for code, pair in sorted(names.items())),
    )  # fmt: skip
    return render(request, "console/system_new.html", {"frame": _frame(request), "page": page}, status=status)


def _found(number: int) -> connected.System:
    found = connected.find_system(number)
    if found is None:
        raise Http404
    return found


@require_GET
def system(request: Any, number: int) -> HttpResponse:
    """Show one system: its post and keys, its addresses, and how its notices fare."""
    _county_only(request)
    return _page(request, _found(number))


def _page(
    request: Any, one: connected.System, *, form: dict[str, str] | None = None, faults: tuple[Fault, ...] = (),
    given_key: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    audit.record("connect.system.viewed", by=request.actor, detail={"system": one.pk})
    title, place, seen = words.post_of(one, org.named_places(clock.today()))
    keys, counts = connected.keys_of([one.pk]), connected.count_by_state(one.pk)
    used, sent, is_ended = connected.last_use([one.pk]).get(one.pk), connected.last_sent(one.pk), bool(one.ended_at)
    page = SystemPage(
        one.pk, one.staff.name, one.staff.login, one.contact, title, place, seen,
        one.staff.post.until if one.staff.post else None, words.system_state(one, keys), is_ended,
        localtime(used) if used else None, localtime(sent) if sent else None,
        tuple(
            words.key_line(key, request.user, revokes=opens(request, "system_key_revoke"), decides=False)
            for key in keys
        ),
        tuple(hook.url for hook in connected.webhooks_of(one.pk)),
        tuple((words.NOTICE_STATES[state], counts[state]) for state in DeliveryState if counts.get(state)),
        tuple(words.notice_line(each) for each in connected.recent(one.pk)),
        form or dict.fromkeys(KEY, ""), opens(request, "system_key") and not is_ended,
        opens(request, "system_end") and not is_ended, opens(request, "system_resume") and not is_ended, given_key,
        next((text for key, text in DONE.items() if key in request.GET), None), faults,
    )  # fmt: skip
    return render(request, "console/system.html", {"frame": _frame(request), "page": page}, status=status)


@require_POST
@recently_proved
def ask_key(request: Any, number: int) -> HttpResponse:
    """Ask for another key, shown this once."""
    one, form = _found(number), {name: request.POST.get(name, "").strip()[:LONGEST] for name in KEY}
    faults, until = _faults(form, KEY), read_day(form["until"])
    if faults or until is None:
        return _page(request, one, form=form, faults=faults, status=422)
    try:
        key = actions.ask_key(system_id=number, key=_key(form, until), by=request.actor)
    except SystemRefused as refused:
        return _page(request, one, form=form, faults=(Fault("reason", _sentence(refused.fact)),), status=409)
    return _page(request, one, given_key=key)


@require_POST
@recently_proved
def decide(request: Any, key: int) -> HttpResponse:
    """Approve or refuse a key that somebody else asked for, and the post that waits with it."""
    _county_only(request)
    is_approved = request.POST.get("decision") == "approve"
    refusal = "" if is_approved else request.POST.get("refusal", "").strip()[:LONGEST]
    try:
        actions.decide_key(key_id=key, is_approved=is_approved, refusal=refusal, by=request.actor)
    except SystemRefused as refused:
        return _overview(request, (Fault("key", _sentence(refused.fact)),), 409)
    return redirect(f"{HERE}?{'approved' if is_approved else 'refused'}")


@require_POST
@recently_proved
def revoke(request: Any, key: int) -> HttpResponse:
    """Let a key open nothing any more, at once."""
    try:
        actions.revoke_key(key_id=key, by=request.actor)
    except SystemRefused as refused:
        return _overview(request, (Fault("key", _sentence(refused.fact)),), 409)
    return redirect(f"{HERE}?revoked")


@require_POST
@recently_proved
def end(request: Any, number: int) -> HttpResponse:
    """Disconnect a system at once."""
    one, reason = _found(number), request.POST.get("reason", "").strip()[:LONGEST]
    if not reason:
        return _page(request, one, faults=(Fault("end", FIELD_FAULTS["reason"]),), status=422)
    try:
        actions.end_system(system_id=number, reason=reason, by=request.actor)
    except SystemRefused as refused:
        return _page(request, one, faults=(Fault("end", _sentence(refused.fact)),), status=409)
    return redirect(f"{HERE}?ended")


@require_POST
def resume(request: Any, number: int) -> HttpResponse:
    """Tell a system again what was given up."""
    _found(number)
    actions.resume_deliveries(system_id=number, by=request.actor)
    return redirect(f"{HERE}{number}/?resumed")


urlpatterns = [
    path("systems/", systems, name="systems"),
    path("systems/new/", new, name="system_new"),
    path("systems/<int:number>/", system, name="system"),
    path("systems/<int:number>/key/", ask_key, name="system_key"),
    path("systems/<int:number>/end/", end, name="system_end"),
    path("systems/<int:number>/resume/", resume, name="system_resume"),
    path("systems/keys/<int:key>/", decide, name="system_key_decide"),
    path("systems/keys/<int:key>/revoke/", revoke, name="system_key_revoke"),
]
