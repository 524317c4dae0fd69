"""A file arrives: it gets a batch, or is refused because it was taken in before."""

import hashlib
import io
from datetime import date
from pathlib import Path

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake import sealed_rows
from tongdeng.intake.errors import AlreadyImported, unusable
from tongdeng.intake.formats import load_format
from tongdeng.kernel import clock
from tongdeng.kernel.crypto import sm3
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.people.exports import Batch


def _file_digest(file: Path | bytes) -> bytes:
    """Return 32 bytes that name a file's content."""
    with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as stream:
        return sm3(hashlib.file_digest(stream, "sha256").digest())


def receive_roll(*, source: str, path: Path | bytes, as_at: date, by: Actor, name: str = "") -> int:
    """Open a batch for a file, or for bytes received under a `name`.

    Raises UnusableInput for a missing file or a roll of the sealed bureau, AlreadyImported for one taken in before.
    """
    if isinstance(path, Path) and not path.is_file():
        raise unusable("roll.missing_file", str(path))
    refuse_sealed(source)
    if as_at > clock.today():
        raise UnusableInput(
            "intake.as_at.future",
            Text(f"截至日期 {as_at} 在将来", f"the as-at date {as_at} lies in the future"),
            place=name or "--as-at",
            remedy=Text("写名册导出的那一天", "give the day the roll was exported"),
        )
    digest = _file_digest(path)
    name = name or (path.name if isinstance(path, Path) else "")
    with acting(by):
        refuse_known(source, digest, name)
        batch = Batch.objects.create(
            source=source, file_name=name, file_digest=digest, as_at=as_at, staff_id=by.staff_id,
            received_at=clock.now(),
        )  # fmt: skip
        audit.record("intake.roll.received", by=by, detail={"batch": batch.pk, "source": source})
    return int(batch.pk)


def refuse_sealed(source: str) -> None:
    """Raise UnusableInput for a roll that only care may take in."""
    format = load_format(source)
    if format.is_sealed and not sealed_rows.is_connected():
        raise unusable("care.roll_not_yet", source, format.title)


def refuse_known(source: str, digest: bytes, name: str) -> None:
    """Raise AlreadyImported when a file of this content was taken in before. The caller is in a context."""
    known = Batch.objects.filter(source=source, file_digest=digest, state="done").first()
    if known:
        raise AlreadyImported(known.pk, known.received_at, name)


def expect_rows(*, batch_id: int, rows: int, by: Actor) -> None:
    """Note how many rows a received file has, so that its progress can be shown against them."""
    with acting(by):
        Batch.objects.filter(pk=batch_id).update(rows_total=rows)
        audit.record("intake.roll.counted", by=by, detail={"batch": batch_id, "rows": rows})


def begin_batch(*, batch_id: int, by: Actor) -> None:
    """Note that the work on a file begins now: how fast it goes is counted from here."""
    with acting(by):
        Batch.objects.filter(pk=batch_id).update(begun_at=clock.now(), rows_done=0)
        audit.record("intake.roll.begun", by=by, detail={"batch": batch_id})


def fail_batch(*, batch_id: int, error: TongdengError, by: Actor) -> None:
    """Close a batch that could not be taken in, with the reason for whoever sent it."""
    with acting(by):
        Batch.objects.filter(pk=batch_id).exclude(state__in=("done", "cancelled")).update(
            state="failed",
            finished_at=clock.now(),
            message={
                "code": error.code, "zh": error.fact.zh, "en": error.fact.en, "place": error.place,
                "remedy_zh": error.remedy.zh, "remedy_en": error.remedy.en,
            },
        )  # fmt: skip
        audit.record("intake.roll.failed", by=by, detail={"batch": batch_id, "code": error.code})


def cancel_batch(*, batch_id: int, by: Actor) -> bool:
    """Stop an import that waits or runs; it then keeps nothing. Returns False when it was over already."""
    with acting(by):
        is_stopped = bool(
            Batch.objects.filter(pk=batch_id, state__in=("waiting", "running")).update(
                state="cancelled", finished_at=clock.now()
            )
        )
        audit.record("intake.roll.cancelled", by=by, detail={"batch": batch_id, "stopped": int(is_stopped)})
    return is_stopped
