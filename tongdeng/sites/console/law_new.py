"""A new service in a draft: its code, name, first day and clause; the form of the editor does the rest."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from tongdeng.catalogue import actions
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel.errors import Text, TongdengError
from tongdeng.rules import edit_new
from tongdeng.sites.console import law_drafts, law_fields, law_rights
from tongdeng.sites.console.law import HERE
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.typed import read_day

FIELDS = ("code", "name_zh", "name_en", "from_on", "clause_zh", "clause_en")
NEEDED = {
    "name_zh": Text("请填写事项的中文名称。", "Give the service's Chinese name."),
    "clause_zh": Text("请填写依据的法规和条款。", "Give the law and article it rests on."),
    "from_on": Text("请填写日期，如 2027-01-01。", "Give a day such as 2027-01-01."),
}  # fmt: skip


@require_POST
def add_service(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Put a new service into a draft and go on to its form."""
    draft, may_write = law_rights.draft_of(request, draft_id)
    if not may_write:
        raise PermissionDenied
    typed = {name: law_fields.line_of(request.POST, name) for name in FIELDS}
    typed["code"] = typed["code"].upper()
    try:
        fault = _fault(typed, draft_id)
        if fault is None:
            path_ = edit_new.service_path(typed["code"], typed["name_en"], catalogue.draft_files(draft_id))
            text = edit_new.service_text(
                typed["code"], typed["name_zh"], typed["name_en"], date.fromisoformat(typed["from_on"]),
                typed["clause_zh"], typed["clause_en"],
            )  # fmt: skip
            actions.save_draft_file(draft_id=draft.id, path=path_, text=text, by=request.actor)
            return law_drafts.back_to(f"{HERE}drafts/{draft.id}/services/{typed['code']}/", "added")
    except TongdengError as error:
        fault = Fault("code", law_rights.told(error))
    return law_drafts.answer(request, draft_id, (fault,), typed)


def _fault(typed: dict[str, str], draft_id: int) -> Fault | None:
    """Return the first thing that is missing or taken."""
    edit_new.bureau_of(typed["code"])
    known = catalogue.draft_reading(draft_id).services.get(typed["code"])
    if known is not None:
        told = Text(f"编码 {typed['code']} 已是“{known.name.zh}”。", f"{typed['code']} is “{known.name.en}” already.")
        return Fault("code", told)
    missing = next((name for name in ("name_zh", "clause_zh") if not typed[name]), "")
    if not missing and read_day(typed["from_on"]) is None:
        missing = "from_on"
    return Fault(missing, NEEDED[missing]) if missing else None


urlpatterns = [path("law/drafts/<int:draft_id>/services/", add_service, name="law_new")]
