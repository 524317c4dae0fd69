"""How a measure is taken and printed: beside a bare peer of the same minute, or a slow machine looks like slow code."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

AS_OF = date(2026, 11, 23)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds some work took, and its result."""
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


def say(name: str, seconds: float, peer: str, peer_seconds: float, target: str) -> None:
    """Print one measure beside its peer."""
    print(f"{name:<58}{seconds:8.2f} s   {seconds / peer_seconds:6.1f} x {peer} ({peer_seconds:.2f} s)   {target}")
