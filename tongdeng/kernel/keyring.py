"""Data keys in versions: the newest seals, every known one opens, and a blind index can be turned to another version.

The first byte of every sealed value and every index names the version of its key. An index is HMAC-SM3 under an inner
key that stays, and around it a permutation under the key of the version: it is turned to a new version without the
value it stands for, and afterwards the old version's key is of no use for anything that is kept.
"""

from collections.abc import Iterable
from typing import NamedTuple

from tongdeng.kernel.crypto import InvalidTag, Permutation, SoftwareProvider

HASH = 32  # bytes of an index before its version
INNER = 0  # the version of the inner key of an index


class AnotherRoot(Exception):
    """A data key does not open under this root key."""


class DataKey(NamedTuple):
    """A key of one domain. `version` INNER: the one under which values are hashed before any version's key."""

    domain: str
    version: int
    key: bytes
    is_current: bool


def wrap(root: bytes, domain: str, version: int, key: bytes) -> bytes:
    """Return a data key sealed under the root key; it opens as this domain's and version's only."""
    return SoftwareProvider(root).seal(f"wrap:{domain}:{version}", key)


def unwrap(root: bytes, domain: str, version: int, wrapped: bytes) -> bytes:
    """Return a data key. Raises AnotherRoot where the root key is another."""
    try:
        return SoftwareProvider(root).unseal(f"wrap:{domain}:{version}", wrapped)
    except InvalidTag:
        raise AnotherRoot from None


class Ring:
    """A cryptographic module over versions of data keys; a domain without any is a KeyError."""

    def __init__(self, keys: Iterable[DataKey]) -> None:
        self._sealers: dict[str, dict[int, SoftwareProvider]] = {}
        self._turns: dict[str, dict[int, Permutation]] = {}
        self._inner: dict[str, SoftwareProvider] = {}
        self._current: dict[str, tuple[bytes, SoftwareProvider]] = {}
        self._turn: dict[str, tuple[bytes, SoftwareProvider, Permutation]] = {}
        for one in keys:
            if one.version == INNER:
                self._inner[one.domain] = SoftwareProvider(one.key)
                continue
            sealer, turn = SoftwareProvider(one.key), Permutation(one.key)
            self._sealers.setdefault(one.domain, {})[one.version] = sealer
            self._turns.setdefault(one.domain, {})[one.version] = turn
            if one.is_current:
                self._current[one.domain] = (bytes([one.version]), sealer)
        for domain, inner in self._inner.items():
            version = self._current[domain][0]
            self._turn[domain] = (version, inner, self._turns[domain][version[0]])

    def seal(self, domain: str, plain: bytes) -> bytes:
        """Return version, nonce, ciphertext and tag, under the newest key."""
        version, sealer = self._current[domain]
        return version + sealer.seal(domain, plain)

    def unseal(self, domain: str, sealed: bytes) -> bytes:
        """Return the plain bytes, or raise InvalidTag; KeyError where the version's key is not known."""
        return self._sealers[domain][sealed[0]].unseal(domain, sealed[1:])

    def index(self, domain: str, plain: bytes) -> bytes:
        """Return version and 32 bytes, equal for equal values, under the newest key."""
        version, inner, turn = self._turn[domain]
        return version + turn.turn(inner.index(domain, plain))

    def seal_each(self, domain: str, plains: Iterable[bytes | None]) -> list[bytes | None]:
        """Seal many values, each by itself; None stays None."""
        version, sealer = self._current[domain]
        return [None if one is None else version + one for one in sealer.seal_each(domain, list(plains))]

    def index_each(self, domain: str, plains: Iterable[bytes | None], *, head: bytes = b"") -> list[bytes | None]:
        """Return the index of `head` and each value together; None stays None."""
        version, inner, turn = self._turn[domain]
        hashed = inner.index_each(domain, plains, head=head)
        # All in one call: the permutation of many costs what one does, and the hashing is what takes time.
        turned = turn.turn(b"".join(one for one in hashed if one is not None))
        starts = iter(range(0, len(turned), HASH))
        return [None if one is None else version + turned[(at := next(starts)) : at + HASH] for one in hashed]

    def version(self, domain: str) -> int:
        """Return the number of the newest key."""
        return self._current[domain][0][0]

    def versions(self, domain: str) -> list[int]:
        """Return the numbers of the known keys; more than one while a rotation has not come to its end."""
        return sorted(self._sealers[domain])

    def knows(self, domain: str, value: bytes) -> bool:
        """Tell whether a sealed value's or an index's key is known."""
        return value[0] in self._sealers.get(domain, {})

    def renewed(self, domain: str, sealed: bytes) -> bytes:
        """Return a sealed value under the newest key; one that is already, as it is."""
        return sealed if sealed[0] == self.version(domain) else self.seal(domain, self.unseal(domain, sealed))

    def turned(self, domain: str, index: bytes, version: int | None = None) -> bytes:
        """Return an index as it is under another version's key, by default the newest."""
        wanted = self.version(domain) if version is None else version
        if index[0] == wanted:
            return index
        turns = self._turns[domain]
        return bytes([wanted]) + turns[wanted].turn(turns[index[0]].turn_back(index[1:]))

    def forms(self, domain: str, index: bytes) -> list[bytes]:
        """Return an index under every known version's key: what to look for while a rotation runs."""
        if len(self._sealers[domain]) == 1:
            return [index]
        return [self.turned(domain, index, version) for version in self._sealers[domain]]


def opened(root: bytes, wrapped: Iterable[tuple[str, int, bytes, bool]]) -> Ring:
    """Return the ring of data keys (domain, version, wrapped, is current) under a root key."""
    return Ring(DataKey(d, v, unwrap(root, d, v, key), is_current) for d, v, key, is_current in wrapped)
