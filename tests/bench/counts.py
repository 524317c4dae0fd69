"""Ours: from a Parquet file of facts to counts by service and town, as one process.

`python -m tests.bench.counts ENGINE LAW FACTS DAY OUT`; it prints where the time went as JSON.
"""

import csv
import json
import sys
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

BEGUN = time.perf_counter()

from tongdeng.rules import load  # noqa: E402  the clock runs while they are imported
from tongdeng.rules.dialects import SPARK, date_literal  # noqa: E402
from tongdeng.rules.engines.facts_file import connection, load_facts  # noqa: E402
from tongdeng.rules.model import Law  # noqa: E402
from tongdeng.rules.sql import Piece, pieces  # noqa: E402
from tongdeng.rules.tallies import Tally, tallies, tallies_select  # noqa: E402
from tongdeng.rules.tree import facts_in  # noqa: E402

TOWN = "town"


def facts_of(wanted: Iterable[Piece]) -> set[str]:
    """Return the facts that the rules read, and the town."""
    return {name for piece in wanted for each in piece.version.conditions for name in facts_in(each.tree)} | {TOWN}


def by_duckdb(law: Law, wanted: tuple[Piece, ...], facts: Path, day: str) -> tuple[list[Tally], list[float]]:
    """Return the counts, and the time after loading and after judging and counting."""
    with connection() as db:
        load_facts(db, law, facts, only=facts_of(wanted))
        marks = [time.perf_counter()]
        found = db.execute(tallies_select(law, wanted, relation="facts", group=TOWN, day=day)).fetchall()
        marks.append(time.perf_counter())
    return list(tallies(wanted, found)), marks


def by_spark(law: Law, wanted: tuple[Piece, ...], facts: Path, day: str) -> tuple[list[Tally], list[float]]:
    """Return the same of Spark, which reads while it judges; its loading is the start of the cluster."""
    from tongdeng.rules.engines.spark import session

    with session() as spark:
        spark.read.parquet(str(facts)).createOrReplaceTempView("facts")
        marks = [time.perf_counter()]
        query = tallies_select(law, wanted, relation="facts", group=TOWN, day=day, dialect=SPARK)
        found = spark.sql(query).collect()
        marks.append(time.perf_counter())
    return list(tallies(wanted, found)), marks


def main() -> None:
    """Count, write the counts, and say where the time went."""
    engine, folder, facts, day, out = sys.argv[1:]
    law, on = load(Path(folder)), date.fromisoformat(day)
    wanted = pieces(law, on, on)
    marks = [BEGUN, time.perf_counter()]
    found, more = {"duckdb": by_duckdb, "spark": by_spark}[engine](law, wanted, Path(facts), date_literal(on))
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(sorted(found))
    marks += [*more, time.perf_counter()]
    steps = ("start and law", "load", "evaluate and count", "write")
    print(json.dumps({name: marks[n + 1] - marks[n] for n, name in enumerate(steps)}))


if __name__ == "__main__":
    main()
