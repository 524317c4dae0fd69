"""The chain of seals: what exactly is hashed and signed. Pure, so that a proof can be checked without the database.

An entry's bytes are its line in PostgreSQL's COPY text format, without the line's end: the columns `COLUMNS` in this
order, separated by tabs; `\\N` for null; backslash, tab, line feed, carriage return, backspace, form feed and
vertical tab as `\\\\ \\t \\n \\r \\b \\f \\v`; everything in UTF-8. `at` is `YYYY-MM-DD HH:MM:SS.ffffff+00` in UTC
without trailing zeros of the fraction, `subjects` a list of numbers as `{1,2}`, `detail` as PostgreSQL writes jsonb.

A leaf is SM3(00 || entry's bytes), an inner node SM3(01 || left || right), a node without a neighbour goes up as it is
(the tree of RFC 6962). A seal's bytes are the JSON array that `Seal.signed_bytes` makes, its digest SM3(02 || bytes);
what is signed is `tongdeng.audit.seal.1` followed by that digest. Each seal names the digest of the one before.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tongdeng.kernel.signing import digester, is_signed

COLUMNS = (
    "id", "at", "code", "purpose", "staff_id", "post_id", "origin", "address", "request", "subjects", "detail",
)  # fmt: skip
FORM = "tongdeng.audit.seal.1"
NOTHING = bytes(32)  # before the first seal
PRINT = 8  # bytes of each leaf that a seal keeps, to name the entry that no longer fits

leaf, _inner, _seal = digester(b"\0"), digester(b"\1"), digester(b"\2")
Ranges = list[tuple[int, int]]  # of numbers, the second exclusive; ascending and apart


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the Merkle tree over at least one leaf."""
    level = list(leaves)
    while len(level) > 1:
        level = _up(level)
    return level[0]


def _up(level: Sequence[bytes]) -> list[bytes]:
    above = [_inner(level[at] + level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*above, level[-1]] if len(level) % 2 else above


def path_of(leaves: Sequence[bytes], at: int) -> list[tuple[str, bytes]]:
    """Return what leads from a leaf to the root: on which side each neighbour stands, and the neighbour."""
    path, level = [], list(leaves)
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(("left" if beside < at else "right", level[beside]))
        at, level = at // 2, _up(level)
    return path


def root_by(path: Iterable[tuple[str, bytes]], own: bytes) -> bytes:
    """Return the root to which a leaf's path leads."""
    for side, other in path:
        own = _inner(other + own if side == "left" else own + other)
    return own


def written(ranges: Ranges) -> str:
    """Return ranges as PostgreSQL writes an int8multirange."""
    return "{" + ",".join(f"[{low},{high})" for low, high in ranges) + "}"


def read(text: str) -> Ranges:
    """Return the ranges of an int8multirange. Raises ValueError where it is none."""
    if not text.startswith("{") or not text.endswith("}"):
        raise ValueError(text)
    parts = text[1:-1].replace("),[", ");[").split(";") if text != "{}" else []
    found = []
    for part in parts:
        low, comma, high = part[1:-1].partition(",")
        if part[0] != "[" or part[-1] != ")" or not comma or int(low) >= int(high):
            raise ValueError(text)
        found.append((int(low), int(high)))
    return found


def ranges_of(numbers: Iterable[int]) -> Ranges:
    """Return ascending numbers as ranges."""
    found: Ranges = []
    for number in numbers:
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found


def gaps(ranges: Ranges, after: int) -> Ranges:
    """Return what lies between the ranges above a number."""
    found, low = [], after + 1
    for start, end in ranges:
        if start > low:
            found.append((low, start))
        low = max(low, end)
    return found


@dataclass(frozen=True)
class Seal:
    """One seal: which entries it covers (`ids`), and which numbers below its highest one had not arrived (`holes`).

    `last` is the highest number that this seal or one before it covers.
    A number that is not there belongs to a transaction that was taken back, or is still under way. `horizon` is the
    number of the sealing transaction, so whoever drew a number of `holes` has a lower one; all transactions below
    `settled` had ended when this seal was read. So a hole may still be filled while its horizon is above the newest
    `settled`, and never after. `cluster` is the database server whose transactions are numbered so.
    """

    number: int
    sealed_at: datetime
    entries: int
    last: int
    ids: str
    holes: str
    root: bytes
    previous: bytes
    horizon: int
    settled: int
    cluster: str
    key: str  # of the public key that the signature is checked with

    def signed_bytes(self) -> bytes:
        """Return everything the seal says, in one exact form."""
        said = [
            FORM, self.number, self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"), self.entries,
            self.last, self.ids, self.holes, self.root.hex(), self.previous.hex(), self.horizon, self.settled,
            self.cluster, self.key,
        ]  # fmt: skip
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def digest(self) -> bytes:
        """Return what the next seal names and what is signed."""
        return _seal(self.signed_bytes())

    @property
    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return FORM.encode() + self.digest

    def is_signed(self, signature: bytes, public: bytes) -> bool:
        """Tell whether the seal bears its key's name and signature."""
        return self.key == key_name(public) and is_signed(public, self.message, signature)


def seal_from(signed: bytes) -> Seal:
    """Return the seal that these signed bytes say. Raises ValueError where they are not one."""
    form, number, at, entries, last, ids, holes, root, previous, horizon, settled, cluster, key = json.loads(signed)
    if form != FORM:
        raise ValueError(form)
    made = Seal(
        number, datetime.fromisoformat(at), entries, last, ids, holes, bytes.fromhex(root), bytes.fromhex(previous),
        horizon, settled, cluster, key,
    )  # fmt: skip
    if made.signed_bytes() != signed:
        raise ValueError("not in the exact form")
    return made


def key_name(public: bytes) -> str:
    """Return the short name of a public key."""
    return _seal(public)[:8].hex()
