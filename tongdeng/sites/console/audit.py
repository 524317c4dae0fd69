"""The auditor's page: who acted, in which post, for what; whether the chain holds. Never about whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.access.selectors import acting
from tongdeng.access.types import AUDIT
from tongdeng.audit import actions
from tongdeng.audit import selectors as audit
from tongdeng.audit.types import Actor, Listed, Wanted
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.console import exports
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.view_models.audit import ActGroup, ActLine, AuditPage, CheckLine, SealLine
from tongdeng.sites.shell.frame import Choice, Frame
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.sites.shell.typed import whole
from tongdeng.work import actions as work

HERE = "/audit/"
PURPOSE = Text("审计", "Auditing")
SHOWN, EXPORTED = 50, 10_000
KINDS = {
    "view": Text("查看个人", "Looking at a person"), "list": Text("打开清单", "Opening a list"),
    "search": Text("搜索、比对", "Searching"), "export": Text("导出", "Exporting"),
    "change": Text("写入、更改", "Writing"), "derive": Text("自动计算", "Computing"),
    "rights": Text("登录与权限", "Sign-ins and rights"), "system": Text("系统与法规", "System and law"),
}  # fmt: skip
ORIGINS = {
    "web": Text("网页", "web"), "command": Text("服务器上的命令", "a command on the server"),
    "job": Text("后台任务", "a background job"),
    "api": Text("部门系统", "a department's system"), "maintenance": Text("维护", "maintenance"),
}  # fmt: skip


@contextmanager
def _auditing(request: HttpRequest) -> Iterator[Actor]:
    with acting(replace(request.actor, purpose=AUDIT)) as by:
        yield by


def _frame(request: HttpRequest) -> Frame:
    return build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)


def _wanted(request: HttpRequest) -> Wanted:
    """Return what the address asks for; a day that is none is not asked about."""
    names = ("day", "code", "staff", "post")
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:80] for name in names}
    try:
        since = datetime.combine(date.fromisoformat(given["day"]), time(), clock.CHINA)
        until = since + timedelta(days=1)
    except (ValueError, OverflowError):
        since = until = None
    return Wanted(since, until, given["code"], given["staff"], given["post"])


def _query(wanted: Wanted) -> dict[str, str]:
    day = wanted.since.date().isoformat() if wanted.since else ""
    said = {"day": day, "code": wanted.code, "staff": wanted.staff, "post": wanted.post}
    return {name: value for name, value in said.items() if value}


def _url(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


@require_GET
def show_entries(request: HttpRequest) -> HttpResponse:
    """Show the newest entries that are asked for, and the state of the chain; the look is an entry itself."""
    wanted = _wanted(request)
    start = whole(request.GET.get("before", ""))
    with _auditing(request) as by:
        found = audit.entries_like(wanted, before=start, size=SHOWN + 1)
        actions.record("audit.entries.listed", by=by, detail={"entries": len(found[:SHOWN])})
        seals, check, pulse = audit.newest_seals(), audit.newest_check(), audit.pulse()
    query = _query(wanted)
    page = AuditPage(
        lines=tuple(_line(one) for one in found[:SHOWN]),
        seals=tuple(
            SealLine(one.number, one.sealed_at.astimezone(clock.CHINA), one.entries, one.last, one.digest.hex()[:16])
            for one in seals
        ),
        seal_count=pulse.seals, unsealed=pulse.unsealed,
        oldest_unsealed_at=pulse.oldest_at.astimezone(clock.CHINA) if pulse.oldest_at else None,
        check=CheckLine(
            check.at.astimezone(clock.CHINA), check.entries, check.sealed, check.seconds,
            check.first.text if check.first else None,
        ) if check else None,
        is_asked="asked" in request.GET, day=query.get("day", ""), staff=wanted.staff, post=wanted.post,
        groups=_groups(wanted.code), is_filtered=bool(query),
        older_url=_url(HERE, {**query, "before": str(found[SHOWN - 1].id)}) if len(found) > SHOWN else "",
        newest_url=_url(HERE, query) if start else "", export_url=_url(f"{HERE}export", query),
    )  # fmt: skip
    return render(request, "console/audit.html", {"frame": _frame(request), "page": page})


def _line(one: Listed) -> ActLine:
    post = " ".join(part.say(language()) for part in (one.unit, one.post) if part)
    return ActLine(
        number=one.id, at=one.at.astimezone(clock.CHINA), who=one.staff_name, post=post, act=one.act.text,
        code=one.act.code, purpose=one.purpose, subjects=one.subjects,
        origin=ORIGINS.get(one.origin, Text(one.origin, one.origin)), address=one.address, request=one.request,
        is_sealed=one.is_sealed,
    )  # fmt: skip


def _groups(chosen: str) -> tuple[ActGroup, ...]:
    acts = audit.act_words()
    return tuple(
        ActGroup(name, tuple(Choice(one.code, one.text, one.code == chosen) for one in acts if one.kind == kind))
        for kind, name in KINDS.items()
    )


@require_POST
def ask_to_verify(request: HttpRequest) -> HttpResponse:
    """Let the worker recompute the whole chain; what it finds stands on the page afterwards."""
    with _auditing(request) as by:
        actions.record("audit.verification.asked", by=by)
        work.ask_for_job("tongdeng.audit.tasks.verify", lock="audit-verify")
    return redirect(f"{HERE}?asked=1")


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Ask for a purpose and give the entries that are asked for as a file, the newest first."""
    wanted = _wanted(request)
    with _auditing(request):
        query = _query(wanted)
        offer = exports.Offer(
            what=Text("操作记录（不含涉及的人）", "The record of acts, without whom it concerns"), rows=None,
            make=lambda: _sheet(audit.entries_like(wanted, size=EXPORTED)), audit_code="audit.entries.exported",
            action=_url(f"{HERE}export", query), back=_url(HERE, query), detail={},
        )  # fmt: skip
        return exports.respond(request, offer, _frame(request))


def _sheet(found: list[Listed]) -> exports.Sheet:
    columns = (
        (Text("编号", "No."), 10), (Text("时间", "When"), 20), (Text("姓名", "Who"), 12), (Text("岗位", "Post"), 28),
        (Text("做了什么", "What"), 36), (Text("代码", "Code"), 28), (Text("用途", "Purpose"), 20),
        (Text("涉及人数", "Persons"), 10), (Text("途径", "By"), 16), (Text("网络地址", "Address"), 18),
        (Text("请求编号", "Request"), 18), (Text("已封存", "Sealed"), 8),
    )  # fmt: skip
    lang = language()
    rows = [
        (
            line.number, f"{line.at:%Y-%m-%d %H:%M:%S}", line.who or "", str(line.post), line.act.say(lang), line.code,
            line.purpose.say(lang), line.subjects, line.origin.say(lang), line.address, line.request,
            Text("是" if line.is_sealed else "否", "yes" if line.is_sealed else "no").say(lang),
        )
        for line in map(_line, found)
    ]  # fmt: skip
    return exports.Sheet(Text("操作记录", "Record of acts"), "acts", columns, rows)


urlpatterns = [
    path("audit/", show_entries, name="audit"),
    path("audit/verify", ask_to_verify, name="audit_verify"),
    path("audit/export", export, name="audit_export"),
]
