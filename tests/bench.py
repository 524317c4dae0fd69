"""Measures the targets of size and speed on this machine: `python -m tests.bench [--people 20000] [--rows 1000000]`.

Each line stands beside a bare peer that runs in the same minute, so that a slow machine is not taken for slow code.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

AS_OF = date(2026, 11, 23)
SERVICES = 50
FACTS = ("age", "months", "income", "score")
CONDITIONS = (
    "old_enough: age >= {n}",
    "long_enough: months_between(arrived_on, as_of) >= {n}",
    "poor_enough: income / 2 < {n}00",
    "not_enrolled: not enrolled or months between {n} and 60",
)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds some work took, and its result."""
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


def say(name: str, seconds: float, peer: str, peer_seconds: float, target: str) -> None:
    """Print one measure beside its peer."""
    print(f"{name:<58}{seconds:8.2f} s   {seconds / peer_seconds:6.1f} x {peer} ({peer_seconds:.2f} s)   {target}")


def write_law(folder: Path) -> None:
    """Write a law of fifty services of four conditions."""
    facts = [f"  {name}: {{type: integer, zh: {name}}}" for name in FACTS]
    facts += ["  arrived_on: {type: date, zh: 流入日期}", "  enrolled: {type: boolean, zh: 已参保}"]
    (folder / "services" / "gov").mkdir(parents=True)
    (folder / "facts.yaml").write_text("facts:\n" + "\n".join(facts) + "\n", encoding="utf-8")
    for number in range(1, SERVICES + 1):
        conditions = "".join(f"      {line.format(n=number)}\n" for line in CONDITIONS)
        (folder / "services" / "gov" / f"service_{number}.yaml").write_text(
            f"service: GOV-{number:02}\nname: {{zh: 事项{number}}}\nbureau: GOV\nversions:\n  - from: 2020-01-01\n"
            f"    basis: [{{zh: 测试, checked: false}}]\n    provision: residence\n    conditions:\n{conditions}"
            "    rhythm: yearly\n",
            encoding="utf-8",
        )


def bench_rules(folder: Path, rows: int) -> None:
    """Answer fifty services for many people, Parquet in and out, as a whole command."""
    import duckdb

    write_law(folder / "law")
    facts, out = folder / "facts.parquet", folder / "answers.parquet"
    some = ", ".join(f"CASE WHEN random() < 0.9 THEN (random() * 100)::BIGINT END AS {name}" for name in FACTS)
    duckdb.sql(
        f"COPY (SELECT i::VARCHAR AS person_id, {some}, DATE '2026-11-23' - (random() * 3000)::INT AS arrived_on,"
        f" random() < 0.5 AS enrolled FROM range({rows}) AS t(i)) TO '{facts}'"
    )
    command = [
        sys.executable, "-m", "tongdeng.cli.main", "rules", "run", "--law", str(folder / "law"), "--facts", str(facts),
        "--as-of", str(AS_OF), "--out", str(out), "--json",
    ]  # fmt: skip
    took, _ = timed(lambda: subprocess.run(command, check=True, capture_output=True))
    bare, _ = timed(lambda: duckdb.sql(f"COPY (FROM '{out}') TO '{folder / 'again.parquet'}'"))
    say(
        f"rules run, {rows:,} people x {SERVICES} services",
        took,
        "a bare copy of the answers",
        bare,
        "10 s at 1,000,000",
    )


def bench_roll(folder: Path, people: int) -> None:
    """Take a police roll into an empty register, and determine everyone."""
    from tests.databases import logged_in_as, open_empty, owner_here
    from tongdeng.audit.types import command
    from tongdeng.insight import actions as insight
    from tongdeng.intake import actions as intake
    from tongdeng.synth.files import write_county

    write_county(people=people, seed=1, out=folder, as_of=AS_OF)
    roll, by = folder / "police.csv", command("intake")
    open_empty()
    with logged_in_as("job"):
        batch = intake.receive_roll(source="police", path=roll, as_at=AS_OF, by=by)
        took, counts = timed(lambda: intake.import_roll(batch_id=batch, path=roll, by=by))
        determined, totals = timed(lambda: insight.refresh_everyone(as_of=AS_OF, by=command("determine")))
    with owner_here() as owner:
        bare, _ = timed(lambda: bare_copy(owner, roll))
    say(f"roll import, {counts['rows']:,} rows", took, "a bare COPY of the file", bare, "100 s at 1,000,000")
    say(f"determine and measure, {totals.people:,} people", determined, "the same COPY", bare, "15 s at 1,000,000")


def bare_copy(connection: Any, roll: Path) -> None:
    """Load a file into a table of text columns: the least that any import must do."""
    with roll.open(encoding="utf-8") as file, connection.cursor() as cursor:
        columns = ", ".join(f"c{i} text" for i in range(len(file.readline().split(","))))
        cursor.execute(f"CREATE TEMP TABLE bare ({columns})")
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            for line in file:
                copy.write(line)


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


def main() -> None:
    """Run all measures, smaller ones first."""
    options = argparse.ArgumentParser(prog="./run bench")
    options.add_argument("--people", type=int, default=20_000, help="migrants in the synthetic county")
    options.add_argument("--rows", type=int, default=1_000_000, help="people in the facts file of `rules run`")
    chosen = options.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tongdeng.config.settings.test", "TONGDENG_UNSAFE_FAST": ""}
    import django

    from tests.databases import stop_server

    try:
        django.setup()
        with tempfile.TemporaryDirectory() as folder:
            bench_roll(Path(folder) / "county", chosen.people)
            bench_linkage(Path(folder), chosen.people)
            bench_rules(Path(folder), chosen.rows)
    finally:
        stop_server()


if __name__ == "__main__":
    main()
