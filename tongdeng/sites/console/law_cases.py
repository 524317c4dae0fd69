"""The examples of a service as a table that runs while it is written."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from tongdeng.catalogue import actions
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError
from tongdeng.rules import edit_cases
from tongdeng.rules.edit_cases import CaseRow
from tongdeng.rules.model import Fact, FactType, Service, Version
from tongdeng.rules.tree import facts_in
from tongdeng.rules.trial import CaseResult
from tongdeng.rules.values import parse_value
from tongdeng.sites.console import law_page, law_rights
from tongdeng.sites.console.law_drafts import back_to, fault_line, framed
from tongdeng.sites.console.law_edit import Desk, open_desk
from tongdeng.sites.console.view_models.law_edit import CaseField, CasesPage, ExpectField, GivenField
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.typed import whole

MOST_CASES = 100
UNKNOWN = Text("不知道", "not known")
EXPECTED = {
    "": Text("不检查", "any"), "unmet": Text("没有满足", "not met"), "unknown": Text("情况不明", "not known"),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit_cases_page(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """Show the examples with what the law answers to each, and save them."""
    desk = open_desk(request, draft_id, code)
    try:
        known = edit_cases.read_rows(desk.cases)
    except TongdengError as error:
        return _answer(request, desk, (), (Fault("cases", law_rights.told(error)),))
    if request.method != "POST":
        return _answer(request, desk, known)
    rows = tuple(_typed(request.POST, known))
    if "more" in request.POST:
        return _answer(request, desk, (*rows, CaseRow(as_of=clock.today().isoformat(), answer="yes")))
    text = edit_cases.write_rows(desk.cases, rows)
    try:
        actions.save_draft_file(draft_id=draft_id, path=desk.cases_path, text=text, by=request.actor)
    except TongdengError as error:
        return _answer(request, desk, rows, (Fault("cases", law_rights.told(error)),))
    return back_to(f"{desk.url}cases/", "saved")


@require_POST
def run_cases(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """Answer with the results of the examples as they stand in the form; nothing is saved."""
    desk = open_desk(request, draft_id, code)
    try:
        rows = tuple(_typed(request.POST, edit_cases.read_rows(desk.cases), keep=True))
    except TongdengError:
        rows = ()  # the page above says what is wrong with the file
    return render(request, "console/_law_results.html", {"page": _page(desk, rows), "is_swap": True})


def _typed(post: QueryDict, known: tuple[CaseRow, ...], *, keep: bool = False) -> Iterable[CaseRow]:
    """Yield the rows of the form; `keep` those ticked away, too, so that results find their place."""
    for number in range(min(whole(post.get("cases", ""), 3) or 0, MOST_CASES)):
        at = f"case-{number}-"
        if f"{at}drop" in post and not keep:
            continue
        was = whole(post.get(f"{at}was", ""))
        old = known[was] if was is not None and was < len(known) else CaseRow()
        prefix = f"{at}given-"
        sent = {key.removeprefix(prefix): " ".join(post[key].split()) for key in post if key.startswith(prefix)}
        given = {name: sent.get(name, value) for name, value in old.given.items()}
        given |= {name: value for name, value in sent.items() if value and name not in given}
        expect = {key.removeprefix(f"{at}expect-"): post[key] for key in post if key.startswith(f"{at}expect-")}
        yield CaseRow(
            was=old.was, name=" ".join(post.get(f"{at}name", "").split()), as_of=post.get(f"{at}as_of", "").strip(),
            given=given, answer=post.get(f"{at}answer", ""), unmet=_listed("unmet", expect, old.unmet),
            unknown=_listed("unknown", expect, old.unknown),
        )  # fmt: skip


def _listed(what: str, expect: dict[str, str], old: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return the conditions expected so, in the order they stood; None where nobody says and nobody said."""
    chosen = {name for name, said in expect.items() if said == what}
    kept = [name for name in old or () if name in chosen or name not in expect]
    found = (*kept, *(name for name in expect if name in chosen and name not in kept))
    return found if found or old is not None else None


