"""The one way for rows to leave as a file: purpose, watermark row, end date, audit entry, formulas neutralised."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongdeng.access.types import EXPORT
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models.lists import ExportForm
from tongdeng.sites.shell.frame import Choice, Fault, Frame
from tongdeng.sites.shell.templatetags.shell import language

KEPT_DAYS = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PURPOSES = {
    "visit": Text("上门走访、电话联系", "Visits and calls"),
    "check": Text("核对资料、补正名册", "Checking and correcting records"),
    "meeting": Text("会议、督查、考核用表", "Meetings, inspections and assessment"),
}
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | date | None


@dataclass(frozen=True)
class Sheet:
    """What is exported. `subjects` are the persons in it, for the audit entry; `stem` begins the file's name."""

    title: Text
    stem: str
    columns: Sequence[tuple[Text, int]]  # heading, width in characters
    rows: Iterable[Sequence[Cell]]
    subjects: Iterable[int] = ()


@dataclass(frozen=True)
class Offer:
    """An export a page offers: what it would hold, and how to make it once a purpose is given."""

    what: Text
    rows: int
    make: Callable[[], Sheet]
    audit_code: str
    action: str
    back: str
    detail: dict[str, str | int | None]


def neutral(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet program takes for a formula, also after it was saved as CSV."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell


def expires_on(today: date) -> date:
    """Return the day by which an exported file must be deleted."""
    return today + timedelta(days=KEPT_DAYS)


def respond(request: HttpRequest, offer: Offer, frame: Frame) -> HttpResponse:
    """Ask for the purpose, or answer with the file once it was given; the export is audited with its subjects."""
    purpose, reason = request.POST.get("purpose", ""), request.POST.get("reason", "").strip()
    if request.method != "POST":
        return _ask(request, offer, frame)
    faults = []
    if purpose not in PURPOSES:
        faults.append(Fault("purpose", Text("请选一个用途。", "Choose what it is for.")))
    if len(reason) > 200 or not reason.isprintable():
        faults.append(Fault("reason", Text("最多 200 个字，不能换行。", "At most 200 characters on one line.")))
    if faults:
        return _ask(request, offer, frame, purpose, reason, tuple(faults))
    sheet, at = offer.make(), clock.now()
    said = PURPOSES[purpose].say(language()) + (
        f"（{reason}）" if reason and language() == "zh" else reason and f" ({reason})"
    )
    content = workbook(
        sheet, by=f"{frame.user_name} {frame.post.say(language())}", purpose=said, at=at, lang=language()
    )
    actor: Actor = request.actor
    as_export = Actor(EXPORT, actor.staff_id, actor.post_id, actor.origin)
    audit.record(
        offer.audit_code, by=as_export, subjects=sheet.subjects,
        detail={**offer.detail, "rows": offer.rows, "for": purpose},
    )  # fmt: skip
    name = f"{sheet.stem}-{at.astimezone(clock.CHINA):%Y%m%d-%H%M}.xlsx"
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})


def _ask(
    request: HttpRequest,
    offer: Offer,
    frame: Frame,
    purpose: str = "",
    reason: str = "",
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    form = ExportForm(
        what=offer.what, rows=offer.rows, action=offer.action, back=offer.back, reason=reason, faults=faults,
        purposes=tuple(Choice(code, text, code == purpose) for code, text in PURPOSES.items()),
        expires_on=expires_on(clock.today()),
    )  # fmt: skip
    return render(request, "console/export.html", {"frame": frame, "form": form}, status=422 if faults else 200)


def workbook(sheet: Sheet, *, by: str, purpose: str, at: datetime, lang: str) -> bytes:
    """Return an XLSX file: a watermark row, the end date, headings, rows; every text is written as text."""
    out, rows = io.BytesIO(), list(sheet.rows)
    local = at.astimezone(clock.CHINA)
    mark = Text(
        f"{sheet.title.zh} · 导出人：{by} · 时间：{local:%Y-%m-%d %H:%M} · 用途：{purpose} · {len(rows)} 行",
        f"{sheet.title.en} · exported by {by} · {local:%Y-%m-%d %H:%M} · for: {purpose} · {len(rows)} rows",
    )
    last = expires_on(local.date())
    end = Text(
        f"{last:%Y-%m-%d} 以后应当删除；只作上述用途，不得转发。",
        f"Delete after {last:%Y-%m-%d}; for the purpose above only, not to be passed on.",
    )
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet.title.say(lang)[:31])
        bold = book.add_format({"bold": True, "bg_color": "#E9F1F8", "bottom": 1})
        warned = book.add_format({"font_color": "#7A4E00", "bg_color": "#FFF4D9"})
        dated = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        wide = max(len(sheet.columns) - 1, 1)
        page.merge_range(0, 0, 0, wide, neutral(mark.say(lang)), warned)
        page.merge_range(1, 0, 1, wide, neutral(end.say(lang)), warned)
        for column, (heading, width) in enumerate(sheet.columns):
            page.set_column(column, column, width)
            page.write_string(2, column, heading.say(lang), bold)
        for number, row in enumerate(rows, start=3):
            for column, cell in enumerate(row):
                _write(page, number, column, cell, dated)
        page.freeze_panes(3, 0)
        page.repeat_rows(0, 2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
    return out.getvalue()


def _write(page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell, dated: object) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, str(neutral(cell)))
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), dated)  # noqa: DTZ001
    elif cell is not None:
        page.write_number(row, column, cell)
