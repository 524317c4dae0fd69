"""A stream sealed under a passphrase, written and read piece by piece; a changed, missing or moved piece is noticed.

scrypt makes the key. Each piece is sealed by AES-256-GCM under a nonce of a random prefix, its number, and whether it
is the last one, bound to the head of the file: what was cut off has no last piece.
"""

import hashlib
import json
import os
import struct
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"TONGDENG SEALED 1\n"
PIECE = 1 << 20
TAG = 16
COST = {"n": 1 << 17, "r": 8, "p": 1}  # 128 MiB and about half a second for each guess
LIMITS = {"n": 1 << 20, "r": 32, "p": 16}  # of a file that somebody else may have written


class Broken(Exception):
    """The stream is no sealed stream, was changed or cut off, or the passphrase is another."""


def _key(passphrase: str, head: dict[str, int | str]) -> bytes:
    cost = {name: int(head[name]) for name in COST}
    if any(not 0 < cost[name] <= limit for name, limit in LIMITS.items()):
        raise Broken
    return Scrypt(salt=bytes.fromhex(str(head["salt"])), length=32, **cost).derive(passphrase.encode())


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + struct.pack(">I?", number, is_last)


class Writer:
    """Seals what is written to it. `close` writes the last piece; without it nobody can read the stream."""

    def __init__(self, out: IO[bytes], passphrase: str) -> None:
        head: dict[str, int | str] = {**COST, "salt": os.urandom(16).hex(), "prefix": os.urandom(7).hex()}
        line = json.dumps(head).encode() + b"\n"
        self._cipher = AESGCM(_key(passphrase, head))
        self._out, self._prefix = out, bytes.fromhex(str(head["prefix"]))
        self._bound = hashlib.sha256(MAGIC + line).digest()
        self._waiting, self._number = bytearray(), 0
        out.write(MAGIC + line)

    def write(self, data: bytes) -> None:
        """Add some bytes."""
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._piece(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]

    def close(self) -> None:
        """Write the last piece."""
        self._piece(bytes(self._waiting), is_last=True)

    def _piece(self, plain: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._prefix, self._number, is_last), plain, self._bound))
        self._number += 1


def pieces(stream: IO[bytes], passphrase: str) -> Iterator[bytes]:
    """Yield what was sealed, piece by piece. Raises Broken; what came before is sound, but not the whole."""
    magic, line = stream.read(len(MAGIC)), stream.readline(4096)
    if magic != MAGIC:
        raise Broken
    try:
        head = json.loads(line)
        cipher, prefix = AESGCM(_key(passphrase, head)), bytes.fromhex(head["prefix"])
    except (ValueError, KeyError, TypeError):
        raise Broken from None
    bound = hashlib.sha256(magic + line).digest()
    ahead, number = stream.read(PIECE + TAG), 0
    while True:
        sealed, ahead = ahead, stream.read(PIECE + TAG)
        is_last = not ahead
        try:
            yield cipher.decrypt(_nonce(prefix, number, is_last), sealed, bound)
        except InvalidTag:
            raise Broken from None
        if is_last:
            return
        number += 1
