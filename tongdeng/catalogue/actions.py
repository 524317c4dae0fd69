"""Acts on the law: drafting, proposing, approving. What is published never changes; what replaces it is published."""

from collections.abc import Mapping
from pathlib import Path

from django.db import connection, transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.catalogue import publishing
from tongdeng.catalogue.drafts import differing, get_draft, overlaid
from tongdeng.catalogue.errors import NotAllowed, StaleDraft, unknown
from tongdeng.catalogue.models import Bundle, Draft, Publication
from tongdeng.catalogue.published import as_bytes, bundle_files, law_of, look_again, newest_digest
from tongdeng.catalogue.types import DraftState, Preview, State
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules.bundle import digest_of, files_in
from tongdeng.rules.faults import LawIsFaulty
from tongdeng.rules.loader import read_files
from tongdeng.rules.model import Law
from tongdeng.work import actions as work

FIRST = "开县法规 / the law this county began with"


# ---- the first law ----


@transaction.atomic
def publish_first(*, folder: Path, by: Actor) -> bool:
    """Publish a folder as the law a new county begins with; False where one is published already."""
    _lock()
    if Publication.objects.filter(state=State.PUBLISHED).exists():
        return False
    digest = _keep_bundle(_texts(folder), FIRST)
    now = clock.now()
    Publication.objects.create(
        title=FIRST, bundle_id=digest, state=State.PUBLISHED, reason=FIRST, proposed_at=now, decided_at=now, number=1
    )
    audit.record("catalogue.law.begun", by=by, detail={"digest": digest})
    transaction.on_commit(look_again)
    return True


# ---- drafts ----


@transaction.atomic
def open_draft(*, title: str, base: str | None = None, by: Actor) -> int:
    """Open a draft on the published law, or on an older one by its digest, and return its id."""
    rights = publishing.rights_of(by)
    if not rights.may_write:
        raise NotAllowed("catalogue.draft.not_allowed", Text("你的岗位不能起草法规", "your post drafts no law"))
    draft = _new_draft(title, {}, by, base=base)
    audit.record("catalogue.draft.opened", by=by, detail={"draft": draft.pk, "base": draft.base_id})
    return draft.pk


@transaction.atomic
def save_draft_file(*, draft_id: int, path: str, text: str | None, by: Actor) -> None:
    """Put a file's new text into a draft; None takes the draft's own text back to the base's."""
    draft = _lock_draft(draft_id)
    publishing.demand_file(path, text)
    publishing.demand_write(by, opened_by=draft.opened_staff_id, paths=[path])
    draft.files = {known: said for known, said in draft.files.items() if known != path}
    if text is not None and bundle_files(draft.base_id).get(path) != text:
        draft.files[path] = text
    _touch(draft, by)
    audit.record("catalogue.draft.saved", by=by, detail={"draft": draft_id, "path": path})


@transaction.atomic
def discard_draft(*, draft_id: int, by: Actor) -> None:
    """Put a draft away; what was written on it is kept."""
    draft = _lock_draft(draft_id)
    publishing.demand_write(by, opened_by=draft.opened_staff_id)
    draft.state = DraftState.DISCARDED
    draft.save(update_fields=["state"])
    audit.record("catalogue.draft.discarded", by=by, detail={"draft": draft_id})


@transaction.atomic
def update_draft(*, draft_id: int, by: Actor) -> None:
    """Put a draft's changes on the law published since. Raises UnusableInput where both changed the same file."""
    draft = _lock_draft(draft_id)
    publishing.demand_write(by, opened_by=draft.opened_staff_id)
    newest = newest_digest()
    old, new = bundle_files(draft.base_id), bundle_files(newest)
    both = [path for path in differing(old, new) if path in draft.files and draft.files[path] != new.get(path)]
    if both:
        raise UnusableInput(
            "catalogue.draft.conflict",
            Text("同一文件在新公布的法规里也改了", "the newly published law changed the same file"),
            place=", ".join(both),
            remedy=Text("把该文件恢复为现行内容后重新修改", "take that file back and change it anew"),
        )
    draft.files = {path: text for path, text in draft.files.items() if text != new.get(path)}
    draft.base_id = newest
    _touch(draft, by)
    audit.record("catalogue.draft.updated", by=by, detail={"draft": draft_id, "base": newest})


