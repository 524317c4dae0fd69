"""A disk that is really full: a small one of its own, on which a whole installation lives."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import AS_OF
from tongdeng.synth.files import write_county

SIZE_MB = 300


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A file system of 300 MB that nobody else uses. The server's user must get in, so it lies outside pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="tongdeng-disk-"))
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=0711", "tmpfs", folder], check=False)
    if made.returncode:
        folder.rmdir()
        pytest.skip("no right to mount a file system here")
    folder.chmod(0o711)
    yield folder
    tongdeng(folder, "stop")
    subprocess.run(["umount", "-l", folder], check=False)
    folder.rmdir()


def tongdeng(disk: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the installation on that disk."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TONGDENG_", "DJANGO_"))}
    environment = {
        **kept, "TONGDENG_HOME": str(disk / "home"), "TONGDENG_TODAY": "2026-11-23", "TONGDENG_UNSAFE_FAST": "1",
        "DJANGO_SETTINGS_MODULE": "tongdeng.config.settings.dev",
    }  # fmt: skip
    command = [sys.executable, "-m", "tongdeng.cli.main", *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=280)


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def fill(disk: Path, leave_mb: int) -> Path:
    """Fill the disk up to some megabytes."""
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    size = free.f_bavail * free.f_frsize - (leave_mb << 20)
    with ballast.open("wb") as stream:
        for _ in range(size >> 20):
            stream.write(bytes(1 << 20))
    return ballast


@pytest.mark.parametrize("leave_mb", [24, 2], ids=["full while rows are stored", "full at once"])
def test_a_full_disk_is_told_and_nothing_is_lost_or_doubled(leave_mb: int, disk: Path, tmp_path: Path) -> None:
    write_county(people=3000, seed=201 + leave_mb, out=tmp_path, as_of=AS_OF, noise=0)
    first, roll = tmp_path / "hrss.csv", tmp_path / "police.csv"
    begun = tongdeng(disk, "roll", "import", "--source", "hrss", first, "--as-at", AS_OF.isoformat(), "--json")
    assert begun.returncode == 0, begun.stderr
    command = ("roll", "import", "--source", "police", roll, "--as-at", AS_OF.isoformat(), "--json")
    ballast = fill(disk, leave_mb)
    try:
        done = tongdeng(disk, *command)
    finally:
        ballast.unlink()
    assert done.returncode == 2, done.stdout
    assert told(done)["code"] in {"intake.roll.disk_full", "intake.roll.connection_lost", "postgres.unreachable"}
    assert told(done)["remedy"]
    assert "Traceback" not in done.stderr
    again = tongdeng(disk, *command)  # somebody freed some space
    assert again.returncode == 0, again.stderr
    counts = told(again)
    assert counts["rejected"] == counts["unchanged"] == 0  # nothing of the first attempt was left
    assert counts["matched"] > 0
    assert told(tongdeng(disk, *command))["code"] == "intake.file.already_imported"
