"""Signatures behind one interface, so that a certified module (SM2) can take the place of this software one (Ed25519).

`cryptography` has no SM2; what is signed is an SM3 digest either way.
"""

from collections.abc import Callable
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Signer(Protocol):
    """What a module that signs must offer. Whoever verifies needs the public bytes alone."""

    public: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the signature."""
        ...


class SoftwareSigner:
    """Ed25519 from the `cryptography` package, with a private key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._key.sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the holder of the public key's other half signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def digester(prefix: bytes) -> Callable[[bytes], bytes]:
    """Return SM3 over a fixed prefix and what is given: copying a prepared state is what makes millions cheap."""
    state = Hash(SM3())
    state.update(prefix)

    def digest(data: bytes) -> bytes:
        own = state.copy()
        own.update(data)
        return own.finalize()

    return digest
