"""The editor of one service of a draft: a form that writes the same YAML file back, comments and order kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from tongdeng.catalogue import actions
from tongdeng.catalogue import selectors as catalogue
from tongdeng.catalogue.types import Draft
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError
from tongdeng.rules import edit_service
from tongdeng.rules.bundle import FACTS
from tongdeng.rules.edit_service import BasisRow, ConditionRow, VersionForm
from tongdeng.rules.model import Fact, Law
from tongdeng.rules.trial import ServiceTrial, try_service
from tongdeng.sites.console import law_fields, law_page, law_rights, law_words
from tongdeng.sites.console.law import HERE
from tongdeng.sites.console.law_drafts import CASES, back_to, fault_line, framed
from tongdeng.sites.console.view_models.law_edit import BasisField, ConditionField, EditPage, FactOffer
from tongdeng.sites.shell.frame import Fault, Link
from tongdeng.sites.shell.typed import whole


class Desk(NamedTuple):
    """A service of a draft, opened: its files, its vocabulary, and whether the reader may write."""

    draft: Draft
    may_write: bool
    code: str
    path: str
    files: dict[str, str]
    facts: Mapping[str, Fact]
    base: Law

    @property
    def at(self) -> str:
        """Return the address of the draft."""
        return f"{HERE}drafts/{self.draft.id}/"

    @property
    def url(self) -> str:
        """Return the address of the service in the draft."""
        return f"{self.at}services/{self.code}/"

    @property
    def text(self) -> str:
        """Return the service's file."""
        return self.files[self.path]

    @property
    def cases_path(self) -> str:
        """Return the path of the service's examples."""
        return self.path.removesuffix(".yaml") + CASES

    @property
    def cases(self) -> str:
        """Return the service's examples; a service without any has an empty file."""
        return self.files.get(self.cases_path, "")

    def tried(self, text: str | None = None, cases: str | None = None) -> ServiceTrial:
        """Judge the service and its examples, as they are or as somebody is about to write them."""
        return try_service(
            self.path, self.text if text is None else text, self.cases if cases is None else cases, self.facts
        )  # fmt: skip


