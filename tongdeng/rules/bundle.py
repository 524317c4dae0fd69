"""A law's files as one mapping of path to content, and the digest that names exactly these files."""

from collections.abc import Mapping
from pathlib import Path

from tongdeng.kernel.crypto import sm3

FACTS = "facts.yaml"
FOLDERS = ("schedules", "services")
SUFFIX, MISSPELT = ".yaml", (".yml", ".YAML", ".YML")


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file of a law folder that is law, or looks as if it were meant to be, by its path inside it."""
    found = {FACTS: (folder / FACTS).read_bytes()} if (folder / FACTS).is_file() else {}
    for part in FOLDERS:
        paths = (folder / part).glob("*") if part == "schedules" else (folder / part).rglob("*")
        for path in sorted(paths):
            if not path.name.startswith(".") and path.suffix in (SUFFIX, *MISSPELT) and path.is_file():
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SM3 digest of the files that are read, as 64 hexadecimal digits, in whatever order."""
    # Lengths, so that no two sets of different files read the same.
    parts = (f"{name}\0{len(files[name])}\0".encode() + files[name] for name in sorted(files) if name.endswith(SUFFIX))
    return sm3(b"".join(parts)).hex()
