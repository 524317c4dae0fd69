"""Secrets at rest behind one interface, so that a certified module can take the place of this software one.

SM4 (GB/T 32907) in GCM seals; HMAC over SM3 (GB/T 32905) gives the blind index by which a sealed value can be found.
"""

import hmac as _plain_hmac
import os
from typing import Protocol

from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3, Hash

NONCE, TAG = 12, 16
# What the wrapper `Cipher` calls in the end. Before, it checks the same key and mode anew for each value, which takes a
# third of the time of sealing one, and an import seals four values a row.
create_encryption_ctx = openssl.ciphers.create_encryption_ctx
create_decryption_ctx = openssl.ciphers.create_decryption_ctx
_BLOCK = 64  # bytes, SM3


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
        self._pads: dict[str, tuple[Hash, Hash]] = {}

    def _derive(self, label: str) -> bytes:
        inner = Hash(SM3())
        inner.update(bytes(b ^ 0x36 for b in self._root.ljust(_BLOCK, b"\0")) + label.encode())
        outer = Hash(SM3())
        outer.update(bytes(b ^ 0x5C for b in self._root.ljust(_BLOCK, b"\0")) + inner.finalize())
        return outer.finalize()

    def _cipher(self, domain: str) -> algorithms.SM4:
        if domain not in self._ciphers:
            self._ciphers[domain] = algorithms.SM4(self._derive("seal:" + domain)[:16])
        return self._ciphers[domain]

    def seal(self, domain: str, plain: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE)
        worker = create_encryption_ctx(self._cipher(domain), modes.GCM(nonce))
        return nonce + worker.update(plain) + worker.finalize() + worker.tag

    def unseal(self, domain: str, sealed: bytes) -> bytes:
        """Return the plain bytes, or raise InvalidTag."""
        nonce, tag = sealed[:NONCE], sealed[-TAG:]
        worker = create_decryption_ctx(self._cipher(domain), modes.GCM(nonce, tag))
        return worker.update(sealed[NONCE:-TAG]) + worker.finalize()

    def index(self, domain: str, plain: bytes) -> bytes:
        """Return HMAC-SM3 under the domain's own index key."""
        if domain not in self._pads:
            key = self._derive("index:" + domain).ljust(_BLOCK, b"\0")
            inner, outer = Hash(SM3()), Hash(SM3())
            inner.update(bytes(b ^ 0x36 for b in key))
            outer.update(bytes(b ^ 0x5C for b in key))
            self._pads[domain] = (inner, outer)
        # Copying two prepared states is what keeps a bulk import from hashing the key a million times.
        pads = self._pads[domain]
        inner, outer = pads[0].copy(), pads[1].copy()
        inner.update(plain)
        outer.update(inner.finalize())
        return outer.finalize()


def same(left: bytes, right: bytes) -> bool:
    """Compare without telling by time where they differ."""
    return _plain_hmac.compare_digest(left, right)
