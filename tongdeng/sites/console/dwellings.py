"""Rented dwellings: the list of a place, the page of one, and what is entered there.

A service for safe homes: it shows dwellings, landlords and tenancies as stated, and leads from a tenant nowhere else.
"""

from dataclasses import replace
from datetime import date
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from tongdeng.audit import actions as audit
from tongdeng.intake import actions as intake_actions
from tongdeng.intake import selectors as intake
from tongdeng.kernel import citizen_id, clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.people import actions as people
from tongdeng.people.exports import dwellings
from tongdeng.sites.console import dwelling_page, exports
from tongdeng.sites.console.dwelling_page import HERE, Address
from tongdeng.sites.console.frame import build_frame, chosen_place, opens
from tongdeng.sites.console.view_models.dwellings import DeclarationForm, HomePage, InspectionForm
from tongdeng.sites.shell.frame import Fault, Frame, Toast
from tongdeng.sites.shell.typed import read_day, whole
from tongdeng.work import actions as work

PURPOSE = Text("出租房屋安全", "Safety of rented homes")
LONGEST = 200
OLDEST_YEARS = 5
A_DAY = Text("请写成 2026-11-23 这样的日期。", "Write a date such as 2026-11-23.")


def _address(request: HttpRequest) -> Address:
    state = request.GET.get("state", "")
    return Address(
        chosen_place(request),
        state if state in dwelling_page.FILTERS else "",
        whole(request.GET.get("page", ""), 5) or 0,
    )


def _frame(request: HttpRequest, place: str, toast: Toast | None = None) -> Frame:
    return build_frame(request, place_code=place, current=HERE, toast=toast, purpose=PURPOSE)


