"""A large police roll into the register as a whole command, and then a small one beside all who are in it."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.linkage import tell_quality
from tests.bench.measure import AS_OF, say, timed
from tests.bench.roll import bare_copy

SMALL = 10_000  # rows of the second roll
ROWS_A_PERSON = 1.2  # of the police: whoever moved has several


class Run(NamedTuple):
    """What one command took, its largest process's memory at the peak, and what it answered."""

    seconds: float
    peak_mb: int
    counts: dict[str, Any]


def bench_register(folder: Path, rows: int, people: int) -> None:
    """Take in a quarter of a roll, the whole of it, a small roll after it; then tell how right linkage is."""
    from tests.databases import open_empty

    took, (quarter, whole, small) = timed(lambda: _rolls_apart(folder, rows))
    print(f"wrote {rows:,} rows of the police and a small roll of the labour bureau in {took:.0f} s", flush=True)
    open_empty()
    first = _import("police", quarter, "into an empty register", "37.5 s at 250,000 with linkage")
    open_empty()
    full = _import("police", whole, "into an empty register", "150 s at 1,000,000 with linkage, 100 s without")
    print(f"  {full.peak_mb / first.peak_mb:.2f} x the memory for 4 x the rows")
    last = _import("hrss", small, f"beside {full.counts['new_people']:,} people", "5 s to be linked")
    took = last.counts["seconds"]
    print(f"  who is who among them and in the register: {took['match'] + took['link']:.1f} s")
    tell_quality(folder, people)


def _rolls_apart(folder: Path, rows: int) -> tuple[Path, Path, Path]:
    """Write the rolls in a process of its own: a command started from a large one is counted as large as that."""
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        return apart.submit(_rolls, folder, rows).result()


def _rolls(folder: Path, rows: int) -> tuple[Path, Path, Path]:
    """Write a quarter of a police roll, the whole of it, and a small labour roll about people from all over it."""
    from tongdeng.synth import headers, rolls
    from tongdeng.synth.files import make_county
    from tongdeng.synth.noise import Clerk

    county, _ = make_county(int(rows / ROWS_A_PERSON) + 100, 1, AS_OF)
    quarter, whole, small = (folder / f"{name}.csv" for name in ("quarter", "whole", "small"))
    police = (row for row, _ in rolls.police(county, Clerk("police", headers.POLICE, 1, 1)))
    _write(whole, headers.POLICE, islice(police, rows))
    with whole.open(encoding="utf-8", newline="") as stream:
        _write(quarter, headers.POLICE, islice(csv.reader(stream), 1, rows // 4 + 1))
    labour = (row for row, _ in rolls.hrss(county, Clerk("hrss", headers.HRSS, 1, 1)))
    # Its rows are about two thirds as many: these are taken from nearly all of them.
    stride = max(rows // (SMALL * 8 // 5), 1)
    _write(small, headers.HRSS, islice(labour, 0, SMALL * stride, stride))
    return quarter, whole, small


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(columns)
        out.writerows(rows)


def _import(source: str, file: Path, where: str, target: str) -> Run:
    """Take a roll in with the command that an operator gives, and tell of it beside a bare COPY."""
    from tests.databases import owner_here

    run = _run(source, file)
    with owner_here() as owner:
        bare, _ = timed(lambda: bare_copy(owner, file))
    rows = run.counts["rows"]
    say(f"roll import, {rows:,} rows {where}", run.seconds, "a bare COPY of the file", bare, target)
    kinds = ", ".join(f"{run.counts[kind]:,} {kind}" for kind in ("accepted", "new_people", "matched", "review"))
    took = run.counts["seconds"]
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in took.items())
    print(f"  {steps}; without linking {run.seconds - took['link']:.1f} s")
    print(f"  {kinds}; {rows / run.seconds:,.0f} rows a second; its larger process took {run.peak_mb:,} MB at most")
    sys.stdout.flush()
    return run


def _run(source: str, file: Path) -> Run:
    from tests.databases import environment

    words = ["roll", "import", "--source", source, str(file), "--as-at", str(AS_OF), "--json"]
    with file.with_suffix(".json").open("w+", encoding="utf-8") as said:
        begun = time.perf_counter()
        command = subprocess.Popen([sys.executable, "-m", "tongdeng.cli.main", *words], env=environment(), stdout=said)
        # Waited for like this, the system tells the memory of this command and its second process alone.
        _, status, used = os.wait4(command.pid, 0)
        took, command.returncode = time.perf_counter() - begun, os.waitstatus_to_exitcode(status)
        said.seek(0)
        counts = json.load(said)
    if command.returncode:
        raise SystemExit(f"{file.name} was not taken in: {counts}")
    return Run(took, used.ru_maxrss >> 10, counts)
