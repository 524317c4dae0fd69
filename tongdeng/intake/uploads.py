"""Rolls sent over the web: judged at once, kept sealed until their import, and gone after it."""

import os
from pathlib import Path

from django.conf import settings

from tongdeng.catalogue import selectors as catalogue
from tongdeng.intake.actions.take_in import county_aliases
from tongdeng.intake.errors import unusable
from tongdeng.intake.rolls import read_roll
from tongdeng.kernel import clock
from tongdeng.org import selectors as org
from tongdeng.people.exports import records

LARGEST = settings.FILE_UPLOAD_MAX_MEMORY_SIZE  # larger rolls go through the command
DOMAIN = "upload"


def _file(batch_id: int) -> Path:
    folder = Path(settings.TONGDENG_FILES) / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{batch_id}.sealed"


def check(*, source: str, data: bytes, name: str) -> int:
    """Return how many rows a file has. Raises UnusableInput when it is no such roll."""
    today = clock.today()
    stream = read_roll(
        source, data, today=today, communities=org.community_codes(today), services=catalogue.bureaus_of_services(),
        ended=org.ended_codes(today), aliases=county_aliases(), name=name,
    )  # fmt: skip
    return stream.count_rows()


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
