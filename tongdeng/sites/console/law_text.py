"""A file of a draft as plain text; each fault leads to its line."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from tongdeng.catalogue import actions
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel.errors import TongdengError
from tongdeng.rules.loader import read_files
from tongdeng.sites.console import law_rights
from tongdeng.sites.console.law import HERE
from tongdeng.sites.console.law_drafts import CASES, back_to, fault_line, framed, service_names
from tongdeng.sites.console.view_models.law_edit import TextPage
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.typed import whole

MOST_ROWS, LEAST_ROWS = 30, 12


@require_http_methods(["GET", "HEAD", "POST"])
def edit_text(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a file of a draft as text; check it or save it, faulty or not: only a sound law can be proposed."""
    draft, may_write = law_rights.draft_of(request, draft_id)
    files, name = catalogue.draft_files(draft_id), request.GET.get("path", "")
    if name not in files and not name.endswith(CASES):
        raise Http404
    at = f"{HERE}drafts/{draft_id}/"
    url = f"{at}text/?path={name}"
    text, status = files.get(name, ""), 200
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        if "check" not in request.POST:
            try:
                actions.save_draft_file(draft_id=draft_id, path=name, text=text, by=request.actor)
                return back_to(url, "saved")
            except TongdengError as error:
                faults, status = (Fault("text", law_rights.told(error)),), 422
    read = read_files({path: said.encode("utf-8", "replace") for path, said in {**files, name: text}.items()})
    names = service_names(catalogue.law_of(draft.base_digest)) | service_names(read.law)
    rights = catalogue.rights_of(request.actor)
    page = TextPage(
        draft_id=draft_id, draft_title=draft.title, draft_url=at, path=name, text=text, line=_line(request), url=url,
        form_url=_form(at, name, names), may_write=may_write and rights.may_change(name),
        is_changed=name in draft.changed, law_faults=tuple(fault_line(one, at) for one in read.faults),
        files=tuple(Choice(one, one, one == name) for one in sorted({*files, name}) if rights.may_change(one)),
        faults=faults, rows=max(LEAST_ROWS, min(MOST_ROWS, text.count("\n") + 2)),
    )  # fmt: skip
    return render(request, "console/law_text.html", {"frame": framed(request), "page": page}, status=status)


def _form(at: str, name: str, names: dict[str, str]) -> str:
    code = names.get(name)
    return f"{at}services/{code}/{'cases/' if name.endswith(CASES) else ''}" if code else ""


def _line(request: HttpRequest) -> int:
    return whole(request.GET.get("line", ""), 6) or 0


urlpatterns = [path("law/drafts/<int:draft_id>/text/", edit_text, name="law_text")]
