"""Reads of batches and of the rows given back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from tongdeng.intake import locks
from tongdeng.intake.formats import Format, formats
from tongdeng.intake.identifiers import read_credit_code
from tongdeng.intake.models import Link, Reject, Submission
from tongdeng.org import selectors as org
from tongdeng.org.types import PostKind
from tongdeng.people.exports import Batch

__all__ = [
    "Batch", "Found", "Link", "Reject", "Submission", "batches", "find_batch", "rejects_of", "senders", "sources_for",
]  # fmt: skip

# The office steers and may send any roll, the others send their bureau's own. Who keeps the machines sends none: what
# is given back shows people.
NO_ROLL = frozenset(
    {
        PostKind.WORKER, PostKind.CLERK, PostKind.TOWN, PostKind.NURSE, PostKind.AUDITOR, PostKind.ADMIN,
        PostKind.RESIDENT, PostKind.DEVICE,
    }
)  # fmt: skip

ANSWERS_FOR_A_PLACE = frozenset({PostKind.OFFICE, PostKind.TOWN, PostKind.WORKER})

SENT_BY_LINK = "提交链接"  # how the file of such a batch is called, whatever the sender called it
# Who asks others for a roll: of tenants the posts that know the premises, of workers the human resources bureau.
LINK_KINDS = {
    PostKind.OFFICE: ("tenants", "workers"), PostKind.TOWN: ("tenants", "workers"),
    PostKind.WORKER: ("tenants", "workers"), PostKind.HOUSING: ("tenants",), PostKind.HRSS: ("workers",),
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One page of a longer list."""

    rows: list[Batch]
    total: int


def sources_for(kind: str, bureau: str | None) -> tuple[Format, ...]:
    """Return the rolls a post may send and read about; a roll of no bureau is any bureau's."""
    every = formats()
    if PostKind(kind) is PostKind.OFFICE:
        # What belongs to care is the health bureau's own, whoever else helps out.
        return tuple(one for one in every if not one.is_sealed)
    if PostKind(kind) in NO_ROLL or not bureau:
        return ()
    return tuple(one for one in every if one.bureau in (bureau, ""))


def quality_sources(kind: str, bureau: str | None) -> tuple[Format, ...]:
    """Return the rolls about people whose quality a post may look at: its bureau's, or a place's."""
    if PostKind(kind) in ANSWERS_FOR_A_PLACE:
        found = tuple(one for one in formats() if not one.is_sealed)
    else:
        found = sources_for(kind, bureau)
    return tuple(one for one in found if one.subject)


def batches(sources: Collection[str], *, first: int, size: int) -> Found:
    """Return rolls of these sources, newest first; entries made on pages are no rolls."""
    found = Batch.objects.filter(source__in=sources).exclude(file_name="").order_by("-received_at", "-id")
    return Found(list(found[first : first + size]), found.count())


def find_batch(batch_id: int, sources: Collection[str]) -> Batch | None:
    """Return one roll of these sources, or None."""
    return Batch.objects.filter(pk=batch_id, source__in=sources).exclude(file_name="").first()


def rejects_of(batch_id: int, *, first: int, size: int) -> tuple[list[Reject], int]:
    """Return some of the rows given back, in the order of the file, and how many there are."""
    found = Reject.objects.filter(batch_id=batch_id).order_by("row_number").defer("sealed")
    return list(found[first : first + size]), found.count()


def senders(batches: Iterable[Batch]) -> dict[int, str]:
    """Return the names of the staff who sent these rolls."""
    ids = {batch.staff_id for batch in batches if batch.staff_id}
    return dict(org.Staff.objects.filter(pk__in=ids).values_list("pk", "name"))


def is_interrupted(batch: Batch) -> bool:
    """Tell whether a batch says it is running though no import of it is: its process was killed."""
    return batch.state == "running" and not locks.is_held(locks.file_key(batch.file_digest))


def advice_on(batch_id: int) -> list[dict[str, Any]]:
    """Return what its sender is told about a roll's accepted rows: warnings and repairs, how often, where first."""
    found = Batch.objects.filter(pk=batch_id).values_list("message", flat=True).first() or {}
    return list(found.get("advice", []))


def find_entry(batch_id: int, staff_id: int) -> Batch | None:
    """Return an entry that this member of staff made on a page, or None."""
    return Batch.objects.filter(pk=batch_id, file_name="", staff_id=staff_id).first()


def link_kinds(kind: str) -> tuple[str, ...]:
    """Return which kinds of submission link a kind of post may make."""
    return LINK_KINDS.get(PostKind(kind), ())


def batch_states(batch_ids: Iterable[int]) -> dict[int, str]:
    """Return what became of these batches."""
    return dict(Batch.objects.filter(pk__in=list(batch_ids)).values_list("pk", "state"))


def is_credit_code(text: str) -> bool:
    """Tell whether a unified social credit code passes its check."""
    return read_credit_code(text) == text


def came_by_link(batch: Batch) -> bool:
    """Tell whether somebody outside sent a batch by a link."""
    return batch.staff_id is None and batch.file_name.startswith(f"{SENT_BY_LINK} ")
