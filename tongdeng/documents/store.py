"""The sealed files. Their names are drawn at random: nothing that anybody typed becomes part of a path."""

import io
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from tongdeng.documents.cleaning import SECONDS
from tongdeng.documents.errors import DocumentNotThere, DocumentRefused
from tongdeng.documents.types import LARGEST, Fault
from tongdeng.kernel import sealed_file

NAME = re.compile(r"[0-9a-f]{32}")
DRAFT, SEALED = ".draft", ".sealed"
OWN_FILE, OWN_FOLDER = 0o600, 0o700


def folder() -> Path:
    """Return the folder of all documents: below the installation's files, so that a backup holds them."""
    return Path(settings.TONGDENG_FILES) / "documents"


def path(file: str) -> Path:
    """Return where a file lies. A name that is not one of ours is a ValueError."""
    if not NAME.fullmatch(file):
        raise ValueError("no name of a document")
    return folder() / file[:2] / (file + SEALED)


def cleaned(data: bytes, material: str) -> tuple[str, bytes]:
    """Return the type and the cleaned content of what somebody sent. Raises DocumentRefused."""
    if not data:
        raise DocumentRefused(Fault.EMPTY, material)
    if len(data) > LARGEST:
        raise DocumentRefused(Fault.LARGE, material)
    words = [sys.executable, "-I", "-m", "tongdeng.documents.cleaning"]
    try:
        done = subprocess.run(words, input=data, capture_output=True, env={}, timeout=3 * SECONDS, check=True)  # noqa: S603  ours
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise DocumentRefused(Fault.BROKEN, material) from None
    line, _, content = done.stdout.partition(b"\n")
    head = json.loads(line)
    if "fault" in head:
        raise DocumentRefused(Fault(head["fault"]), material)
    return str(head["type"]), content


def write(key: bytes, content: bytes) -> str:
    """Write a file sealed under a key of its own and return its name: whole on the disk, or not there at all."""
    file = secrets.token_hex(16)
    target = path(file)
    for place in (folder(), target.parent):
        place.mkdir(mode=OWN_FOLDER, exist_ok=True)
    draft = target.with_suffix(DRAFT)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OWN_FILE), "wb") as out:
            for piece in sealed_file.sealed(key, _blocks(content)):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _keep_entry(target.parent)
    return file


def _blocks(content: bytes) -> Iterator[bytes]:
    with io.BytesIO(content) as stream:
        while block := stream.read(sealed_file.PIECE):
            yield block


def _keep_entry(where: Path) -> None:
    """Let the folder's own entry reach the disk, too."""
    handle = os.open(where, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(file: str, key: bytes) -> Iterator[bytes]:
    """Yield the content of a file. Raises DocumentNotThere where it is gone, was changed, or has another key."""
    try:
        with path(file).open("rb") as stream:
            yield from sealed_file.opened(key, stream)
    except (FileNotFoundError, sealed_file.Broken):
        raise DocumentNotThere from None


def remove(file: str) -> None:
    """Remove a file; one that is gone already is no error."""
    path(file).unlink(missing_ok=True)


def older_than(instant: float) -> Iterator[tuple[str, Path]]:
    """Yield the name and place of each file, and of each that was never finished, last written before an instant."""
    for pattern in (f"*/*{SEALED}", f"*/*{DRAFT}"):
        for found in sorted(folder().glob(pattern)):
            with suppress(FileNotFoundError):
                if found.stat().st_mtime < instant:
                    yield found.stem, found


def missing(files: Iterable[str]) -> int:
    """Return how many of these files are not there."""
    return sum(not path(one).is_file() for one in files)
