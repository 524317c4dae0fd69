"""The second process of a large import is killed: nothing stays, and the same command can be given again."""

import csv
import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.databases import AS_OF
from tests.integration.intake.watching import everything, importing, wait_until
from tongdeng.intake.blocks import LARGE
from tongdeng.people.exports import Batch
from tongdeng.synth.files import write_county

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A police roll that two processes share: more than one block of rows, so long that reading takes a while."""
    write_county(people=1700, seed=61, out=tmp_path, as_of=AS_OF, noise=0)
    with (tmp_path / "police.csv").open(encoding="utf-8", newline="") as stream:
        headers, *rows = csv.reader(stream)
    file, each = tmp_path / "large.csv", 4 * LARGE // len(rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow([*headers, "填充"])
        out.writerows([*row, "x" * each] for row in rows)
    return file


def second_of(first: int) -> int | None:
    """Return the process that reads a roll together with this one."""
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words, parent = (place / "cmdline").read_bytes(), (place / "stat").read_text().rpartition(")")[2].split()[1]
            if parent == str(first) and b"tongdeng.intake.second" in words:
                return int(place.name)
    return None


def has_opened(process: int, file: Path) -> bool:
    """Tell whether a process is reading a file."""
    with suppress(OSError):
        return any(one.resolve() == file for one in Path(f"/proc/{process}/fd").iterdir())
    return False


def kill_second(first: subprocess.Popen[str], file: Path) -> None:
    """Kill the second process of a command while it reads the file."""
    found: list[int] = []

    def has_come() -> bool:
        found.extend(filter(None, [second_of(first.pid)]))
        return bool(found)

    assert wait_until(has_come, first)
    assert wait_until(lambda: has_opened(found[0], file), first)
    os.kill(found[0], signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at processes as Linux shows them")
def test_a_dead_reader_leaves_nothing_and_the_same_command_completes(
    large: Path, job_login: Callable[..., Any]
) -> None:
    with job_login() as by:
        before = everything(by)
        child = importing("police", large)
        kill_second(child, large)
        said, shouted = child.communicate(timeout=60)
        told = json.loads(said)
        assert child.returncode == 2
        assert told["code"] == "roll.reader_died"
        assert told["place"] == "large.csv"
        assert "什么都没有改动" in told["message"]
        assert "请再导入一次" in told["remedy"]
        assert "Traceback" not in shouted
        assert everything(by) == before
        assert Batch.objects.latest("id").state == "failed"
        again = importing("police", large)
        said, _ = again.communicate(timeout=120)
        assert again.returncode == 0
        assert json.loads(said)["accepted"] == json.loads(said)["rows"] > 1700
