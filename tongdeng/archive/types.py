"""What a backup says of itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, written first; the digests of its parts come last."""

    made_at: str
    rows: dict[str, int]  # of each table, as of the moment of the backup
    files_root: str  # the folder whose files it holds, as the database names it
    roots: dict[str, str]  # the root keys, in hexadecimal


@dataclass(frozen=True, slots=True)
class Moved:
    """What a backup or a restore has moved."""

    tables: int
    rows: int
    files: int
    bytes: int
