"""Linkage of a county's rolls at two levels of noise."""

import csv
from pathlib import Path

from tests.bench.measure import AS_OF, say, timed


def bench_linkage(folder: Path, people: int) -> None:
    """Link all rolls of a county at two levels of noise; the peer is joining by valid id number alone."""
    from tongdeng.cli.link import gather
    from tongdeng.linkage import runner, settings, thresholds
    from tongdeng.synth.files import write_county

    sources = ("police", "hrss", "education", "housing", "deliveries", "immunisation")
    for noise, target in ((1, 0.99), (2, 0.97)):
        place = folder / f"noise{noise}"
        write_county(people=people, seed=1, out=place, as_of=AS_OF, noise=noise)
        reading, rows = timed(lambda place=place: gather([f"{s}={place / s}.csv" for s in sources], "en"))
        took, found = timed(lambda rows=rows: runner.link(rows, settings.load()))
        with (place / "truth.csv").open(encoding="utf-8", newline="") as file:
            truth = {(line["file"], int(line["row"])): line["person"] for line in csv.DictReader(file)}
        by_number = found.table.set_column(2, "person", rows["id_number"])
        say(f"link, {len(rows):,} rows, noise {noise}", took, "reading them", reading, "15 s at 1,000,000")
        print(f"  linked: {thresholds.judge(found.table, truth)}, target F1 {target}")
        print(f"  by valid number alone: {thresholds.judge(by_number, truth)}")
