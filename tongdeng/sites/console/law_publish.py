"""Publications: what was proposed, for whom it changes what, the second person's decision, and what was published."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from tongdeng.catalogue import actions
from tongdeng.catalogue import selectors as catalogue
from tongdeng.catalogue.types import Publication, Signatory, State
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.rules import changes
from tongdeng.sites.console import law_effects, law_page, law_rights
from tongdeng.sites.console.law import HERE
from tongdeng.sites.console.law_drafts import framed, service_names
from tongdeng.sites.console.view_models.law import PublicationLine, PublicationPage
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.templatetags.shell import language

OPEN_STATES = (State.PROPOSED, State.PREVIEWED)
BEGAN = Text("建县时的法规", "the law the county began with")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the oldest day a ZIP file can hold; the same law makes the same bytes


def who(one: Signatory) -> str:
    """Return a name with its post; a command of the installation has none."""
    if not one.name:
        return BEGAN.say(language()) if one.staff_id is None else ""
    title = one.title.say(language())
    return f"{one.name}（{title}）" if title and language() == "zh" else f"{one.name} ({title})" if title else one.name


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(clock.CHINA) if at else None


@require_GET
def show_publications(request: HttpRequest) -> HttpResponse:
    """List what waits for a decision, what was published and what was refused."""
    law_rights.demand_part(request)
    found = catalogue.publications()
    context = {
        "frame": framed(request),
        "waiting": [_line(one) for one in found if one.state in OPEN_STATES],
        "published": [_line(one) for one in found if one.state is State.PUBLISHED],
        "refused": [_line(one) for one in found if one.state is State.REFUSED],
    }
    return render(request, "console/law_publications.html", context)


def _line(one: Publication) -> PublicationLine:
    decided = one.state in (State.PUBLISHED, State.REFUSED)
    return PublicationLine(
        number=str(one.number or ""), title=_title(one), url=f"{HERE}publications/{one.id}/", digest=one.digest[:12],
        state=one.state.value, proposed=who(one.proposed_by), decided=who(one.decided_by) if decided else "",
        at=_local(one.decided_at or one.proposed_at),
    )  # fmt: skip


def _title(one: Publication) -> str:
    """Return a title; those the installation gave are in both languages, with a stroke between them."""
    zh, _, en = one.title.partition(" / ")
    return en if en and language() == "en" else zh if en else one.title


def _get(request: HttpRequest, publication_id: int) -> Publication:
    law_rights.demand_part(request)
    try:
        return catalogue.publication(publication_id)
    except UnusableInput:
        raise Http404 from None


@require_GET
def show_publication(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Show one publication: who gains, who loses, and the decision."""
    one = _get(request, publication_id)
    template = "console/_law_publication.html" if request.headers.get("HX-Request") else "console/law_publication.html"
    return render(request, template, {"frame": framed(request), "page": _page(request, one), "typed": {}})


def _page(request: HttpRequest, one: Publication) -> PublicationPage:
    law = catalogue.law_of(one.digest)
    base = catalogue.law_of(one.base_digest) if one.base_digest else None
    told = changes.between_laws(base, law, law_page.terms()) if base else ()
    shown = {change.code for change in told}
    names = service_names(law) | (service_names(base) if base else {})
    rights = catalogue.rights_of(request.actor)
    is_author = rights.staff_id in one.authors
    is_open = one.state in OPEN_STATES
    preview = one.preview
    return PublicationPage(
        id=one.id, title=_title(one), number=one.number, state=one.state.value, digest=one.digest,
        base=one.base_digest[:12], reason=_reason(one), proposed_by=who(one.proposed_by),
        proposed_at=one.proposed_at.astimezone(clock.CHINA), decided_by=who(one.decided_by),
        decided_at=_local(one.decided_at), refusal=one.refusal, second_look_reason=one.second_look_reason,
        preview_fault=one.preview_fault, is_stale=one.is_stale, changes=told,
        other_files=tuple(path for path in one.changed if names.get(path) not in shown),
        effects=law_effects.panel(preview, law.facts) if preview else None,
        needs_second_look=bool(preview and catalogue.needs_second_look(preview)),
        second_look_share=preview.flip_share if preview else 0.0,
        may_decide=is_open and rights.may_approve and not is_author, may_take_back=is_open and is_author,
        why_not=_why_not(may_approve=rights.may_approve, is_author=is_author) if is_open else None,
        may_revert=one.state is State.PUBLISHED and rights.may_write_all and one.digest != catalogue.current_digest(),
        is_current=one.digest == catalogue.current_digest() and one.state is State.PUBLISHED,
    )  # fmt: skip


def _reason(one: Publication) -> str:
    zh, _, en = one.reason.partition(" / ")
    return (en if language() == "en" else zh) if en and one.base_digest == "" else one.reason


def _why_not(*, may_approve: bool, is_author: bool) -> Text | None:
    if is_author:
        return Text(
            "起草或提交的人不能批准自己的草案；请办公室或司法局的另一位同事批准。",
            "Nobody approves what they wrote or proposed: a colleague of the office or of justice decides.",
        )
    if not may_approve:
        return Text("由办公室或司法局的第二个人决定。", "A second person of the office or of justice decides.")
    return None


@require_POST
def act_on_publication(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Approve, refuse, ask for the preview anew, or open a draft that goes back to this law."""
    one = _get(request, publication_id)
    url, asked, by = f"{HERE}publications/{publication_id}/", request.POST, request.actor
    look, reason = asked.get("second_look_reason", ""), asked.get("reason", "")

    def approve() -> str:
        actions.approve(publication_id=publication_id, second_look_reason=look, by=by)
        return f"{url}?done=approved"

    def refuse() -> str:
        actions.refuse(publication_id=publication_id, reason=reason, by=by)
        return f"{url}?done=refused"

    def preview() -> str:
        actions.ask_preview(publication_id=publication_id, by=by)
        return url

    def revert() -> str:
        return f"{HERE}drafts/{actions.revert_to(digest=one.digest, by=by)}/"

    deeds: dict[str, Callable[[], str]] = {
        "approve": approve, "refuse": refuse, "preview": preview, "revert": revert,
    }  # fmt: skip
    deed = deeds.get(asked.get("do", ""))
    if deed is None:
        raise PermissionDenied
    try:
        return redirect(deed())
    except TongdengError as error:
        field = {"approve": "second_look_reason", "refuse": "reason"}.get(asked["do"], "publication")
        field = field if error.code == "catalogue.reason.missing" else "publication"
        context = {
            "frame": framed(request), "page": _page(request, _get(request, publication_id)),
            "faults": (Fault(field, law_rights.told(error)),), "typed": {"look": look, "reason": reason},
        }  # fmt: skip
        return render(request, "console/law_publication.html", context, status=422)


@require_GET
def give_bundle(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Give the law's files as a ZIP: the same law makes the same file."""
    one = _get(request, publication_id)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(catalogue.bundle_files(one.digest).items()):
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), text, zipfile.ZIP_DEFLATED)
    disposition = f'attachment; filename="law-{one.digest[:12]}.zip"'
    return HttpResponse(
        out.getvalue(), content_type="application/zip", headers={"Content-Disposition": disposition}
    )  # fmt: skip


urlpatterns = [
    path("law/publications/", show_publications, name="law_publications"),
    path("law/publications/<int:publication_id>/", show_publication, name="law_publication"),
    path("law/publications/<int:publication_id>/do/", act_on_publication, name="law_publication_act"),
    path("law/publications/<int:publication_id>/law.zip", give_bundle, name="law_bundle"),
]