@transaction.atomic
def revert_to(*, digest: str, by: Actor) -> int:
    """Open a draft that would bring the law back to an older one, and return its id."""
    title = f"恢复到 {digest[:12]} / back to {digest[:12]}"
    draft = _new_draft(title, bundle_files(digest), by)
    publishing.demand_write(by, opened_by=by.staff_id, paths=draft.files)
    audit.record("catalogue.draft.reverted", by=by, detail={"draft": draft.pk, "digest": digest})
    return draft.pk


@transaction.atomic
def import_folder(*, folder: Path, title: str, by: Actor) -> int:
    """Open a draft with the files of a law folder, and return its id. Raises LawIsFaulty for a faulty folder."""
    files = _texts(folder)
    reading = read_files(as_bytes(files), place=str(folder), name=folder.name)
    if reading.faults:
        raise LawIsFaulty(tuple(reading.faults))
    draft = _new_draft(title, files, by)
    publishing.demand_write(by, opened_by=by.staff_id, paths=draft.files)
    audit.record("catalogue.folder.imported", by=by, detail={"draft": draft.pk, "digest": reading.digest})
    return draft.pk


@transaction.atomic
def ask_what_if(*, draft_id: int, by: Actor) -> None:
    """Have a draft tried on everyone in the background. Raises LawIsFaulty."""
    draft = _lock_draft(draft_id)
    publishing.demand_write(by, opened_by=draft.opened_staff_id)
    _demand_sound(overlaid(bundle_files(draft.base_id), draft.files))
    draft.trial_state = "asked"
    draft.save(update_fields=["trial_state"])
    audit.record("catalogue.trial.asked", by=by, detail={"draft": draft_id})
    work.ask_for_job("tongdeng.owed.tasks.what_if", lock=f"what-if-{draft_id}", draft_id=draft_id)


@transaction.atomic
def attach_trial(*, draft_id: int, trial_of: str, preview: Preview | None, by: Actor) -> None:
    """Keep what a draft would change; None says that it could not be found out."""
    draft = get_draft(draft_id)
    draft.trial_state = "done" if preview else "failed"
    draft.trial, draft.trial_of = (preview.as_json(), trial_of) if preview else (draft.trial, draft.trial_of)
    draft.save(update_fields=["trial", "trial_of", "trial_state"])
    audit.record("catalogue.trial.attached", by=by, detail={"draft": draft_id, "state": draft.trial_state})


# ---- publications ----


@transaction.atomic
def propose(*, draft_id: int, reason: str, by: Actor) -> int:
    """Propose a draft as the county's law and have its preview made; returns the publication's id.

    Raises LawIsFaulty with every fault's file, line and word, StaleDraft, NotAllowed.
    """
    draft, said = _lock_draft(draft_id), publishing.demand_words(reason, "reason")
    rights = publishing.demand_write(by, opened_by=draft.opened_staff_id, paths=draft.files)
    if draft.base_id != newest_digest():
        raise StaleDraft(str(draft_id))
    if not draft.files:
        raise UnusableInput("catalogue.draft.unchanged", Text("草案没有改动", "the draft changes nothing"))
    base = bundle_files(draft.base_id)
    files = overlaid(base, draft.files)
    law = _demand_sound(files)
    publishing.demand_own_services(rights, (law_of(draft.base_id), law), draft.files)
    _touch(draft, by)
    draft.state = DraftState.PROPOSED
    draft.save(update_fields=["state"])
    made = Publication.objects.create(
        title=draft.title, draft=draft, bundle_id=_keep_bundle(files, draft.title), base_id=draft.base_id,
        changed=list(differing(base, files)), reason=said, authors=draft.authors, proposed_staff_id=by.staff_id,
        proposed_post_id=by.post_id, proposed_at=clock.now(),
    )  # fmt: skip
    audit.record("catalogue.publication.proposed", by=by, detail={"publication": made.pk, "digest": made.bundle_id})
    lock = f"preview-{made.pk}"
    work.ask_for_job("tongdeng.owed.tasks.preview_publication", lock=lock, publication_id=made.pk)
    return made.pk