@require_GET
def homes(request: HttpRequest) -> HttpResponse:
    """Show the dwellings of a place, those whose inspection is overdue first."""
    address, today = _address(request), clock.today()
    page, _ = dwelling_page.build(address, org.places(today), today)
    audit.record(
        "people.dwellings.listed", by=request.actor,
        detail={"place": address.place, "state": address.state, "page": address.page + 1},
    )  # fmt: skip
    return render(request, "console/dwellings.html", {"frame": _frame(request, address.place), "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Export the list as it is filtered, after its purpose is given."""
    address, today = replace(_address(request), page=0), clock.today()
    known = org.places(today)
    frame, (_, rows) = _frame(request, address.place), dwelling_page.build(address, known, today)
    what = dwelling_page.FILTERS[address.state]
    offer = exports.Offer(
        what=Text(f"{frame.place}：出租房屋（{what.zh}）", f"{frame.place}: rented homes ({what.en})"), rows=rows,
        make=partial(dwelling_page.sheet, address, known, today), audit_code="people.dwellings.exported",
        action=address.url(f"{HERE}export"), back=address.url(),
        detail={"place": address.place, "state": address.state},
    )  # fmt: skip
    return exports.respond(request, offer, frame)


# ---- one dwelling ----


def _home(dwelling_id: int) -> dwellings.Home:
    found = dwellings.find(dwelling_id, clock.today())
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, home: dwellings.Home, *, inspection: InspectionForm | None = None,
    declaration: DeclarationForm | None = None, end_faults: tuple[Fault, ...] = (), toast: Toast | None = None,
) -> HttpResponse:  # fmt: skip
    today, enters, here = clock.today(), opens(request, "dwelling_inspect"), f"{HERE}{home.dwelling_id}/"
    leases, inspections = dwellings.leases(home.dwelling_id), dwellings.inspections(home.dwelling_id)
    audit.record(
        "people.dwelling.viewed", by=request.actor, subjects=[one.person_id for one in leases],
        detail={"dwelling": home.dwelling_id},
    )  # fmt: skip
    names = org.staff_names({one.staff_id for one in inspections if one.staff_id})
    page = HomePage(
        home=dwelling_page.line(home, org.places(today), today), area=home.area or "",
        landlord_phone=home.landlord_phone, today=today,
        leases=dwelling_page.lease_lines(leases, today, enters=enters),
        inspections=dwelling_page.inspection_lines(inspections, request.user.pk if enters else 0, names),
        inspection=(inspection or dwelling_page.inspection_form(today)) if enters else None,
        declaration=(declaration or dwelling_page.declaration_form()) if enters else None,
        pending=dwelling_page.pending(_sent(request, home), here), end_faults=end_faults,
    )  # fmt: skip
    faults = (inspection and inspection.faults) or (declaration and declaration.faults) or end_faults
    context = {"frame": _frame(request, home.territory, toast), "page": page}
    return render(request, "console/dwelling.html", context, status=422 if faults else 200)


def _sent(request: HttpRequest, home: dwellings.Home) -> intake.Batch | None:
    """Return the declaration that led here, if this member of staff sent it."""
    number = whole(request.GET.get("sent", ""))
    return None if number is None else intake.find_entry(number, request.user.pk)


@require_GET
def one_home(request: HttpRequest, dwelling_id: int) -> HttpResponse:
    """Show one dwelling."""
    home, toast = _home(dwelling_id), None
    done = request.GET.get("done", "")
    if whole(done) is not None:
        toast = Toast(Text("已记录。", "Recorded."), f"{HERE}{dwelling_id}/undo/{done}")
    elif "undone" in request.GET:
        is_undone = request.GET["undone"] != "0"
        said = Text("已撤回刚才的记录。", "The record was taken back.")
        toast = Toast(said if is_undone else Text("没有可以撤回的记录。", "There was no record to take back."))
    return _page(request, home, toast=toast)


@require_GET
def progress(request: HttpRequest, dwelling_id: int, batch_id: int) -> HttpResponse:
    """Answer a page that waits for a declaration; once it is registered, have the page load anew."""
    batch = intake.find_entry(batch_id, request.user.pk)
    if batch is None:
        raise Http404
    if batch.state not in dwelling_page.OPEN:
        return HttpResponseClientRedirect(f"{HERE}{dwelling_id}/?sent={batch_id}")
    shown = dwelling_page.pending(batch, f"{HERE}{dwelling_id}/")
    return render(request, "console/_dwelling_pending.html", {"pending": shown})


# ---- entering ----


def _text(request: HttpRequest, name: str) -> str:
    return " ".join(request.POST.get(name, "").replace("\0", "").split())


@require_POST
def inspect(request: HttpRequest, dwelling_id: int) -> HttpResponse:
    """Record a safety inspection."""
    home, today = _home(dwelling_id), clock.today()
    result, to_mend = request.POST.get("result", ""), _text(request, "to_mend")
    sent_day, sent_due = request.POST.get("day", "")[:20], request.POST.get("next_due", "")[:20]
    day, due = read_day(sent_day), read_day(sent_due)
    faults = _inspection_faults(result, to_mend, day, due, sent_due, today)
    if faults or day is None:
        form = replace(
            dwelling_page.inspection_form(today, result), day=sent_day, to_mend=to_mend[:LONGEST], next_due=sent_due,
            faults=tuple(faults),
        )  # fmt: skip
        return _page(request, home, inspection=form)
    record = people.record_inspection(
        dwelling_id=dwelling_id, inspected_on=day, result=result, to_mend=to_mend or None, next_due_on=due,
        by=request.actor,
    )  # fmt: skip
    return redirect(f"{HERE}{dwelling_id}/?done={record}")


def _inspection_faults(
    result: str, to_mend: str, day: date | None, due: date | None, sent_due: str, today: date
) -> list[Fault]:
    faults = []
    if result not in dwelling_page.RESULTS:
        faults.append(Fault("result", Text("请选一个结果。", "Choose the result.")))
    if day is None:
        faults.append(Fault("day", A_DAY))
    elif day > today or day.year < today.year - OLDEST_YEARS:
        faults.append(Fault("day", Text("不能晚于今天，也不能早于 5 年前。", "Not after today, nor five years ago.")))
    if result in ("repair", "failed") and not to_mend:
        faults.append(Fault("to_mend", Text("请写要整改什么。", "Say what is to be mended.")))
    if len(to_mend) > LONGEST:
        faults.append(Fault("to_mend", Text(f"最多 {LONGEST} 个字。", f"At most {LONGEST} characters.")))
    if sent_due and due is None:
        faults.append(Fault("next_due", A_DAY))
    elif due and day and due <= day:
        faults.append(Fault("next_due", Text("下次应在这次之后。", "The next comes after this one.")))
    return faults


@require_POST
def declare(request: HttpRequest, dwelling_id: int) -> HttpResponse:
    """Take what a landlord declares about a new tenancy."""
    home, sent = _home(dwelling_id), request.POST
    name, kind = _text(request, "name"), sent.get("id_kind", "")
    number = _text(request, "number").replace(" ", "").upper()
    starts, ends = sent.get("starts_on", "")[:20], sent.get("ends_on", "")[:20]
    faults = _declaration_faults(name, kind, number, starts, ends, is_sure="keep_number" in sent)
    first = read_day(starts)
    if faults or first is None:
        form = replace(
            dwelling_page.declaration_form(kind), name=name[:60], number=number[:40], starts_on=starts, ends_on=ends,
            asks_to_keep=any(one.field == "number" and number for one in faults), faults=tuple(faults),
        )  # fmt: skip
        return _page(request, home, declaration=form)
    tenant = intake_actions.Declaration(name, kind, number, first, read_day(ends))
    batch = intake_actions.declare_tenant(dwelling_id=dwelling_id, tenant=tenant, by=request.actor)
    return redirect(f"{HERE}{dwelling_id}/?sent={batch}")


def _declaration_faults(name: str, kind: str, number: str, starts: str, ends: str, *, is_sure: bool) -> list[Fault]:
    faults = []
    if not name or len(name) > 60 or name[:1] in "=+-@":
        faults.append(Fault("name", Text("请写证件上的姓名。", "Write the name on the document.")))
    if kind not in dwelling_page.ID_KINDS:
        faults.append(Fault("id_kind", Text("请选证件类型。", "Choose the kind of document.")))
    wrong = _wrong_number(kind, number)
    if wrong and not (is_sure and number):
        faults.append(Fault("number", wrong))
    first, last = read_day(starts), read_day(ends)
    if first is None:
        faults.append(Fault("starts_on", A_DAY))
    elif first > clock.today():
        faults.append(Fault("starts_on", Text("起租日期不能晚于今天。", "The first day cannot be after today.")))
    if ends and (last is None or (first is not None and last <= first)):
        faults.append(Fault("ends_on", Text("退租日期应在起租之后。", "The last day comes after the first.")))
    return faults


def _wrong_number(kind: str, number: str) -> Text | None:
    if not number or len(number) > 30 or not number.isascii() or not any(sign.isdecimal() for sign in number):
        return Text("请写证件号码。", "Write the document's number.")
    if kind not in ("居民身份证", "港澳台居民居住证") or citizen_id.is_valid(number, clock.today()):
        return None
    if len(number) != 18 or not number[:17].isdecimal():
        return Text(
            f"号码应为 18 位，现在是 {len(number)} 位。", f"It should have 18 characters and has {len(number)}."
        )
    right = citizen_id.check_character(number[:17])
    if right != number[17]:
        return Text(
            f"最后一位应是 {right}，现在是 {number[17]}。请对照证件再看一遍。",
            f"The last character should be {right} and is {number[17]}. Please compare it with the document.",
        )
    return Text("号码里的出生日期不成立。请对照证件再看一遍。", "The birth date inside the number cannot be right.")


@require_POST
def end(request: HttpRequest, dwelling_id: int) -> HttpResponse:
    """Record that a tenancy ended."""
    home, record, day = _home(dwelling_id), request.POST.get("record", ""), read_day(request.POST.get("ended_on", ""))
    starts = {str(one.record_id): one.starts_on for one in dwellings.leases(dwelling_id)}
    if record not in starts:
        return _page(request, home, end_faults=(Fault(record, Text("这份租住已经结束。", "It has ended already.")),))
    if day is None or day <= starts[record]:
        wrong = Text("退租日期应在起租之后。", "The last day comes after the first.")
        return _page(request, home, end_faults=(Fault(record, A_DAY if day is None else wrong),))
    done = people.end_tenancy(dwelling_id=dwelling_id, record_id=int(record), ended_on=day, by=request.actor)
    if done is None:
        return redirect(f"{HERE}{dwelling_id}/?undone=0")
    _settle_soon(done[1])
    return redirect(f"{HERE}{dwelling_id}/?done={done[0]}")


def _settle_soon(batch: int) -> None:
    work.ask_for_job("tongdeng.intake.tasks.settle_entry", lock=f"settle-{batch}", batch_id=batch)


@require_POST
def undo(request: HttpRequest, dwelling_id: int, record_id: int) -> HttpResponse:
    """Take back what this member of staff entered."""
    done = people.take_back_statement(record_id=record_id, by=request.actor)
    if done is not None:
        _settle_soon(done[1])
    return redirect(f"{HERE}{dwelling_id}/?undone={int(done is not None)}")


@require_POST
def take_back(request: HttpRequest, dwelling_id: int, batch_id: int) -> HttpResponse:
    """Take back a declaration this member of staff sent."""
    is_done = intake_actions.take_back_declaration(batch_id=batch_id, by=request.actor)
    return redirect(f"{HERE}{dwelling_id}/?undone={int(is_done)}")


urlpatterns = [
    path("dwellings/", homes, name="dwellings"),
    path("dwellings/export", export, name="dwellings_export"),
    path("dwellings/<int:dwelling_id>/", one_home, name="dwelling"),
    path("dwellings/<int:dwelling_id>/inspect", inspect, name="dwelling_inspect"),
    path("dwellings/<int:dwelling_id>/declare", declare, name="dwelling_declare"),
    path("dwellings/<int:dwelling_id>/end", end, name="dwelling_end"),
    path("dwellings/<int:dwelling_id>/progress/<int:batch_id>", progress, name="dwelling_progress"),
    path("dwellings/<int:dwelling_id>/undo/<int:record_id>", undo, name="dwelling_undo"),
    path("dwellings/<int:dwelling_id>/take-back/<int:batch_id>", take_back, name="dwelling_take_back"),
]
