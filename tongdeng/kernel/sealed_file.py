"""A file sealed piece by piece under a key of its own; a changed, missing or moved piece is noticed.

Each piece is SM4-GCM under a key drawn from the file's key, its number and whether it is the last one: what was cut
off has no last piece, and no piece opens in another's place.
"""

from collections.abc import Iterable, Iterator
from typing import IO

from tongdeng.kernel.crypto import NONCE, TAG, InvalidTag, SoftwareProvider

PIECE = 1 << 18
KEY_BYTES = 32


class Broken(Exception):
    """The file is no sealed file, was changed or cut off, or its key is another."""


def _label(number: int, is_last: bool) -> str:
    return f"piece:{number}:{int(is_last)}"


def sealed(key: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what the blocks hold, sealed."""
    module, waiting, number = SoftwareProvider(key), bytearray(), 0
    for block in blocks:
        waiting += block
        while len(waiting) > PIECE:
            yield module.seal(_label(number, False), bytes(waiting[:PIECE]))
            del waiting[:PIECE]
            number += 1
    yield module.seal(_label(number, True), bytes(waiting))


def opened(key: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what was sealed, piece by piece. Raises Broken; what came before is sound, but not the whole."""
    module, size, number = SoftwareProvider(key), NONCE + PIECE + TAG, 0
    ahead = stream.read(size)
    while True:
        piece, ahead = ahead, stream.read(size)
        try:
            yield module.unseal(_label(number, not ahead), piece)
        except (InvalidTag, ValueError):
            raise Broken from None
        if not ahead:
            return
        number += 1
