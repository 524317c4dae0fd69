"""Counts of requests, kept by each web process in a small mapped file, so that whichever is asked can add all up."""

import mmap
import os
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)  # seconds; the last column holds what took longer
STATUSES = (200, 204, 301, 302, 304, 400, 403, 404, 405, 409, 413, 422, 429, 500, 503, 0)  # 0: any other
_WIDTH = len(BUCKETS) + 2  # buckets, longer, sum of seconds
_NUMBER = struct.Struct("<d")


@dataclass(frozen=True)
class Line:
    """How often a route answered with a status, in how much time."""

    route: str
    status: int
    buckets: tuple[float, ...]  # not added up; the last one is everything longer
    seconds: float


class Counters:
    """One process's own file, and a view of everybody's. Routes are all there are, so nobody can make the file grow."""

    def __init__(self, folder: Path, routes: tuple[str, ...]) -> None:
        self._folder, self._routes = folder, routes
        self._at = {route: at for at, route in enumerate(routes)}
        self._lock = threading.Lock()

    @property
    def _size(self) -> int:
        return len(self._routes) * len(STATUSES) * _WIDTH * _NUMBER.size

    @cached_property
    def _own(self) -> mmap.mmap:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for file in self._folder.iterdir():
            if not _is_alive(file):
                file.unlink(missing_ok=True)
        handle = os.open(self._folder / str(os.getpid()), os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.ftruncate(handle, self._size)
        mapped = mmap.mmap(handle, self._size)
        os.close(handle)
        return mapped

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one answer; of a route that is not known, nothing."""
        if route not in self._at:
            return
        line = (self._at[route] * len(STATUSES) + _place_of(status)) * _WIDTH
        bucket = next((at for at, limit in enumerate(BUCKETS) if seconds <= limit), len(BUCKETS))
        with self._lock:
            self._add(line + bucket, 1)
            self._add(line + len(BUCKETS) + 1, seconds)

    def _add(self, at: int, value: float) -> None:
        place = at * _NUMBER.size
        _NUMBER.pack_into(self._own, place, _NUMBER.unpack_from(self._own, place)[0] + value)

    def lines(self) -> Iterator[Line]:
        """Yield what all living processes counted together."""
        own = self._size  # a file of another size is of another version
        files = [file.read_bytes() for file in self._folder.iterdir()] if self._folder.exists() else []
        tables = [struct.unpack(f"<{own // _NUMBER.size}d", data) for data in files if len(data) == own]
        for at, route in enumerate(self._routes):
            for place, status in enumerate(STATUSES):
                line = (at * len(STATUSES) + place) * _WIDTH
                summed = [sum(table[line + column] for table in tables) for column in range(_WIDTH)]
                if any(summed):
                    yield Line(route, status, tuple(summed[:-1]), summed[-1])


def _place_of(status: int) -> int:
    return STATUSES.index(status) if status in STATUSES else len(STATUSES) - 1


def _is_alive(file: Path) -> bool:
    return file.name.isdecimal() and Path("/proc", file.name).exists()