def open_desk(request: HttpRequest, draft_id: int, code: str) -> Desk:
    """Return a service of a draft; 404 where the draft has none of this code."""
    draft, may_write = law_rights.draft_of(request, draft_id)
    files, base = catalogue.draft_files(draft_id), catalogue.law_of(draft.base_digest)
    # A file with a fault in it names no service; it is found by what it was called before.
    service = base.services.get(code) or catalogue.draft_reading(draft_id).services.get(code)
    if service is None or service.file not in files:
        raise Http404
    rights = catalogue.rights_of(request.actor)
    facts = law_words.facts_in(files[FACTS])
    return Desk(draft, may_write and rights.may_change(service.file), code, service.file, files, facts, base)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_service_page(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """Show one version of a service as a form, and save it."""
    desk = open_desk(request, draft_id, code)
    try:
        dates = edit_service.version_dates(desk.text)
        at = _which(request, len(dates))
        if request.method != "POST":
            return _answer(request, desk, at, edit_service.read_form(desk.text, at))
        form = law_fields.typed(request.POST)
        if "more" in request.POST:
            return _answer(request, desk, at, _one_more(form, request.POST["more"]))
        return _save(request, desk, at, form)
    except TongdengError as error:
        return _broken(request, desk, error)


def _which(request: HttpRequest, count: int) -> int:
    wanted = whole(request.GET.get("version", ""))
    return count - 1 if wanted is None else min(wanted, count - 1)


def _one_more(form: VersionForm, what: str) -> VersionForm:
    if what == "basis":
        return replace(form, basis=(*form.basis, BasisRow()))
    return replace(form, conditions=(*form.conditions, ConditionRow()))


def _save(request: HttpRequest, desk: Desk, at: int, form: VersionForm) -> HttpResponse:
    """Save a form that is sound; the examples may fail, for that is how one sees what a change does."""
    text = edit_service.write_form(desk.text, at, form)
    lines = tuple(fault_line(fault, desk.at) for fault in desk.tried(text).faults)
    if lines:
        return _answer(request, desk, at, form, law_faults=lines)
    try:
        actions.save_draft_file(draft_id=desk.draft.id, path=desk.path, text=text, by=request.actor)
    except TongdengError as error:
        return _answer(request, desk, at, form, (Fault("form", law_rights.told(error)),))
    return back_to(f"{desk.url}?version={at}", "saved")


def _answer(
    request: HttpRequest, desk: Desk, at: int, form: VersionForm, faults: tuple[Fault, ...] = (), law_faults=()
) -> HttpResponse:
    page = replace(_page(desk, at, form), faults=faults, law_faults=law_faults)
    context = {"frame": framed(request), "page": page}
    return render(request, "console/law_edit.html", context, status=422 if faults or law_faults else 200)


def _page(desk: Desk, at: int, form: VersionForm) -> EditPage:
    dates, law, words = edit_service.version_dates(desk.text), desk.base, law_page.terms()
    trial, day = desk.tried(), clock.today()
    conditions = list(form.conditions) + ([ConditionRow()] if desk.may_write else [])
    return EditPage(
        draft_title=desk.draft.title, draft_url=desk.at, code=desk.code, name=Text(form.name_zh, form.name_en),
        url=f"{desk.url}?version={at}", edit_url=f"{desk.url}versions/?version={at}", form=form,
        versions=tuple(
            Link(Text(f"{day} 起", f"from {day}"), "" if number == at else f"{desk.url}?version={number}")
            for number, day in enumerate(dates)
        ),
        at=at, may_write=desk.may_write, may_drop=len(dates) > 1,
        conditions=tuple(_condition(number, row, desk) for number, row in enumerate(conditions)),
        basis=tuple(BasisField(number, row) for number, row in enumerate((*form.basis, BasisRow()))),
        provisions=law_fields.choices(words.provisions, form.provision),
        rhythms=law_fields.rhythms(law, form.rhythm), fees=law_fields.choices(words.fees, form.fee),
        materials=law_fields.materials(words.materials, form.materials),
        kinds={key: law_fields.choices(law_fields.DAYS, getattr(form, f"{key}_kind") or "working")
               for key in ("promised", "statutory")},
        days={key: law_fields.days(desk.facts, getattr(form, key))
              for key in ("opens_from", "anniversary_of", "done_when")},
        facts=tuple(
            FactOffer(fact.name, Text(fact.zh, fact.en or fact.name), law_page.fact_line(fact, day).given_by)
            for fact in desk.facts.values()
        ),
        failing=sum(not one.holds for one in trial.results), examples=len(trial.results),
        cases_url=f"{desk.url}cases/", text_url=f"{desk.at}text/?path={desk.path}", words_url=f"{desk.at}words/",
    )  # fmt: skip


def _condition(number: int, row: ConditionRow, desk: Desk) -> ConditionField:
    read = law_words.read(row.text, desk.facts)
    return ConditionField(number, row, read.said, read.fault)


def _broken(request: HttpRequest, desk: Desk, error: TongdengError) -> HttpResponse:
    """Answer for a file that no form can hold: what is wrong, and the way to its text."""
    page = EditPage(
        desk.draft.title, desk.at, desk.code, Text(desk.code, desk.code), desk.url, "", VersionForm(), (), 0,
        desk.may_write, False, (), (), (), (), (), (), {}, {}, (), 0, 0, f"{desk.url}cases/",
        f"{desk.at}text/?path={desk.path}", "", (Fault("form", law_rights.told(error)),),
    )  # fmt: skip
    return render(request, "console/law_edit_broken.html", {"frame": framed(request), "page": page}, status=422)


@require_POST
def change_versions(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """Add a version from a day on, or take one out."""
    desk = open_desk(request, draft_id, code)
    try:
        at = _which(request, len(edit_service.version_dates(desk.text)))
    except TongdengError as error:
        return _broken(request, desk, error)
    try:
        if "drop" in request.POST:
            text, shown, done = edit_service.drop_version(desk.text, at), max(at - 1, 0), "dropped"
        else:
            text = edit_service.add_version(desk.text, _day(request.POST.get("from", "")))
            shown, done = len(edit_service.version_dates(text)) - 1, "version"
        actions.save_draft_file(draft_id=desk.draft.id, path=desk.path, text=text, by=request.actor)
    except (TongdengError, ValueError) as error:
        told = Text("请填写日期，如 2027-01-01。", "Give a day such as 2027-01-01.")
        said = law_rights.told(error) if isinstance(error, TongdengError) else told
        form = edit_service.read_form(desk.text, at)
        return _answer(request, desk, at, form, (Fault("from", said),))
    return back_to(f"{desk.url}?version={shown}", done)


def _day(text: str) -> date:
    return date.fromisoformat(text.strip())


urlpatterns = [
    path("law/drafts/<int:draft_id>/services/<str:code>/", edit_service_page, name="law_edit"),
    path("law/drafts/<int:draft_id>/services/<str:code>/versions/", change_versions, name="law_versions"),
]
