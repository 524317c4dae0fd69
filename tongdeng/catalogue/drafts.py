"""Reads of drafts and publications."""

from collections.abc import Iterable, Mapping

from tongdeng.audit.types import Actor
from tongdeng.catalogue import publishing
from tongdeng.catalogue.errors import unknown
from tongdeng.catalogue.models import Draft, Publication
from tongdeng.catalogue.published import as_bytes, bundle_files, newest_digest
from tongdeng.catalogue.types import Draft as DraftSeen
from tongdeng.catalogue.types import DraftState, Preview, Signatory, State
from tongdeng.catalogue.types import Publication as PublicationSeen
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org import selectors as org
from tongdeng.rules.faults import Fault
from tongdeng.rules.loader import Reading, read_files
from tongdeng.rules.model import Law


class _Names:
    """Names and titles of whoever signed, read once for a whole list."""

    def __init__(self, signed: Iterable[tuple[int | None, int | None]]) -> None:
        pairs = list(signed)
        self.staff = org.staff_names({staff for staff, _ in pairs if staff})
        found = org.Post.objects.filter(pk__in={post for _, post in pairs if post})
        self.titles = {post.pk: Text(post.title_zh, post.title_en) for post in found}

    def of(self, staff: int | None, post: int | None) -> Signatory:
        return Signatory(staff, post, self.staff.get(staff or 0, ""), self.titles.get(post or 0, NOTHING))


def overlaid(base: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return the files of a base with a draft's changes on them."""
    merged = {**base, **changes}
    return {path: text for path, text in merged.items() if text is not None}


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Return the paths whose file is not the same in both, in order."""
    return tuple(sorted(path for path in {*before, *after} if before.get(path) != after.get(path)))


def get_draft(draft_id: int) -> Draft:
    """Return a kept draft. Raises UnusableInput."""
    found = Draft.objects.filter(pk=draft_id).first()
    if found is None:
        raise unknown("draft", str(draft_id))
    return found


def get_publication(publication_id: int) -> Publication:
    """Return a kept publication. Raises UnusableInput."""
    found = Publication.objects.filter(pk=publication_id).first()
    if found is None:
        raise unknown("publication", str(publication_id))
    return found


def _seen_draft(kept: Draft, names: _Names, newest: str) -> DraftSeen:
    return DraftSeen(
        id=kept.pk,
        title=kept.title,
        base_digest=kept.base_id,
        changed=tuple(sorted(kept.files)),
        removed=tuple(sorted(path for path, text in kept.files.items() if text is None)),
        state=DraftState(kept.state),
        opened_by=names.of(kept.opened_staff_id, kept.opened_post_id),
        opened_at=kept.opened_at,
        changed_at=kept.changed_at,
        is_stale=kept.base_id != newest,
        trial=Preview.from_json(kept.trial) if kept.trial else None,
        is_trial_current=bool(kept.trial) and kept.trial_of == publishing.changes_digest(kept.base_id, kept.files),
        trial_state=kept.trial_state,
    )


def draft(draft_id: int) -> DraftSeen:
    """Return one draft. Raises UnusableInput."""
    kept = get_draft(draft_id)
    return _seen_draft(kept, _Names([(kept.opened_staff_id, kept.opened_post_id)]), newest_digest())


def drafts(by: Actor) -> list[DraftSeen]:
    """Return the drafts still in work that the actor may write on, the one changed last first."""
    kept = Draft.objects.filter(state__in=(DraftState.OPEN, DraftState.PROPOSED)).order_by("-changed_at", "-id")
    rights = publishing.rights_of(by)
    mine = [one for one in kept if rights.may_write_on(one.opened_staff_id)]
    names = _Names((one.opened_staff_id, one.opened_post_id) for one in mine)
    newest = newest_digest()
    return [_seen_draft(one, names, newest) for one in mine]


def draft_files(draft_id: int) -> dict[str, str]:
    """Return all files of a draft: those of its base, with its changes on them."""
    kept = get_draft(draft_id)
    return overlaid(bundle_files(kept.base_id), kept.files)


def draft_state(draft_id: int) -> str:
    """Return what names the draft's present text: another after every change."""
    kept = get_draft(draft_id)
    return publishing.changes_digest(kept.base_id, kept.files)


def draft_reading(draft_id: int) -> Reading:
    """Return what the rules read in a draft, with every fault and warning."""
    return read_files(as_bytes(draft_files(draft_id)))


def draft_law(draft_id: int) -> tuple[Law | None, tuple[Fault, ...]]:
    """Return a draft's law, or None with what is at fault in it."""
    reading = draft_reading(draft_id)
    return (None if reading.faults else reading.law), tuple(reading.faults)


def _seen_publication(kept: Publication, names: _Names, newest: str, places: bool) -> PublicationSeen:
    state = State(kept.state)
    return PublicationSeen(
        id=kept.pk,
        title=kept.title,
        digest=kept.bundle_id,
        base_digest=kept.base_id or "",
        state=state,
        reason=kept.reason,
        draft_id=kept.draft_id,
        authors=tuple(kept.authors),
        proposed_by=names.of(kept.proposed_staff_id, kept.proposed_post_id),
        proposed_at=kept.proposed_at,
        preview=Preview.from_json(kept.preview, places=places) if kept.preview else None,
        preview_fault=kept.preview_fault,
        second_look_reason=kept.second_look_reason,
        decided_by=names.of(kept.decided_staff_id, kept.decided_post_id),
        decided_at=kept.decided_at,
        refusal=kept.refusal,
        number=kept.number,
        is_stale=state in (State.PROPOSED, State.PREVIEWED) and kept.base_id != newest,
        changed=tuple(kept.changed),
    )


def _all_seen(found: list[Publication], *, places: bool = False) -> list[PublicationSeen]:
    signed = [(one.proposed_staff_id, one.proposed_post_id) for one in found]
    names = _Names(signed + [(one.decided_staff_id, one.decided_post_id) for one in found])
    newest = newest_digest()
    return [_seen_publication(one, names, newest, places) for one in found]


def publications() -> list[PublicationSeen]:
    """Return every publication, proposed, published or refused, the newest first; previews without their places."""
    return _all_seen(list(Publication.objects.order_by("-id")))


def publication(publication_id: int) -> PublicationSeen:
    """Return one publication, its preview whole. Raises UnusableInput."""
    return _all_seen([get_publication(publication_id)], places=True)[0]


def history() -> list[PublicationSeen]:
    """Return the published laws, the current one first; previews without their places."""
    return _all_seen(list(Publication.objects.filter(state=State.PUBLISHED).order_by("-number")))
