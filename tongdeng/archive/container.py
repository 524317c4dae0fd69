"""Named parts in one stream: a length and a name, blocks with their lengths, an empty block; then the next part."""

import hashlib
import io
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import IO

DIGESTS = "digests"
BLOCK = 1 << 18


class Cut(Exception):
    """The stream ends where it should not, or a part is not what its digest says."""


class PartsOut:
    """Writes parts; what `write` gets is sealed further down."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self.digests: dict[str, str] = {}

    def add(self, name: str, blocks: Iterable[bytes]) -> int:
        """Add a part and return its length."""
        digest, length = hashlib.sha256(), 0
        encoded = name.encode()
        self._write(struct.pack(">H", len(encoded)) + encoded)
        for block in blocks:
            if block:
                digest.update(block)
                length += len(block)
                self._write(struct.pack(">I", len(block)) + block)
        self._write(struct.pack(">I", 0))
        self.digests[name] = digest.hexdigest()
        return length

    def end(self) -> None:
        """Say that no part follows."""
        self._write(struct.pack(">H", 0))


class PartsIn:
    """Reads parts from pieces; a part must be read before the next is asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = io.BytesIO()
        self.digests: dict[str, str] = {}

    def _take(self, size: int) -> bytes:
        found = bytearray(self._held.read(size))
        while len(found) < size:
            piece = next(self._pieces, None)
            if piece is None:
                raise Cut
            self._held = io.BytesIO(piece)
            found += self._held.read(size - len(found))
        return bytes(found)

    def __iter__(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        while size := struct.unpack(">H", self._take(2))[0]:
            name = self._take(size).decode()
            yield name, self._blocks(name)
        if next(self._pieces, b"") or self._held.read(1):
            raise Cut  # the last piece has been asked for, and with it whether the file was cut off

    def _blocks(self, name: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        while size := struct.unpack(">I", self._take(4))[0]:
            block = self._take(size)
            digest.update(block)
            yield block
        self.digests[name] = digest.hexdigest()


def blocks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what a stream has to say, in blocks."""
    while block := stream.read(BLOCK):
        yield block
