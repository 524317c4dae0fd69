"""Keeping, opening, using again and erasing documents."""

import secrets
import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.documents import selectors, store
from tongdeng.documents.errors import DocumentNotThere, DocumentRefused, OtherPurpose
from tongdeng.documents.models import Document
from tongdeng.documents.types import Fault, Kept, Opened, Owner, Subject, Use
from tongdeng.kernel import clock
from tongdeng.kernel.crypto import sm3
from tongdeng.kernel.errors import Text, TongdengError
from tongdeng.kernel.sealed_file import KEY_BYTES
from tongdeng.keys.exports import Keys, Root
from tongdeng.rules.terms import terms

DOMAIN = "documents"  # the key under which the files' own keys are sealed
SETTLED = timedelta(days=1)  # no upload takes so long: what has no row by then never gets one
_module = Keys(Root.REGISTER)


@transaction.atomic
def keep_document(
    *, subject: Subject, owner: Owner, purpose: str, material: str, data: bytes, by: Actor,
    valid_until: date | None = None,
) -> Kept:  # fmt: skip
    """Clean, seal and keep a file for a subject. Raises DocumentRefused, and keeps nothing then.

    Pictures are drawn anew without place and time; what the file was called is not even looked at. Papers about
    somebody's health are not taken at all.
    """
    use = Use(subject, owner, purpose)
    (made,) = _keep((use,), material, data, valid_until, by)
    audit.record(
        "documents.document.kept", by=by, subjects=[owner.person_id],
        detail={"document": made.id, "for": subject.kind, "number": subject.id, "material": material},
    )  # fmt: skip
    return made


@transaction.atomic
def keep_for_all(*, uses: Sequence[Use], material: str, data: bytes, by: Actor) -> list[Kept]:
    """Keep one file for several subjects of one hand-in, each for its own purpose. Raises DocumentRefused.

    Only here, while the person hands it in for all of them: later it serves each of these purposes and no other.
    """
    made = _keep(uses, material, data, None, by)
    for one in made:
        audit.record(
            "documents.document.kept", by=by, subjects=[one.person_id],
            detail={"document": one.id, "for": one.subject.kind, "number": one.subject.id, "material": material},
        )  # fmt: skip
    return made


def _keep(uses: Sequence[Use], material: str, data: bytes, valid_until: date | None, by: Actor) -> list[Kept]:
    """Clean and seal once; then a row for each use, all of them with the file's key."""
    _refuse_seen_only(material)
    kind, content = store.cleaned(data, material)
    key = secrets.token_bytes(KEY_BYTES)
    file = store.write(key, content)
    try:
        with transaction.atomic():
            rows = [
                Document.objects.create(
                    subject_kind=one.subject.kind, subject_id=one.subject.id, person_id=one.owner.person_id,
                    territory=one.owner.territory, domain=one.owner.domain, desks=list(one.owner.desks),
                    purpose=one.purpose, material=material, file=file, key_sealed=_module.seal(DOMAIN, key),
                    digest=sm3(content), size=len(content), type=kind, held_since=clock.now(), valid_until=valid_until,
                    staff_id=by.staff_id,
                )
                for one in uses
            ]  # fmt: skip
    except BaseException:
        store.remove(file)  # whatever else goes wrong later leaves a file without a row, which the nightly job removes
        raise
    return [selectors.kept(row) for row in rows]


def _refuse_seen_only(material: str) -> None:
    if material in terms(settings.TONGDENG_LAW).seen_only:
        raise DocumentRefused(Fault.SEEN, material)


def _lock(document_id: int, subject: Subject) -> Document:
    row = Document.objects.select_for_update().filter(
        pk=document_id, subject_kind=subject.kind, subject_id=subject.id, erased_at=None
    ).first()  # fmt: skip
    if row is None:
        raise DocumentNotThere
    return row


def _use(document_id: int) -> Document:
    """Return a document that nobody erases until this transaction ends.

    Not by a lock on its row: a resident may read it and never change it.
    """
    found = Document.objects.filter(pk=document_id, erased_at=None)
    if (seen := found.first()) is not None:
        _alone(seen.file)
    row = found.first()  # as it is now: somebody may have erased it while we waited
    if row is None:
        raise DocumentNotThere
    return row


