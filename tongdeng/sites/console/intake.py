"""Rolls: their history, sending one, following its import, getting the rejected rows back."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from tongdeng.catalogue import selectors as catalogue
from tongdeng.intake import actions
from tongdeng.intake import selectors as intake
from tongdeng.intake.errors import AlreadyImported
from tongdeng.intake.exports import Format, rejects_csv, uploads, write_template
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.org.types import Level
from tongdeng.sites.console import roll_page
from tongdeng.sites.console.exports import XLSX
from tongdeng.sites.console.frame import build_frame, chosen_place
from tongdeng.sites.console.view_models.rolls import RollsPage, RollTemplate, UploadPage
from tongdeng.sites.shell.frame import Choice, Fault, Frame, Link
from tongdeng.sites.shell.proof import recently_proved
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.sites.shell.typed import read_day, whole
from tongdeng.work import actions as work

HERE = "/rolls/"
PURPOSE = Text("名册导入", "Rolls")
MARK = "\ufeff"  # by which Excel knows UTF-8


def _formats(request: HttpRequest) -> dict[str, Format]:
    """Return the rolls this post sends; a post that sends none has nothing to do on these pages."""
    post = request.user.post
    found = intake.sources_for(post.kind, post.unit.bureau_id)
    if not found:
        raise PermissionDenied
    return {one.source: one for one in found}


def _frame(request: HttpRequest) -> Frame:
    return build_frame(request, place_code=chosen_place(request), current=HERE, purpose=PURPOSE)


def _first(request: HttpRequest) -> int:
    return ((whole(request.GET.get("page", ""), 6) or 1) - 1) * roll_page.PAGE


def _batch(request: HttpRequest, batch_id: int) -> intake.Batch:
    found = intake.find_batch(batch_id, _formats(request))
    if found is None:
        raise Http404
    return found


@require_GET
def rolls(request: HttpRequest) -> HttpResponse:
    """Show the history of the rolls this post sends."""
    formats, first = _formats(request), max(_first(request), 0)
    found = intake.batches(formats, first=first, size=roll_page.PAGE)
    names = intake.senders(found.rows)
    page = RollsPage(
        rolls=tuple(roll_page.roll_line(batch, names) for batch in found.rows),
        pager=roll_page.pager(first, len(found.rows), found.total, HERE),
        upload_url="/rolls/new/",
    )
    return render(request, "console/rolls.html", {"frame": _frame(request), "page": page})


# ---- sending ----


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a roll, or take one: it is judged by its headers at once and imported in the background."""
    formats = _formats(request)
    if request.method != "POST":
        return _form(request, formats, as_at=clock.today().isoformat())
    source, as_at = request.POST.get("source", ""), request.POST.get("as_at", "")
    sent = request.FILES.get("file")
    name = Path(sent.name or "").name[:200] if sent else ""
    data = sent.read() if sent else b""
    faults = _faults(request, formats, source, as_at, has_file=bool(sent))
    batch = None
    if not faults:
        batch, faults = _receive(request, source, data, date.fromisoformat(as_at), name)
    if batch is None:
        return _form(request, formats, source=source, as_at=as_at, faults=faults)
    return redirect("roll", batch)


def _faults(
    request: HttpRequest, formats: dict[str, Format], source: str, as_at: str, *, has_file: bool
) -> list[Fault]:
    faults, day = [], read_day(as_at)
    if source not in formats:
        faults.append(Fault("source", Text("请选名册的种类。", "Choose which roll it is.")))
    if not has_file:
        is_large = int(request.META.get("CONTENT_LENGTH") or 0) > uploads.LARGEST
        faults.append(Fault("file", TOO_LARGE if is_large else Text("请选一个文件。", "Choose a file.")))
    if day is None:
        faults.append(Fault("as_at", Text("请写成 2026-11-23 这样的日期。", "Write a date such as 2026-11-23.")))
    elif day > clock.today():
        faults.append(Fault("as_at", Text("日期不能晚于今天。", "The date cannot be after today.")))
    return faults


TOO_LARGE = Text(
    f"文件超过 {uploads.LARGEST >> 20} MB。请分成几份，或请管理员用命令导入。",
    f"The file is larger than {uploads.LARGEST >> 20} MB. Split it, or have the administrator import it by command.",
)


