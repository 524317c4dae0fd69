"""`rules run`: fifty services for many people, Parquet in and out, as a whole command."""

import subprocess
import sys
from pathlib import Path

from tests.bench.measure import AS_OF, say, timed

SERVICES = 50
FACTS = ("age", "months", "income", "score")
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
