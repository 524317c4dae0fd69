"""Drafts of the law: opening one, what it changes, trying it on everyone, and proposing it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.catalogue import actions
from tongdeng.catalogue import selectors as catalogue
from tongdeng.catalogue.types import Draft, DraftState, Publication
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError
from tongdeng.rules import changes
from tongdeng.rules.faults import Fault as LawFault
from tongdeng.rules.model import Law
from tongdeng.sites.console import law_effects, law_page, law_rights
from tongdeng.sites.console.law import HERE, frame
from tongdeng.sites.console.view_models.law import DraftLine, DraftPage, FaultLine, FileLine
from tongdeng.sites.shell.frame import Choice, Fault, Frame, Toast

CASES = ".cases.yaml"
STATES = {
    DraftState.OPEN: Text("在写", "Being written"), DraftState.PROPOSED: Text("已提请公布", "Proposed"),
    DraftState.PUBLISHED: Text("已公布", "Published"), DraftState.DISCARDED: Text("已撤销", "Put away"),
}  # fmt: skip
DONE = {
    "added": Text("已加新事项，请写条件和例子。", "The service was added; write its conditions and examples."),
    "saved": Text("已保存到草案。", "Saved in the draft."),
    "version": Text("已加新版本，请改它的内容。", "A version was added; change what it says."),
    "dropped": Text("已去掉这个版本。", "The version was taken out."),
    "undone": Text("已恢复为现行内容。", "Back to what is in force."),
    "updated": Text("草案已改到现行法规上。", "The draft now stands on the law in force."),
    "discarded": Text("草案已撤销，写过的内容仍留存备查。", "The draft was put away; what was written is kept."),
    "proposed": Text("已提请公布，等第二个人批准。", "Proposed; a second person decides."),
    "approved": Text("已公布，正在按新规定重新判定。", "Published; everyone is being determined anew."),
    "refused": Text("已退回，草案可以接着改。", "Refused; the draft can be written on again."),
}  # fmt: skip


def framed(request: HttpRequest) -> Frame:
    """Return the frame, with what was just done."""
    done = DONE.get(request.GET.get("done", ""))
    plain = frame(request)
    return Frame(**{**plain.__dict__, "toast": Toast(done)}) if done else plain


def back_to(url: str, done: str = "") -> HttpResponseRedirect:
    """Return to a page, which says what was done."""
    sign = "&" if "?" in url else "?"
    return redirect(f"{url}{sign}done={done}" if done else url)


def service_names(law: Law) -> dict[str, str]:
    """Return the code of the service of each file, and of its examples."""
    found = {service.file: service.code for service in law.services.values()}
    return found | {path.removesuffix(".yaml") + CASES: code for path, code in found.items()}


@require_http_methods(["GET", "HEAD", "POST"])
def show_drafts(request: HttpRequest, told: Text | None = None) -> HttpResponse:
    """List the drafts the reader may write on, and open a new one."""
    law_rights.demand_part(request)
    title, wanted = request.POST.get("title", ""), request.POST.get("service", "")
    if request.method == "POST":
        try:
            draft_id = actions.open_draft(title=title, by=request.actor)
        except TongdengError as error:
            told = law_rights.told(error)
        else:
            url = f"{HERE}drafts/{draft_id}/"
            return redirect(f"{url}services/{wanted}/" if wanted in catalogue.law().services else url)
    faults = (Fault("title", told),) if told else ()
    context = {
        "frame": framed(request), "drafts": [_line(draft) for draft in catalogue.drafts(request.actor)],
        "may_open": catalogue.rights_of(request.actor).may_write, "faults": faults, "title": title,
    }  # fmt: skip
    return render(request, "console/law_drafts.html", context, status=422 if faults else 200)


def _line(draft: Draft) -> DraftLine:
    return DraftLine(
        title=draft.title, url=f"{HERE}drafts/{draft.id}/", by=draft.opened_by.name,
        at=draft.changed_at.astimezone(clock.CHINA), changed=len(draft.changed), state=STATES[draft.state],
        is_open=draft.state is DraftState.OPEN,
    )  # fmt: skip


@require_GET
def show_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show one draft."""
    return answer(request, draft_id)


def answer(
    request: HttpRequest, draft_id: int, faults: tuple[Fault, ...] = (), typed: dict[str, str] | None = None
) -> HttpResponse:
    """Return a draft's page, with what could not be done."""
    context = {"frame": framed(request), "page": _page(request, draft_id), "faults": faults, "typed": typed or {}}
    return render(request, "console/law_draft.html", context, status=422 if faults else 200)