def _receive(request: HttpRequest, source: str, data: bytes, as_at: date, name: str) -> tuple[int | None, list[Fault]]:
    actor = request.actor
    try:
        rows = uploads.check(source=source, data=data, name=name)
        batch = actions.receive_roll(source=source, path=data, as_at=as_at, by=actor, name=name)
    except AlreadyImported as error:
        link = Link(Text(f"看第 {error.batch_id} 批", f"See batch {error.batch_id}"), f"/rolls/{error.batch_id}/")
        return None, [Fault("file", Text(f"{error.fact.zh}。", f"{_sentence(error.fact.en)}."), link)]
    except UnusableInput as error:
        return None, [_file_fault(error)]
    actions.expect_rows(batch_id=batch, rows=rows, by=actor)
    try:
        uploads.keep(batch, data)
    except TongdengError as error:
        actions.fail_batch(batch_id=batch, error=error, by=actor)
        return None, [_file_fault(error)]
    work.ask_for_job("tongdeng.intake.tasks.import_upload", lock=f"batch-{batch}", batch_id=batch)
    return batch, []


def _file_fault(error: TongdengError) -> Fault:
    zh = "；".join(filter(None, (error.fact.zh, error.remedy.zh)))
    en = "; ".join(filter(None, (error.fact.en, error.remedy.en)))
    return Fault("file", Text(f"{zh}。", f"{_sentence(en)}."))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _form(
    request: HttpRequest, formats: dict[str, Format], *, as_at: str, source: str = "", faults: list[Fault] | None = None
) -> HttpResponse:
    chosen = source or (next(iter(formats)) if len(formats) == 1 else "")
    page = UploadPage(
        sources=tuple(Choice(one.source, one.title, one.source == chosen) for one in formats.values()),
        templates=tuple(RollTemplate(one.title, f"/rolls/templates/{one.source}.xlsx") for one in formats.values()),
        as_at=as_at, newest_day=clock.today(), largest_mb=uploads.LARGEST >> 20, faults=tuple(faults or ()),
    )  # fmt: skip
    context = {"frame": _frame(request), "page": page}
    return render(request, "console/roll_new.html", context, status=422 if faults else 200)


@require_GET
def template(request: HttpRequest, source: str) -> HttpResponse:
    """Give an empty roll to fill in."""
    if source not in _formats(request):
        raise Http404
    known = org.places(clock.today())
    places = {code: place.name_zh for code, place in known.items() if place.level is Level.COMMUNITY}
    services = {code: service.name.zh for code, service in catalogue.law().services.items()}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "roll.xlsx"
        write_template(source, file, communities=places, services=services)
        content = file.read_bytes()
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{source}.xlsx"'}
    )


# ---- one batch ----


@require_GET
def roll(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show one batch: its progress, or what became of it."""
    batch = _batch(request, batch_id)
    page = roll_page.roll_page(batch, intake.senders([batch]), max(_first(request), 0))
    return render(request, "console/roll.html", {"frame": _frame(request), "page": page})


@require_GET
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Answer a page that waits; once the import is over, have it load anew."""
    batch = _batch(request, batch_id)
    if batch.state not in roll_page.OPEN:
        return HttpResponseClientRefresh()
    page = roll_page.roll_page(batch, intake.senders([batch]))
    return render(request, "console/_roll_body.html", {"page": page})


@require_POST
def stop(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Stop an import; what it did so far is undone with its transaction."""
    batch = _batch(request, batch_id)
    actions.cancel_batch(batch_id=batch.pk, by=request.actor)
    return redirect("roll", batch.pk)


@require_GET
@recently_proved
def rejects(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Give the rejected rows back as the file that `roll rejects` writes."""
    batch = _batch(request, batch_id)
    lines = rejects_csv(batch.pk, by=request.actor, lang=language())
    name = f"rejects-{batch.source}-{batch.pk}.csv"
    return HttpResponse(
        MARK + "".join(lines), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


urlpatterns = [
    path("rolls/", rolls, name="rolls"),
    path("rolls/new/", new, name="roll_new"),
    path("rolls/templates/<slug:source>.xlsx", template, name="roll_template"),
    path("rolls/<int:batch_id>/", roll, name="roll"),
    path("rolls/<int:batch_id>/progress", progress, name="roll_progress"),
    path("rolls/<int:batch_id>/stop", stop, name="roll_stop"),
    path("rolls/<int:batch_id>/rejects.csv", rejects, name="roll_rejects"),
]
