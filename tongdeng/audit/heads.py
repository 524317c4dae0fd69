"""The newest seal, noted outside the database: whoever writes to the database alone cannot shorten the chain."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection


@dataclass(frozen=True)
class Head:
    """A seal's number and digest."""

    number: int
    digest: bytes


def _file() -> Path:
    """Return the file of this very database: another one on the same server has a chain of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier::text, oid::text FROM pg_control_system(), pg_database"
            " WHERE datname = current_database()"
        )
        cluster, oid = cursor.fetchone()
    return Path(settings.TONGDENG_HEADS) / f"{cluster}-{oid}.json"


def note(head: Head) -> None:
    """Write down the newest seal, once it is committed."""
    file = _file()
    file.parent.mkdir(mode=0o700, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"number": head.number, "digest": head.digest.hex()}, out)
    draft.replace(file)


def noted() -> Head | None:
    """Return the newest seal that was written down here."""
    file = _file()
    if not file.exists():
        return None
    said = json.loads(file.read_text())
    return Head(int(said["number"]), bytes.fromhex(said["digest"]))


def forget() -> None:
    """Forget the head of a database that is emptied."""
    _file().unlink(missing_ok=True)
