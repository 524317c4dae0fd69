"""Ours: from a Parquet file of facts to counts by service and town, as one process.

`python -m tests.bench.counts ENGINE LAW FACTS DAY OUT`; it prints where the time went as JSON.
"""

import csv
import json
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

BEGUN = time.perf_counter()

from tongdeng.rules import load  # noqa: E402  the clock runs while they are imported
from tongdeng.rules.dialects import DUCKDB, SPARK, DuckDb, date_literal  # noqa: E402
from tongdeng.rules.engines.facts_file import connection, load_facts  # noqa: E402
from tongdeng.rules.model import Law  # noqa: E402
from tongdeng.rules.sql import Piece, pieces, verdicts_select  # noqa: E402
from tongdeng.rules.tree import facts_in  # noqa: E402

TOWN = "town"


def facts_of(wanted: Iterable[Piece]) -> set[str]:
    """Return the facts that the rules read, and the town."""
    return {name for piece in wanted for each in piece.version.conditions for name in facts_in(each.tree)} | {TOWN}


def counts_select(law: Law, wanted: tuple[Piece, ...], day: str, dialect: DuckDb) -> str:
    """Return a query of a row per town: its people, then for each service how many are known, and how many yes."""
    verdicts = verdicts_select(law, wanted, relation="facts", keys=(TOWN,), day=day, dialect=dialect)
    names = [dialect.identifier(piece.column) for piece in wanted]
    counts = ", ".join(f"count({name}), count(CASE WHEN {name} THEN 1 END)" for name in names)
    return f"SELECT {TOWN}, count(*), {counts} FROM ({verdicts}) AS verdicts GROUP BY {TOWN}"


def long(wanted: tuple[Piece, ...], rows: Iterable[Any]) -> Iterator[tuple[str, str, str, int]]:
    """Yield town, service, answer and count from rows of that query."""
    for town, people, *counts in rows:
        for piece, known, yes in zip(wanted, counts[::2], counts[1::2], strict=True):
            for answer, count in (("yes", yes), ("no", known - yes), ("unknown", people - known)):
                yield town, piece.service, answer, count


def by_duckdb(law: Law, wanted: tuple[Piece, ...], facts: Path, day: str) -> tuple[list[Any], list[float]]:
    """Return the counts, and the time after loading and after judging and counting."""
    with connection() as db:
        load_facts(db, law, facts, only=facts_of(wanted))
        marks = [time.perf_counter()]
        found = db.execute(counts_select(law, wanted, day, DUCKDB)).fetchall()
        marks.append(time.perf_counter())
    return found, marks


def by_spark(law: Law, wanted: tuple[Piece, ...], facts: Path, day: str) -> tuple[list[Any], list[float]]:
    """Return the same of Spark, which reads while it judges; its loading is the start of the cluster."""
    from tongdeng.rules.engines.spark import session

    with session() as spark:
        spark.read.parquet(str(facts)).createOrReplaceTempView("facts")
        marks = [time.perf_counter()]
        found = [tuple(row) for row in spark.sql(counts_select(law, wanted, day, SPARK)).collect()]
        marks.append(time.perf_counter())
    return found, marks


def main() -> None:
    """Count, write the counts, and say where the time went."""
    engine, folder, facts, day, out = sys.argv[1:]
    law, on = load(Path(folder)), date.fromisoformat(day)
    wanted = pieces(law, on, on)
    marks = [BEGUN, time.perf_counter()]
    found, more = {"duckdb": by_duckdb, "spark": by_spark}[engine](law, wanted, Path(facts), date_literal(on))
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(sorted(long(wanted, found)))
    marks += [*more, time.perf_counter()]
    steps = ("start and law", "load", "evaluate and count", "write")
    print(json.dumps({name: marks[n + 1] - marks[n] for n, name in enumerate(steps)}))


if __name__ == "__main__":
    main()