@transaction.atomic
def attach_preview(*, publication_id: int, preview: Preview, by: Actor) -> None:
    """Keep what a publication would change, so that a second person may decide on it."""
    made = _lock_publication(publication_id)
    if (preview.base_digest, preview.digest) != (made.base_id, made.bundle_id):
        raise UnusableInput(
            "catalogue.preview.of_another", Text("预览不是这次公布的", "the preview is of another publication")
        )
    made.state, made.preview, made.preview_fault = State.PREVIEWED, preview.as_json(), ""
    made.save(update_fields=["state", "preview", "preview_fault"])
    audit.record("catalogue.publication.previewed", by=by, detail={"publication": publication_id})


@transaction.atomic
def note_no_preview(*, publication_id: int, fault: str, by: Actor) -> None:
    """Note why no preview could be made; without one nobody can approve."""
    made = _lock_publication(publication_id)
    made.preview_fault = fault
    made.save(update_fields=["preview_fault"])
    audit.record("catalogue.publication.not_previewed", by=by, detail={"publication": publication_id})


@transaction.atomic
def ask_preview(*, publication_id: int, by: Actor) -> None:
    """Have the preview of an undecided publication made anew, such as after a new roll."""
    made = _lock_publication(publication_id)
    publishing.demand_reader(by)
    audit.record("catalogue.preview.asked", by=by, detail={"publication": made.pk})
    work.ask_for_job(
        "tongdeng.owed.tasks.preview_publication", lock=f"preview-{made.pk}", publication_id=made.pk
    )  # fmt: skip


@transaction.atomic
def approve(*, publication_id: int, by: Actor, second_look_reason: str = "") -> str:
    """Publish a law as the second person and have everyone determined; returns its digest.

    Raises NotAllowed, StaleDraft, CheckFailed where its files were altered, UnusableInput where the preview, or the
    reason for so large a change, is missing. All or nothing: whoever reads sees the former law or this one.
    """
    _lock()
    made = _lock_publication(publication_id)
    publishing.demand_second(by, made.authors)
    if made.base_id != newest_digest():
        raise StaleDraft(str(publication_id))
    if made.state != State.PREVIEWED:
        fact = Text("还没有预览，不能批准", "there is no preview yet, so nobody can approve")
        raise UnusableInput("catalogue.publication.not_previewed", fact, place=str(publication_id))
    if publishing.needs_second_look(Preview.from_json(made.preview)):
        made.second_look_reason = publishing.demand_words(second_look_reason, "second_look_reason")
    law_of.cache_clear()  # what is published now was read from the database now, digest and all
    law_of(made.bundle_id)
    made.state, made.number = State.PUBLISHED, Publication.objects.filter(state=State.PUBLISHED).count() + 1
    _sign(made, by)
    Draft.objects.filter(pk=made.draft_id).update(state=DraftState.PUBLISHED)
    audit.record(
        "catalogue.publication.published", by=by,
        detail={"publication": made.pk, "number": made.number, "digest": made.bundle_id, "base": made.base_id},
    )  # fmt: skip
    work.ask_for_job("tongdeng.insight.tasks.refresh_everyone", lock="everyone")
    transaction.on_commit(look_again)
    return str(made.bundle_id)


