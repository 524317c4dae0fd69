"""Who may do what with the law: what a page offers to its reader."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from tongdeng.catalogue import selectors as catalogue
from tongdeng.catalogue.types import Draft, DraftState
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.org.types import PostKind
from tongdeng.rules.model import Service
from tongdeng.sites.shell.frame import Choice, Link

DRAFTS = Link(Text("草案", "Drafts"), "/law/drafts/")
PUBLICATIONS = Link(Text("公布记录", "Publications"), "/law/publications/")


def takes_part(request: HttpRequest) -> bool:
    """Tell whether the reader's post writes, approves or audits law."""
    rights = catalogue.rights_of(request.actor)
    return bool(rights.may_write or rights.may_approve or rights.kind == PostKind.AUDITOR)


def links(request: HttpRequest) -> tuple[Link, ...]:
    """Return where the reader can go on from the list of services."""
    return (DRAFTS, PUBLICATIONS) if takes_part(request) else ()


def demand_part(request: HttpRequest) -> None:
    """Raise PermissionDenied for a post that has no part in the law's making."""
    if not takes_part(request):
        raise PermissionDenied


def drafts_for(request: HttpRequest, service: Service) -> tuple[Choice, ...] | None:
    """Return the open drafts in which the reader may change a service; None where the post may not change it."""
    if not catalogue.rights_of(request.actor).may_change(service.file):
        return None
    drafts = (draft for draft in catalogue.drafts(request.actor) if draft.state is DraftState.OPEN)
    return tuple(Choice(f"/law/drafts/{draft.id}/services/{service.code}/", draft.title) for draft in drafts)


def draft_of(request: HttpRequest, draft_id: int) -> tuple[Draft, bool]:
    """Return a draft and whether the reader may write on it now; 404 where there is none."""
    demand_part(request)
    try:
        draft = catalogue.draft(draft_id)
    except UnusableInput:
        raise Http404 from None
    rights = catalogue.rights_of(request.actor)
    return draft, draft.state is DraftState.OPEN and rights.may_write_on(draft.opened_by.staff_id)


def told(error: TongdengError) -> Text:
    """Return an error as one sentence: the fact, its place and the way out."""
    place = Text(f"（{error.place}）", f" ({error.place})") if error.place else Text("", "")
    zh, en = error.fact.zh.rstrip("。") + place.zh, error.fact.en.rstrip(".") + place.en
    if not error.remedy.zh:
        return Text(f"{zh}。", f"{en}.")
    return Text(f"{zh}。{error.remedy.zh.rstrip('。')}。", f"{en}. {error.remedy.en.rstrip('.')}.")
