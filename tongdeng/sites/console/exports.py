"""The one way for rows to leave as a file: purpose, watermark row, end date, audit entry, formulas neutralised."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongdeng.access.exports import Cell, Sheet, csv_text, expires_on, neutral, workbook
from tongdeng.access.types import EXPORT
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models.lists import ExportForm
from tongdeng.sites.shell.frame import Choice, Fault, Frame
from tongdeng.sites.shell.proof import recently_proved
from tongdeng.sites.shell.templatetags.shell import language

__all__ = ["XLSX", "Cell", "Offer", "Sheet", "neutral", "respond", "workbook"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PURPOSES = {
    "visit": Text("上门走访、电话联系", "Visits and calls"),
    "check": Text("核对资料、补正名册", "Checking and correcting records"),
    "meeting": Text("会议、督查、考核用表", "Meetings, inspections and assessment"),
}


@dataclass(frozen=True)
class Offer:
    """An export a page offers: what it would hold, and how to make it once a purpose is given.

    `rows` is None where counting them would mean making it; `?as=csv` in the address asks for CSV instead of XLSX.
    """

    what: Text
    rows: int | None
    make: Callable[[], Sheet]
    audit_code: str
    action: str
    back: str
    detail: dict[str, str | int | None]


@recently_proved  # here, at the one door of all exports, so that no view can forget it
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
    sheet = replace(sheet, rows=list(sheet.rows))
    said = PURPOSES[purpose].say(language()) + (
        f"（{reason}）" if reason and language() == "zh" else reason and f" ({reason})"
    )
    is_csv = request.GET.get("as") == "csv"
    content = (csv_text if is_csv else workbook)(
        sheet, by=f"{frame.user_name} {frame.post.say(language())}", purpose=said, at=at, lang=language()
    )
    actor: Actor = request.actor
    as_export = Actor(EXPORT, actor.staff_id, actor.post_id, actor.origin)
    audit.record(
        offer.audit_code, by=as_export, subjects=sheet.subjects,
        detail={**offer.detail, "rows": len(sheet.rows), "for": purpose},
    )  # fmt: skip
    name = f"{sheet.stem}-{at.astimezone(clock.CHINA):%Y%m%d-%H%M}.{'csv' if is_csv else 'xlsx'}"
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return HttpResponse(content, content_type=CSV if is_csv else XLSX, headers={"Content-Disposition": disposition})


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