@transaction.atomic
def refuse(*, publication_id: int, reason: str, by: Actor) -> None:
    """Refuse a publication and open its draft again. Who proposed it may take it back this way, too."""
    made = _lock_publication(publication_id)
    if by.staff_id is None or by.staff_id not in made.authors:
        publishing.demand_second(by, ())
    made.state, made.refusal = State.REFUSED, publishing.demand_words(reason, "reason")
    _sign(made, by)
    Draft.objects.filter(pk=made.draft_id).update(state=DraftState.OPEN)
    audit.record("catalogue.publication.refused", by=by, detail={"publication": publication_id})


# ---- what the acts share ----


def _lock() -> None:
    """Let one publication be decided at a time, so that each is judged against the law it would replace."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalogue.publishing'))")


def _lock_draft(draft_id: int) -> Draft:
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise unknown("draft", str(draft_id))
    if draft.state != DraftState.OPEN:
        fact = Text("草案已提交或已撤销，不能再改", "the draft was proposed or put away and cannot be changed")
        raise UnusableInput("catalogue.draft.closed", fact, place=str(draft_id))
    return draft


def _lock_publication(publication_id: int) -> Publication:
    made = Publication.objects.select_for_update().filter(pk=publication_id).first()
    if made is None:
        raise unknown("publication", str(publication_id))
    if made.state in (State.PUBLISHED, State.REFUSED):
        fact = Text("这次公布已经有了决定", "this publication is decided")
        raise UnusableInput("catalogue.publication.decided", fact, place=str(publication_id))
    return made


def _new_draft(title: str, files: Mapping[str, str], by: Actor, base: str | None = None) -> Draft:
    """Open a draft on the newest law (or on `base`) that holds these files; with none it changes nothing."""
    said, now, digest = title.strip()[:200], clock.now(), base or newest_digest()
    if not said:
        raise UnusableInput("catalogue.draft.untitled", Text("草案没有标题", "the draft has no title"), place="title")
    before = bundle_files(digest)
    changes = {path: files.get(path) for path in differing(before, files)} if files else {}
    return Draft.objects.create(
        title=said, base_id=digest, files=changes, opened_staff_id=by.staff_id, opened_post_id=by.post_id,
        opened_at=now, changed_at=now, authors=[by.staff_id] if by.staff_id else [],
    )  # fmt: skip


def _touch(draft: Draft, by: Actor) -> None:
    draft.changed_at = clock.now()
    draft.authors = sorted({*draft.authors, *([by.staff_id] if by.staff_id else [])})
    draft.save(update_fields=["base", "files", "changed_at", "authors"])


def _sign(made: Publication, by: Actor) -> None:
    made.decided_staff_id, made.decided_post_id, made.decided_at = by.staff_id, by.post_id, clock.now()
    made.save(
        update_fields=[
            "state", "number", "refusal", "second_look_reason", "decided_staff_id", "decided_post_id", "decided_at",
        ]
    )  # fmt: skip


def _demand_sound(files: dict[str, str]) -> Law:
    reading = read_files(as_bytes(files))
    if reading.faults:
        raise LawIsFaulty(tuple(reading.faults))
    return reading.law


def _texts(folder: Path) -> dict[str, str]:
    """Return a folder's files as text. Raises UnusableInput for what no text column holds, or for a foreign path."""
    found: dict[str, str] = {}
    for path, content in files_in(folder).items():
        try:
            found[path] = content.decode("utf-8")
        except UnicodeDecodeError:
            raise UnusableInput(
                "catalogue.file.encoding", Text("文件不是 UTF-8 编码", "the file is not UTF-8"), place=path
            ) from None
        publishing.demand_file(path, found[path])
    return found


def _keep_bundle(files: dict[str, str], title: str) -> str:
    digest = digest_of(as_bytes(files))
    Bundle.objects.get_or_create(pk=digest, defaults={"files": files, "title": title, "made_at": clock.now()})
    return digest