def _alone(file: str) -> None:
    """Wait for whoever uses or erases this file in a transaction that has not ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('documents'), hashtext(%s))", [file])


@transaction.atomic
def open_document(*, document_id: int, subject: Subject, by: Actor) -> Opened:
    """Open a document through its subject. Raises DocumentNotThere for one of another subject, and for none."""
    row = Document.objects.filter(
        pk=document_id, subject_kind=subject.kind, subject_id=subject.id, erased_at=None
    ).first()  # fmt: skip
    if row is None:
        raise DocumentNotThere
    audit.record(
        "documents.document.opened", by=by, subjects=[row.person_id],
        detail={"document": row.pk, "for": subject.kind, "number": subject.id},
    )  # fmt: skip
    return Opened(selectors.kept(row), store.read(row.file, _module.unseal(DOMAIN, bytes(row.key_sealed))))


@transaction.atomic
def reuse_document(*, document_id: int, subject: Subject, persons: Iterable[int], purpose: str, by: Actor) -> Kept:
    """Use a document for another subject of the same person and purpose, without a copy.

    Raises OtherPurpose for any other purpose, DocumentNotThere for another person's, an erased or an outdated one,
    DocumentRefused for what is looked at only.
    """
    row = _use(document_id)
    _refuse_seen_only(row.material)
    if row.person_id not in set(persons) or (row.valid_until is not None and row.valid_until < clock.today()):
        raise DocumentNotThere
    if row.purpose != purpose:
        raise OtherPurpose
    row.pk, row._state.adding = None, True
    row.subject_kind, row.subject_id, row.staff_id = subject.kind, subject.id, by.staff_id
    row.save()
    audit.record(
        "documents.document.reused", by=by, subjects=[row.person_id],
        detail={"document": row.pk, "from": document_id, "for": subject.kind, "number": subject.id},
    )  # fmt: skip
    return selectors.kept(row)


@transaction.atomic
def erase_document(*, document_id: int, subject: Subject, by: Actor) -> None:
    """Erase a document of a subject: its key at once, its file by a job, unless another subject still uses it."""
    row = _lock(document_id, subject)
    _alone(row.file)
    row.erased_at, row.key_sealed = clock.now(), None
    row.save(update_fields=["erased_at", "key_sealed"])
    audit.record("documents.document.erased", by=by, subjects=[row.person_id], detail={"document": row.pk})
    job = app.configure_task("tongdeng.documents.tasks.remove_file")
    transaction.on_commit(partial(job.defer, document_id=row.pk))


def remove_file(*, document_id: int, by: Actor) -> bool:
    """Remove the file of an erased document where no row uses it any more; whoever acts sees every row."""
    with acting(by):
        _refuse_the_blind()
        row = Document.objects.filter(pk=document_id, erased_at__isnull=False).first()
        is_gone = row is not None and not _in_use({row.file})
        if row is not None and is_gone:
            store.remove(row.file)
        audit.record("documents.file.removed", by=by, detail={"document": document_id, "files": int(is_gone)})
    return is_gone


def forget_persons(*, persons: Iterable[int], by: Actor) -> int:
    """Delete the documents of persons who are deleted, rows and files, and return how many files went.

    The caller is in a transaction, acts for the whole county and sees every row.
    """
    _refuse_the_blind()
    doomed = Document.objects.filter(person_id__in=list(persons))
    files = set(doomed.values_list("file", flat=True))
    doomed.delete()
    unused = files - _in_use(files)
    for file in unused:
        transaction.on_commit(partial(store.remove, file))
    audit.record("documents.persons.forgotten", by=by, detail={"files": len(unused)})
    return len(unused)


def sweep_files(*, by: Actor) -> dict[str, int]:
    """Remove files that no row names: of uploads that were killed, or erased since. Counts rows without a file."""
    with acting(by):
        _refuse_the_blind()
        old = list(store.older_than(time.time() - SETTLED.total_seconds()))
        used = _in_use({file for file, _ in old})
        unused = [place for file, place in old if place.suffix == store.DRAFT or file not in used]
        for place in unused:
            place.unlink(missing_ok=True)
        lost = store.missing(Document.objects.filter(erased_at=None).values_list("file", flat=True).distinct())
        counts = {"removed": len(unused), "lost": lost}
        audit.record("documents.files.swept", by=by, detail=counts)
    return counts


def _in_use(files: set[str]) -> set[str]:
    return set(Document.objects.filter(file__in=files, erased_at=None).values_list("file", flat=True))


def _refuse_the_blind() -> None:
    """Raise where the database would show no row: to somebody who sees nothing, every file looks unused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (access_scope()).kind")
        if cursor.fetchone()[0] != "job":
            raise TongdengError(
                "documents.sweep.blind", Text("看不到全部材料，不能清理", "not every document is in sight")
            )
