"""A file arrives: it gets a batch, or is refused because it was taken in before."""

import hashlib
from datetime import date
from pathlib import Path

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.errors import unusable
from tongdeng.kernel import clock
from tongdeng.kernel.crypto import sm3
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.people.exports import Batch


def _file_digest(path: Path) -> bytes:
    """Return 32 bytes that name a file's content."""
    with path.open("rb") as stream:
        return sm3(hashlib.file_digest(stream, "sha256").digest())


def receive_roll(*, source: str, path: Path, as_at: date, by: Actor, name: str = "") -> int:
    """Open a batch for a file. Raises UnusableInput for a missing file or one that was taken in before."""
    if not path.is_file():
        raise unusable("roll.missing_file", str(path))
    digest = _file_digest(path)
    with acting(by):
        known = Batch.objects.filter(source=source, file_digest=digest, state="done").first()
        if known:
            raise UnusableInput(
                "intake.file.already_imported",
                Text(
                    f"这个文件已经导入过，是第 {known.pk} 批（{known.received_at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}）",
                    f"this file was imported before, as batch {known.pk} on {known.received_at:%Y-%m-%d}",
                ),
                place=name or path.name,
                remedy=Text(
                    f"如果当时导错了，先撤回：tongdeng roll withdraw {known.pk} --reason …",
                    f"if that was a mistake, take it back first: tongdeng roll withdraw {known.pk} --reason ...",
                ),
            )
        batch = Batch.objects.create(
            source=source, file_name=name or path.name, file_digest=digest, as_at=as_at, staff_id=by.staff_id,
            received_at=clock.now(),
        )  # fmt: skip
        audit.record("intake.roll.received", by=by, detail={"batch": batch.pk, "source": source})
    return int(batch.pk)


def fail_batch(*, batch_id: int, error: TongdengError, by: Actor) -> None:
    """Close a batch that could not be taken in, with the reason for whoever sent it."""
    with acting(by):
        Batch.objects.filter(pk=batch_id).exclude(state="done").update(
            state="failed",
            finished_at=clock.now(),
            message={
                "code": error.code, "zh": error.fact.zh, "en": error.fact.en, "place": error.place,
                "remedy_zh": error.remedy.zh, "remedy_en": error.remedy.en,
            },
        )  # fmt: skip
        audit.record("intake.roll.failed", by=by, detail={"batch": batch_id, "code": error.code})