def _answer(
    request: HttpRequest, desk: Desk, rows: tuple[CaseRow, ...], faults: tuple[Fault, ...] = ()
) -> HttpResponse:
    context = {"frame": framed(request), "page": _page(desk, rows, faults)}
    return render(request, "console/law_cases.html", context, status=422 if faults else 200)


def _page(desk: Desk, rows: tuple[CaseRow, ...], faults: tuple[Fault, ...] = ()) -> CasesPage:
    try:
        trial = desk.tried(cases=edit_cases.write_rows(desk.cases, rows))
    except TongdengError as error:
        trial, faults = desk.tried(), (*faults, Fault("cases", law_rights.told(error)))
    service = trial.service or desk.base.services.get(desk.code)
    results = trial.results if len(trial.results) == len(rows) else (None,) * len(rows)
    cases = tuple(
        _case(number, row, result, service, desk)
        for number, (row, result) in enumerate(zip(rows, results, strict=True))
    )
    return CasesPage(
        draft_title=desk.draft.title, draft_url=desk.at, code=desk.code,
        name=service.name if service else Text(desk.code, desk.code), url=f"{desk.url}cases/", edit_url=desk.url,
        text_url=f"{desk.at}text/?path={desk.cases_path}", may_write=desk.may_write, cases=cases,
        holding=sum(bool(case.holds) for case in cases),
        service_faults=tuple(fault_line(fault, desk.at) for fault in (*trial.faults, *trial.case_faults)),
        faults=faults,
    )  # fmt: skip


def _case(number: int, row: CaseRow, result: CaseResult | None, service: Service | None, desk: Desk) -> CaseField:
    version = _version(service, row.as_of)
    names = list(row.given)
    if service:
        read = (name for one in service.versions for c in one.conditions for name in facts_in(c.tree))
        names = list(dict.fromkeys([*names, *read]))
    answered = None
    if result and result.answer:
        answered = law_page.answer_words(result.answer, result.unmet, result.unknown, version)
    faults = tuple(
        Text(f"{one.fact.zh}{one.remedy.zh}", f"{one.fact.en} {one.remedy.en}".strip())
        for one in (result.faults if result and not answered else ())
    )
    return CaseField(
        number=number, row=row, answers=tuple(Choice(c, t, c == row.answer) for c, t in law_page.ANSWERS.items()),
        given=tuple(_given(name, row.given.get(name, ""), desk.facts.get(name)) for name in names),
        expect=tuple(_expect(row, version)), answered=answered, holds=result.holds if result else None, faults=faults,
        is_new=row.was is None,
    )  # fmt: skip


def _version(service: Service | None, day: str) -> Version | None:
    fact = Fact("as_of", FactType.DATE, "")
    found = parse_value(day, fact)
    return service.version_on(found) if service and found is not None else None


def _given(name: str, value: str, fact: Fact | None) -> GivenField:
    if fact is None:
        return GivenField(name, Text(name, name), value, (), "text")
    label = Text(fact.zh, fact.en or name)
    words: dict[str, Text] = {}
    if fact.type == FactType.BOOLEAN:
        words = {"true": Text("是", "yes"), "false": Text("否", "no")}
    elif fact.type == FactType.CODE:
        words = {code: fact.value_labels.get(code) or Text(code, code) for code in fact.values}
    if not words:
        return GivenField(name, label, value, (), "date" if fact.type == FactType.DATE else "number")
    options = (Choice("", UNKNOWN, not value), *(Choice(code, text, code == value) for code, text in words.items()))
    return GivenField(name, label, value, options, "choice")


def _expect(row: CaseRow, version: Version | None) -> Iterable[ExpectField]:
    for condition in version.conditions if version else ():
        chosen = "unmet" if condition.name in (row.unmet or ()) else ""
        chosen = "unknown" if condition.name in (row.unknown or ()) else chosen
        options = tuple(Choice(code, text, code == chosen) for code, text in EXPECTED.items())
        yield ExpectField(condition.name, law_page.condition_label(condition.label, condition.name), options)


urlpatterns = [
    path("law/drafts/<int:draft_id>/services/<str:code>/cases/", edit_cases_page, name="law_cases"),
    path("law/drafts/<int:draft_id>/services/<str:code>/cases/run/", run_cases, name="law_cases_run"),
]
