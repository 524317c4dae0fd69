"""Secrets at rest behind one interface, so that a certified module can take the place of this software one.

SM4 (GB/T 32907) in GCM seals; HMAC over SM3 (GB/T 32905) gives the blind index by which a sealed value can be found.
"""

import hmac as _plain_hmac
import os
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC

__all__ = ["InvalidTag", "Permutation", "Provider", "SoftwareProvider", "same", "sm3"]

NONCE, TAG = 12, 16
# What the wrapper `Cipher` calls in the end. Before, it checks the same key and mode anew for each value, which takes a
# third of the time of sealing one, and an import seals four values a row.
create_encryption_ctx = openssl.ciphers.create_encryption_ctx
create_decryption_ctx = openssl.ciphers.create_decryption_ctx


class Provider(Protocol):
    """What a cryptographic module must offer. `domain` names the confidentiality domain whose key is used."""

    def seal(self, domain: str, plain: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        ...

    def unseal(self, domain: str, sealed: bytes) -> bytes:
        """Return the plain bytes. Raises cryptography's InvalidTag when a bit was changed or the key is another."""
        ...

    def index(self, domain: str, plain: bytes) -> bytes:
        """Return 32 bytes, equal for equal values, that tell nothing without the key."""
        ...

    def seal_each(self, domain: str, plains: Sequence[bytes | None]) -> list[bytes | None]:
        """Seal many values at once, each by itself; None stays None."""
        ...

    def index_each(self, domain: str, plains: Iterable[bytes | None], *, head: bytes = b"") -> list[bytes | None]:
        """Return the index of `head` and each value together; None stays None."""
        ...


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest, 32 bytes."""
    state = Hash(SM3())
    state.update(data)
    return state.finalize()


class SoftwareProvider:
    """SM4-GCM and HMAC-SM3 from the `cryptography` package, with one key per domain drawn from a root key."""

    def __init__(self, root_key: bytes) -> None:
        if len(root_key) != 32:
            raise ValueError("the root key must be 32 bytes")
        self._root = root_key
        self._ciphers: dict[str, algorithms.SM4] = {}
        self._keyed: dict[str, HMAC] = {}

    def _derive(self, label: str) -> bytes:
        worker = HMAC(self._root, SM3())
        worker.update(label.encode())
        return worker.finalize()

    def _cipher(self, domain: str) -> algorithms.SM4:
        if domain not in self._ciphers:
            self._ciphers[domain] = algorithms.SM4(self._derive("seal:" + domain)[:16])
        return self._ciphers[domain]

    def _index_key(self, domain: str) -> HMAC:
        # Copying a prepared state is what keeps a bulk import from hashing the key a million times.
        if domain not in self._keyed:
            self._keyed[domain] = HMAC(self._derive("index:" + domain), SM3())
        return self._keyed[domain].copy()

    def seal(self, domain: str, plain: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE)
        worker = create_encryption_ctx(self._cipher(domain), modes.GCM(nonce))
        return nonce + worker.update(plain) + worker.finalize() + worker.tag

    def seal_each(self, domain: str, plains: Sequence[bytes | None]) -> list[bytes | None]:
        """Return nonce, ciphertext and tag of each value."""
        cipher, create = self._cipher(domain), create_encryption_ctx
        # Drawn here and used up here: a supply kept for later could be drawn from twice, by a process and its fork.
        nonces, at = os.urandom(NONCE * len(plains)), 0
        # Made and checked once, and given the nonce of each value: a mode for each takes a sixth of the time.
        mode = modes.GCM(bytes(NONCE))
        found: list[bytes | None] = []
        for plain in plains:
            if plain is None:
                found.append(None)
                continue
            nonce = mode._initialization_vector = nonces[at : (at := at + NONCE)]
            worker = create(cipher, mode)
            found.append(nonce + worker.update(plain) + worker.finalize() + worker.tag)
        return found

    def unseal(self, domain: str, sealed: bytes) -> bytes:
        """Return the plain bytes, or raise InvalidTag."""
        nonce, tag = sealed[:NONCE], sealed[-TAG:]
        worker = create_decryption_ctx(self._cipher(domain), modes.GCM(nonce, tag))
        return worker.update(sealed[NONCE:-TAG]) + worker.finalize()

    def index(self, domain: str, plain: bytes) -> bytes:
        """Return HMAC-SM3 under the domain's own index key."""
        worker = self._index_key(domain)
        worker.update(plain)
        return worker.finalize()

    def index_each(self, domain: str, plains: Iterable[bytes | None], *, head: bytes = b"") -> list[bytes | None]:
        """Return HMAC-SM3 of `head` and each value; the head is hashed once."""
        begun = self._index_key(domain)
        begun.update(head)
        copy = begun.copy
        known: dict[bytes | None, bytes | None] = {None: None}  # a phone, a family's, comes several times in a row
        found = []
        for plain in plains:
            if plain is not None and plain not in known:
                worker = copy()
                worker.update(plain)
                known[plain] = worker.finalize()
            found.append(known[plain])
        return found


class Permutation:
    """SM4 on each 16 bytes: what was 32 bytes of an index before becomes 32 others, and can be turned back."""

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(algorithms.SM4(key[:16]), modes.ECB())  # noqa: S305  of pseudo-random blocks, none twice
        # Kept open: without chaining and padding every 16 bytes come out at once.
        self._forth, self._back = cipher.encryptor().update, cipher.decryptor().update
        self._alone = Lock()  # one open cipher serves all threads of the web, one after the other

    def turn(self, data: bytes) -> bytes:
        """Return the bytes turned."""
        with self._alone:
            return self._forth(data)

    def turn_back(self, data: bytes) -> bytes:
        """Return what was turned."""
        with self._alone:
            return self._back(data)


def same(left: bytes, right: bytes) -> bool:
    """Compare without telling by time where they differ."""
    return _plain_hmac.compare_digest(left, right)
