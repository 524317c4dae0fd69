"""Fifty services for many people: `rules run` as a command, and counts by town beside OpenFisca and Spark."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tests.bench.measure import AS_OF, say, timed
from tests.bench.peers import ASIDE

SERVICES = 50
FACTS = ("age", "months", "income", "score")
TOWNS = [f"9901010{number:02}000" for number in range(1, 15)]
CLUSTER = "local-cluster[2,1,1024]"
CONDITIONS = (
    "old_enough: age >= {n}",
    "long_enough: months_between(arrived_on, as_of) >= {n}",
    "poor_enough: income / 2 < {n}00",
    "not_enrolled: not enrolled or months between {n} and 60",
)


def write_law(folder: Path) -> None:
    """Write a law of fifty services of four conditions."""
    facts = [f"  {name}: {{type: integer, zh: {name}}}" for name in FACTS]
    facts += ["  arrived_on: {type: date, zh: 流入日期}", "  enrolled: {type: boolean, zh: 已参保}"]
    facts.append(f"  town: {{type: code, zh: 乡镇, values: {json.dumps(TOWNS)}}}")
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


def write_facts(path: Path, rows: int, known: float) -> None:
    """Write people of whom so large a share of the numbers is known."""
    some = ", ".join(f"CASE WHEN random() < {known} THEN (random() * 100)::BIGINT END AS {name}" for name in FACTS)
    duckdb.sql(
        f"COPY (SELECT i::VARCHAR AS person_id, {some}, DATE '2026-11-23' - (random() * 3000)::INT AS arrived_on,"
        f" random() < 0.5 AS enrolled, list_extract({TOWNS}, 1 + i % {len(TOWNS)}) AS town FROM range({rows}) AS t(i))"
        f" TO '{path}'"
    )


def bench_rules(folder: Path, rows: int) -> None:
    """Answer fifty services for many people: with reasons, and as counts by town beside the peers."""
    write_law(folder / "law")
    write_facts(folder / "facts.parquet", rows, 0.9)
    bench_run(folder, rows)
    bench_counts(folder, rows)


def bench_run(folder: Path, rows: int) -> None:
    """Parquet in, answers with reasons out, as a whole command."""
    facts, out = folder / "facts.parquet", folder / "answers.parquet"
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


def bench_counts(folder: Path, rows: int) -> None:
    """From one Parquet file to counts by service and town: ours, OpenFisca's and Spark's, each a whole process."""
    complete = folder / "complete.parquet"
    write_facts(complete, 20_000, 1.1)
    peer = openfisca(folder, complete, "same")
    if peer is not None:
        ours(folder, complete, "same.ours")
        # Where all is known, both know the same rules, or the ratio would say nothing.
        assert tallies(folder / "same.ours", ("yes", "no")) == tallies(folder / "same", ("yes", "no"))
        peer = openfisca(folder, folder / "facts.parquet", "peer")
    mine = ours(folder, folder / "facts.parquet", "mine")
    numbers = ", ".join(f"count({name})" for name in FACTS)
    only_reading = f"SELECT {numbers}, max(arrived_on), count(enrolled), max(town) FROM '{folder / 'facts.parquet'}'"
    bare, _ = timed(lambda: duckdb.sql(only_reading).fetchall())
    name = f"counts by service and town, {rows:,} people, with unknowns"
    if peer is not None:
        say(name, mine["whole"], "OpenFisca, without", peer["whole"], "no slower")
        print(f"    OpenFisca: {shown(peer)}")
    print(f"    ours: {shown(mine)}; only reading the columns: {bare:.2f} s")
    cluster = ours(folder, folder / "facts.parquet", "cluster", "spark")
    if cluster is not None:
        assert tallies(folder / "cluster") == tallies(folder / "mine")
        say(f"the same by Spark, {CLUSTER}, identical", cluster["whole"], "ours", mine["whole"], "")
        print(f"    Spark: {shown(cluster)}")


def ours(folder: Path, facts: Path, out: str, engine: str = "duckdb") -> dict[str, float]:
    """Return how long each step of ours took, and the whole process."""
    words = [engine, folder / "law", facts, AS_OF, folder / out]
    command = [sys.executable, "-m", "tests.bench.counts", *map(str, words)]
    master = {"TONGDENG_SPARK_MASTER": CLUSTER, **os.environ}
    took, done = timed(lambda: subprocess.run(command, check=True, capture_output=True, env=master))
    return {**json.loads(done.stdout), "whole": took}


def openfisca(folder: Path, facts: Path, out: str) -> dict[str, float] | None:
    """Return the same of OpenFisca, in an environment of its own; None where that cannot be had."""
    command = [*ASIDE, "tests.bench.openfisca", "--timed", str(facts), str(AS_OF), str(folder / out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  OpenFisca was not measured: {done.stderr.strip().splitlines()[-1:]}")
        return None
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def tallies(path: Path, answers: Sequence[str] = ("yes", "no", "unknown")) -> list[list[str]]:
    """Return the counts of these answers."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if row[2] in answers]


def shown(steps: dict[str, float]) -> str:
    """Return where the time went."""
    return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in steps.items())
