"""Reads of batches and of the rows given back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tongdeng.intake.formats import Format, load_format, sources
from tongdeng.intake.models import Reject
from tongdeng.org import selectors as org
from tongdeng.org.types import PostKind
from tongdeng.people.exports import Batch

__all__ = ["Batch", "Found", "Reject", "batches", "find_batch", "rejects_of", "senders", "sources_for"]

# The office steers and the administrator helps out: both may send any roll. The others send their bureau's own.
ANY_ROLL = frozenset({PostKind.OFFICE, PostKind.ADMIN})
NO_ROLL = frozenset(
    {PostKind.WORKER, PostKind.CLERK, PostKind.TOWN, PostKind.NURSE, PostKind.AUDITOR, PostKind.RESIDENT}
)


@dataclass(frozen=True)
class Found:
    """One page of a longer list."""

    rows: list[Batch]
    total: int


def sources_for(kind: str, bureau: str | None) -> tuple[Format, ...]:
    """Return the rolls a post may send and read about; a roll of no bureau is any bureau's."""
    # What belongs to care is sent there, once there is one.
    every = tuple(one for one in map(load_format, sources()) if not one.is_sealed)
    if PostKind(kind) in ANY_ROLL:
        return every
    if PostKind(kind) in NO_ROLL or not bureau:
        return ()
    return tuple(one for one in every if one.bureau in (bureau, ""))


def batches(sources: Collection[str], *, first: int, size: int) -> Found:
    """Return rolls of these sources, newest first; entries made on pages are no rolls."""
    found = Batch.objects.filter(source__in=sources).order_by("-received_at", "-id")
    return Found(list(found[first : first + size]), found.count())


def find_batch(batch_id: int, sources: Collection[str]) -> Batch | None:
    """Return one roll of these sources, or None."""
    return Batch.objects.filter(pk=batch_id, source__in=sources).first()


def rejects_of(batch_id: int, *, first: int, size: int) -> tuple[list[Reject], int]:
    """Return some of the rows given back, in the order of the file, and how many there are."""
    found = Reject.objects.filter(batch_id=batch_id).order_by("row_number").defer("sealed")
    return list(found[first : first + size]), found.count()


def senders(batches: Iterable[Batch]) -> dict[int, str]:
    """Return the names of the staff who sent these rolls."""
    ids = {batch.staff_id for batch in batches if batch.staff_id}
    return dict(org.Staff.objects.filter(pk__in=ids).values_list("pk", "name"))
