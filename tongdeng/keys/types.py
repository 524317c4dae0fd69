"""Where sealed values lie, and under which of the two root keys."""

from dataclasses import dataclass
from enum import StrEnum


class Root(StrEnum):
    """A root key: the register's, and that of sealed care, which the web never gets."""

    REGISTER = "register"
    CARE = "care"


# Apart, so that the first byte of a column that has values under both roots tells whose key it is.
FIRST = {Root.REGISTER: 1, Root.CARE: 129}
LAST = {Root.REGISTER: 127, Root.CARE: 254}
NO_KEY = b"\xff"  # begins what stands in such a column and is random
# The domains of data keys under each root; those of an index have an inner key as well.
SEALING = {Root.REGISTER: ("B", "C", "D", "E", "upload", "notify", "documents"), Root.CARE: ("F",)}
INDEXING = {Root.REGISTER: ("key", "row", "link", "sign_in"), Root.CARE: ("care.row",)}
# Not rotated: the secrets of second factors lie inside a library's own values. Enrolling anew renews them.
KEPT = {Root.REGISTER: ("staff_factor",), Root.CARE: ()}


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed columns of a table. `domain` None: each row names its own in the column `domain`."""

    table: str
    root: Root
    ids: tuple[str, ...]
    domain: str | None
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """A column of blind indexes. `follows`: (table, column) of those that are joined with it and turn with it."""

    table: str
    root: Root
    domain: str
    column: str
    follows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One version of a domain's key, as `keys list` shows it."""

    root: str
    domain: str
    version: int  # from 1 on
    state: str  # current, old, destroyed
    made_at: object
    destroyed_at: object
