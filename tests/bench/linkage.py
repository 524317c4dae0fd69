"""Linkage of a county's rolls at two levels of noise: how right, by kind of person, and how fast; and its peers."""

import csv
import json
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pyarrow as pa

from tests.bench import crowded, peers, strata
from tests.bench.measure import AS_OF, say, timed
from tongdeng.linkage.quality import Quality

SOURCES = ("police", "hrss", "education", "housing", "deliveries", "immunisation")
LARGE = 1_000_000
Truth = dict[tuple[str, int], str]  # file and row: whose it is


def bench_linkage(folder: Path, people: int) -> None:
    """Link all rolls of a county at two levels of noise, beside peers; one full of doubles; FEBRL4; a million rows."""
    for noise, rows, truth in _linked(folder, people):
        if noise == 1:
            _tell_peers(rows, truth)
        _tell_other_shapes(rows, truth)
        if noise == 1:
            _tell_large(rows)
    crowded.bench_crowded(folder)
    _tell_febrl()


def tell_quality(folder: Path, people: int) -> None:
    """Link all rolls of a county at two levels of noise, and tell how right that is, without the peers."""
    for _ in _linked(folder, people):
        pass


def _linked(folder: Path, people: int) -> Iterator[tuple[int, pa.Table, Truth]]:
    """Link and tell at each level of noise; yield it with the rows and the truth about them."""
    from tongdeng.linkage import runner, settings
    from tongdeng.synth.files import make_county

    county, _ = make_county(people, 1, AS_OF)
    for noise, target in ((1, 0.99), (2, 0.97)):
        rows, truth, reading = _rolls(folder / f"noise{noise}", people, noise)
        took, found = timed(lambda rows=rows: runner.link(rows, settings.load()))
        say(f"link, {len(rows):,} rows, noise {noise}", took, "reading them", reading, "15 s at 1,000,000")
        _tell(county, strata.rows_of(found.table, rows, truth), target)
        yield noise, rows, truth


def _rolls(place: Path, people: int, noise: int) -> tuple[pa.Table, Truth, float]:
    from tongdeng.synth.files import write_county

    write_county(people=people, seed=1, out=place, as_of=AS_OF, noise=noise)
    return read_rolls(place)


def read_rolls(place: Path) -> tuple[pa.Table, Truth, float]:
    """Read a county's rolls: their rows, whose each is, and how many seconds reading the rolls took."""
    from tongdeng.cli.link import gather

    reading, rows = timed(lambda: gather([f"{source}={place / source}.csv" for source in SOURCES], "en"))
    with (place / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {(line["file"], int(line["row"])): line["person"] for line in csv.DictReader(file)}
    return rows, truth, reading


def _tell(county: strata.County, rows: list[strata.Judged], target: float) -> None:
    _line("all pairs", strata.touching(rows, lambda row: True), f"target F1 {target}")
    for name, quality in strata.strata(county, rows).items():
        _line(name, quality)
    for one, other in combinations(SOURCES, 2):
        _line(f"{one} and {other}", strata.between(rows, f"{one}.csv", f"{other}.csv"))
    for name, pairs in (("twins", strata.twins(county)), ("namesakes", strata.namesakes(county))):
        wrong = strata.merged(rows, pairs)
        print(f"  {name:<40}{crowded.told(wrong, len(pairs), is_aim=False)}")


def _line(name: str, quality: Quality, more: str = "") -> None:
    print(f"  {name:<40}{quality}  {quality.true:>9,} true pairs  {more}".rstrip())


def _tell_peers(rows: pa.Table, truth: Truth) -> None:
    for name, way in peers.WAYS.items():
        took, table = timed(lambda way=way: way(rows))
        if table is not None:
            judged = strata.rows_of(table, rows, truth)
            _line(f"{name} ({took:.1f} s)", strata.touching(judged, lambda row: True))


def _tell_other_shapes(rows: pa.Table, truth: Truth) -> None:
    """Judge with near shapes from somewhere else: ours was written by people who knew how names are spoilt here."""
    from tongdeng.linkage import characters, runner, settings

    path = Path(__file__).parent / "near_shapes.txt"
    own = dict(characters.NEAR)
    try:
        characters.NEAR.clear()
        characters.NEAR.update(line.split(" ", 1) for line in path.read_text("utf-8").splitlines() if line[:1] != "#")
        table = runner.link(rows, settings.load()).table
    finally:
        characters.NEAR.clear()
        characters.NEAR.update(own)
    _line("with an independent shape table", strata.touching(strata.rows_of(table, rows, truth), lambda row: True))


def _tell_large(rows: pa.Table) -> None:
    """Link a million rows: the same county several times over, each copy of other people."""
    from tongdeng.linkage import runner, settings

    large = peers.repeated(rows, LARGE)
    took, found = timed(lambda: runner.link(large, settings.load()))
    say(f"link, {len(large):,} rows, {found.people:,} people", took, "a second", 1.0, "15 s at 1,000,000")


def _tell_febrl() -> None:
    """Run FEBRL4 in an environment of its own; without one it is said that it was not measured."""
    done = subprocess.run([*peers.ASIDE, "tests.bench.febrl"], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  FEBRL4 was not measured: {done.stderr.strip().splitlines()[-1:]}")
        return
    for name, (f1, precision, recall, seconds) in json.loads(done.stdout).items():
        target = ", target F1 0.995" if name == "tongdeng" else ""
        said = f"F1 {f1:.5f} (precision {precision:.5f}, recall {recall:.5f})"
        print(f"  {f'FEBRL4, {name}':<40}{said}, {seconds:.1f} s{target}")
