"""What documents there are, without their content."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from tongdeng.documents.models import Document
from tongdeng.documents.types import Kept, Subject


def kept(row: Document) -> Kept:
    """Return a row as others see it."""
    return Kept(
        row.pk, Subject(row.subject_kind, row.subject_id), row.person_id, row.purpose, row.material, row.type,
        row.size, bytes(row.digest).hex(), row.held_since, row.valid_until, row.erased_at,
    )  # fmt: skip


def documents_of(subject: Subject) -> list[Kept]:
    """Return the documents of a subject that are still there, the oldest first."""
    rows = Document.objects.filter(subject_kind=subject.kind, subject_id=subject.id, erased_at=None)
    return [kept(row) for row in rows.order_by("pk")]


def documents_of_persons(persons: Iterable[int]) -> list[Kept]:
    """Return what is kept of somebody's documents, for the copy of their data; `persons`: every id they have had."""
    rows = Document.objects.filter(person_id__in=list(persons), erased_at=None)
    return [kept(row) for row in rows.order_by("pk")]


def find_reusable(*, persons: Iterable[int], material: str, purpose: str, on: date) -> Kept | None:
    """Return the newest document of a person that may be used again for this very purpose; None: ask for it.

    `persons`: every id the person has had.
    """
    found = Document.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on), person_id__in=list(persons), material=material,
        purpose=purpose, erased_at=None,
    )  # fmt: skip
    row = found.order_by("-held_since", "-pk").first()
    return kept(row) if row else None
