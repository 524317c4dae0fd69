"""Changes of the map, for the office: what is planned, and what a file would mean before it is used."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from tongdeng.intake import actions
from tongdeng.intake.exports import Effect, preview, totals, uploads
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.org.exports import ChangesFaulty
from tongdeng.org.types import Place
from tongdeng.sites.console.frame import build_frame, chosen_place
from tongdeng.sites.console.view_models.divisions import ChangeLine, DivisionsPage, FaultLine, PartLine
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.templatetags.shell import language

HERE = "/divisions/"
PURPOSE = Text("区划变更", "Changes of divisions")
KINDS = {
    "merge": Text("合并", "Merge"),
    "split": Text("拆分", "Split"),
    "move": Text("改隶、改码", "Move or new code"),
    "rename": Text("更名", "New name"),
    "establish": Text("新设", "New"),
    "abolish": Text("撤销", "Abolished"),
}
STATES = {
    "planned": Text("等待执行", "Planned"),
    "applied": Text("已执行", "Carried out"),
    "withdrawn": Text("已收回", "Taken back"),
}
SUMS = {
    "people": Text("涉及的人", "People"), "stays": Text("现住", "Living there"), "windows": Text("应享未享", "Owed"),
    "tasks": Text("未办任务", "Open tasks"), "posts": Text("岗位", "Posts"), "staff": Text("工作人员", "Staff"),
}  # fmt: skip
HEADERS = "日期,变更,原代码,新代码,新名称,English name,划入地址,说明\r\n"
MARK = "\ufeff"


@require_http_methods(["GET", "HEAD", "POST"])
def show_divisions(request: HttpRequest) -> HttpResponse:
    """Show what is planned and done, and the effect of a file; only the command carries anything out."""
    if request.method != "POST":
        return _page(request, DivisionsPage(_history()))
    sent = request.FILES.get("file")
    if sent is None:
        is_large = int(request.META.get("CONTENT_LENGTH") or 0) > uploads.LARGEST
        said = Text("文件过大。", "The file is too large.") if is_large else Text("请选一个文件。", "Choose a file.")
        return _page(request, DivisionsPage(_history(), faults=(Fault("file", said),)), status=422)
    name = Path(sent.name or "").name[:200]
    try:
        lines = actions.judge_changes(file=sent.read(), name=name, by=request.actor)
    except ChangesFaulty as error:
        wrong = tuple(FaultLine(one.row, one.column, one.text, one.remedy) for one in error.faults)
        return _page(request, DivisionsPage(_history(), name, wrong=wrong), status=422)
    except UnusableInput as error:
        told = Text(f"{error.fact.zh}。{error.remedy.zh}", f"{error.fact.en}. {error.remedy.en}")
        return _page(request, DivisionsPage(_history(), name, faults=(Fault("file", told),)), status=422)
    effects = preview(lines, clock.today())
    counted = totals(effects)
    page = DivisionsPage(
        _history(), name, preview=tuple(_effect(one) for one in effects),
        sums=tuple((SUMS[key], number) for key, number in counted.items()),
    )  # fmt: skip
    return _page(request, page)


def _page(request: HttpRequest, page: DivisionsPage, status: int = 200) -> HttpResponse:
    frame = build_frame(request, place_code=chosen_place(request), current=HERE, purpose=PURPOSE)
    return render(request, "console/divisions.html", {"frame": frame, "page": page}, status=status)


def _effect(one: Effect) -> ChangeLine:
    parts = tuple(PartLine(Text(p.name_zh, p.name_en), p.code, "、".join(p.words), p.stays) for p in one.parts)
    return ChangeLine(
        one.starts_on, KINDS[one.kind.value], Text(one.before_zh, one.before_en), one.before or "", parts, one.note,
        people=one.people, windows=one.windows, tasks=one.tasks, posts=one.posts, staff=one.staff,
    )  # fmt: skip


def _history() -> tuple[ChangeLine, ...]:
    names = org.named_places(clock.today())
    rows = org.changes()
    found = []
    for _, group in groupby(rows, key=lambda row: (row.starts_on, row.plan, row.code_before or row.code_after)):
        found.append(_known(list(group), names))
    return tuple(found)


def _known(rows: Iterable[org.Change], names: dict[str, Place]) -> ChangeLine:
    rows = list(rows)
    first = rows[0]
    before = names.get(first.code_before or "")
    parts = tuple(
        PartLine(_named(row, names), row.code_after, "、".join(row.words), None) for row in rows if row.code_after
    )
    old_name = Text(first.former_zh, first.former_en) if first.kind == "rename" else None
    return ChangeLine(
        first.starts_on, KINDS[first.kind], old_name or (before.name(language()) if before else ""),
        first.code_before or "", parts, first.note, STATES[first.state], first.plan,
    )  # fmt: skip


def _named(row: org.Change, names: dict[str, Place]) -> Text | str:
    if row.name_zh:
        return Text(row.name_zh, row.name_en)
    place = names.get(row.code_after or "")
    return place.name(language()) if place else ""


@require_GET
def empty_file(request: HttpRequest) -> HttpResponse:
    """Give an empty file with the right headings."""
    return HttpResponse(
        MARK + HEADERS, content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="divisions.csv"'},
    )  # fmt: skip


urlpatterns = [
    path("divisions/", show_divisions, name="divisions"),
    path("divisions/empty.csv", empty_file, name="divisions_empty"),
]