def _page(request: HttpRequest, draft_id: int) -> DraftPage:
    draft, may_write = law_rights.draft_of(request, draft_id)
    law, faults = catalogue.draft_law(draft_id)
    base = catalogue.law_of(draft.base_digest)
    names = service_names(base) | (service_names(law) if law else {})
    at = f"{HERE}drafts/{draft_id}/"
    rights = catalogue.rights_of(request.actor)
    trial = draft.trial
    return DraftPage(
        id=draft.id, title=draft.title, by=draft.opened_by.name, opened_at=draft.opened_at.astimezone(clock.CHINA),
        base=draft.base_digest[:12], is_open=draft.state is DraftState.OPEN, is_stale=draft.is_stale,
        may_write=may_write, state=STATES[draft.state],
        files=tuple(_file(path, draft, names, base, at) for path in draft.changed),
        faults=tuple(fault_line(fault, at) for fault in faults),
        changes=changes.between_laws(base, law, law_page.terms()) if law else (),
        services=tuple(
            Choice(code, Text(f"{code} {one.name.zh}", f"{code} {one.name.en}"))
            for code, one in base.services.items() if rights.may_change(one.file)
        ),
        effects=law_effects.panel(trial, base.facts) if trial else None, is_trial_current=draft.is_trial_current,
        trial_state=draft.trial_state, publication_url=_publication(draft),
    )  # fmt: skip


def _publication(draft: Draft) -> str:
    if draft.state is DraftState.OPEN:
        return ""
    found: Publication | None = next((one for one in catalogue.publications() if one.draft_id == draft.id), None)
    return f"{HERE}publications/{found.id}/" if found else ""


def _file(path: str, draft: Draft, names: dict[str, str], base: Law, at: str) -> FileLine:
    code = names.get(path, "")
    service = base.services.get(code)
    is_cases = path.endswith(CASES)
    form = f"{at}services/{code}/{'cases/' if is_cases else ''}" if code else ""
    name = None
    if service:
        name = Text(f"{service.name.zh}的例子", f"Examples: {service.name.en}") if is_cases else service.name
    return FileLine(path, name, form, f"{at}text/?path={path}", path in draft.removed)


def fault_line(fault: LawFault, at: str) -> FaultLine:
    """Return a fault with the address of its line in the plain text."""
    said = Text(f"{fault.fact.zh}{fault.remedy.zh}", f"{fault.fact.en} {fault.remedy.en}".strip())
    return FaultLine(fault.place, said, f"{at}text/?path={fault.file}&line={fault.line}")


@require_POST
def act_on_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Do what one of the page's buttons says."""
    law_rights.demand_part(request)
    at, asked = f"{HERE}drafts/{draft_id}/", request.POST
    who: dict[str, Any] = {"draft_id": draft_id, "by": request.actor}
    deeds: dict[str, Callable[[], HttpResponse]] = {
        "what_if": lambda: _then(actions.ask_what_if(**who), f"{at}#effects"),
        "discard": lambda: _then(actions.discard_draft(**who), f"{HERE}drafts/?done=discarded"),
        "update": lambda: _then(actions.update_draft(**who), f"{at}?done=updated"),
        "undo": lambda: _then(
            actions.save_draft_file(path=asked.get("path", ""), text=None, **who), f"{at}?done=undone"
        ),
        "propose": lambda: redirect(
            f"{HERE}publications/{actions.propose(reason=asked.get('reason', ''), **who)}/?done=proposed"
        ),
    }  # fmt: skip
    deed = deeds.get(asked.get("do", ""))
    if deed is None:
        raise PermissionDenied
    try:
        return deed()
    except TongdengError as error:
        field = "reason" if asked.get("do") == "propose" else "draft"
        return answer(request, draft_id, (Fault(field, law_rights.told(error)),), {"reason": asked.get("reason", "")})


def _then(_: object, url: str) -> HttpResponseRedirect:
    return redirect(url)


@require_GET
def open_service(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Go to the service that was chosen in the list."""
    code = request.GET.get("code", "")
    at = f"{HERE}drafts/{draft_id}/"
    return redirect(f"{at}services/{code}/" if code in catalogue.law().services else at)


@require_GET
def show_trial(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Answer with what a draft would change; the page asks until it is known."""
    context = {"page": _page(request, draft_id)}
    return render(request, "console/_law_trial.html", context)


urlpatterns = [
    path("law/drafts/", show_drafts, name="law_drafts"),
    path("law/drafts/<int:draft_id>/", show_draft, name="law_draft"),
    path("law/drafts/<int:draft_id>/do/", act_on_draft, name="law_draft_act"),
    path("law/drafts/<int:draft_id>/open/", open_service, name="law_draft_open"),
    path("law/drafts/<int:draft_id>/trial/", show_trial, name="law_trial"),
]
