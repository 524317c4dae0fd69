"""Files that wait for their import: sealed, where only this installation can read them, and gone after it."""

import os
from pathlib import Path

from django.conf import settings

from tongdeng.intake.errors import unusable
from tongdeng.people.exports import records

DOMAIN = "upload"


def _file(batch_id: int) -> Path:
    folder = Path(settings.TONGDENG_FILES) / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{batch_id}.sealed"


def keep(batch_id: int, data: bytes) -> None:
    """Write a file where only this installation can read it."""
    target = os.open(_file(batch_id), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(target, "wb") as stream:
        stream.write(records.provider().seal(DOMAIN, data))


def kept(batch_id: int, name: str) -> bytes:
    """Return a kept file. Raises UnusableInput when it is gone."""
    file = _file(batch_id)
    if not file.is_file():
        raise unusable("roll.missing_file", name)
    return records.provider().unseal(DOMAIN, file.read_bytes())


def remove(batch_id: int) -> None:
    """Remove a kept file; one that is gone already is no error."""
    _file(batch_id).unlink(missing_ok=True)
