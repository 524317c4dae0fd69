"""The states of a law's versions by any engine: from a table `facts` to a table `states`, row by row the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules.dialects import DUCKDB, date_literal, identifier
from tongdeng.rules.engines import memory, spark
from tongdeng.rules.model import Law
from tongdeng.rules.sql import Piece, encode, states_select

if TYPE_CHECKING:
    import duckdb

ENGINES = ("duckdb", "memory", "spark")
_BLOCK = 10_000  # rows


def check_engine(engine: str) -> None:
    """Raise UnusableInput for an engine that does not exist, or that this machine cannot start."""
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        fact = Text(f"引擎“{engine}”不可用。", f"the engine '{engine}' is not available.")
        raise UnusableInput(
            "rules.engine", fact, place="--engine", remedy=Text(f"可用：{known}", f"Available: {known}")
        )
    if engine == "spark":
        spark.check_ready()


def make_states(
    db: duckdb.DuckDBPyConnection, law: Law, day: date, wanted: Sequence[Piece], keys: Sequence[str], engine: str,
    beside: Path,
) -> None:  # fmt: skip
    """Make the table `states`: the keys of each row of `facts`, and the state of each piece as judged by an engine.

    Spark's tables travel through a folder in `beside`.
    """
    if engine == "spark" and wanted:
        spark.make_states(db, law, day, wanted, keys, beside)
    elif engine == "memory":
        _by_memory(db, day, wanted, keys)
    else:
        states = states_select(law, wanted, relation="facts", keys=keys, day=date_literal(day))
        db.execute(f"CREATE TEMP TABLE states AS {states}")


def _by_memory(db: duckdb.DuckDBPyConnection, day: date, wanted: Sequence[Piece], keys: Sequence[str]) -> None:
    import pyarrow as pa

    columns = [*map(identifier, keys), *(f"NULL::{one.state_type()} AS {identifier(one.column)}" for one in wanted)]
    db.execute(f"CREATE TEMP TABLE states AS SELECT {', '.join(columns)} FROM facts LIMIT 0")
    found = db.execute("FROM facts")
    names = [column[0] for column in found.description]
    rows = found.fetchall()
    for start in range(0, len(rows), _BLOCK):
        made: dict[str, list[object]] = {name: [] for name in (*keys, *(one.column for one in wanted))}
        for row in rows[start : start + _BLOCK]:
            facts = dict(zip(names, row, strict=True))
            for key in keys:
                made[key].append(facts[key])
            for one in wanted:
                held = [memory.evaluate(condition.tree, facts, day) for condition in one.version.conditions]
                made[one.column].append(encode(held, as_text=one.state_type() == DUCKDB.text))
        db.register("judged", pa.table(made))
        db.execute("INSERT INTO states FROM judged")
        db.unregister("judged")
