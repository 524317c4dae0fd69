"""Evaluates expressions on each engine, so that a test can put them side by side."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Context, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tongdeng.rules.dialects import SPARK, date_literal
from tongdeng.rules.engines import memory
from tongdeng.rules.engines.facts_file import connection
from tongdeng.rules.expressions_sql import Compiler, Sql
from tongdeng.rules.kinds import Kind, type_of
from tongdeng.rules.model import Fact, FactType, Value
from tongdeng.rules.parser import parse
from tongdeng.rules.tree import Node

VOCABULARY = {
    fact.name: fact
    for fact in (
        Fact("age", FactType.INTEGER, "周岁"),
        Fact("months", FactType.INTEGER, "月数"),
        Fact("income", FactType.DECIMAL, "收入"),
        Fact("rent", FactType.DECIMAL, "房租"),
        Fact("enrolled", FactType.BOOLEAN, "已参保"),
        Fact("married", FactType.BOOLEAN, "已婚"),
        Fact("sex", FactType.CODE, "性别", values=("male", "female", "it's")),
        Fact("lodging", FactType.CODE, "居住处所", values=("rented", "owned", "home")),
        Fact("arrived_on", FactType.DATE, "流入日期"),
        Fact("born_on", FactType.DATE, "出生日期"),
    )
}
ARROW = {
    FactType.INTEGER: pa.int64(),
    FactType.DECIMAL: pa.decimal128(18, 2),
    FactType.BOOLEAN: pa.bool_(),
    FactType.CODE: pa.string(),
    FactType.DATE: pa.date32(),
}


def on_memory(node: Node, facts: Mapping[str, Value], day: date) -> Value:
    """Return what the reference engine gives."""
    value = memory.evaluate(node, facts, day)
    return _number(value, 0) if isinstance(value, Decimal) else value


def on_duckdb(nodes: Sequence[Node], rows: Sequence[Mapping[str, Value]], day: date) -> list[list[Value]]:
    """Return what DuckDB gives: for each row of facts, the value of each expression."""
    compiler = Compiler(VOCABULARY, date_literal(day))
    compiled = [compiler.expression(node) for node in nodes]
    db = duckdb_of(facts_table(VOCABULARY, rows))
    selected = ", ".join(sql.text for sql in compiled)
    found = db.execute(f"SELECT {selected} FROM {compiler.over('facts')} ORDER BY n").fetchall()
    return _values(compiled, found)


def on_spark(
    spark: Any, folder: Path, nodes: Sequence[Node], rows: Sequence[Mapping[str, Value]], day: date
) -> list[list[Value]]:
    """Return what Spark gives: for each row of facts, the value of each expression, all in one query."""
    compiler = Compiler(VOCABULARY, date_literal(day), dialect=SPARK)
    compiled = [compiler.expression(node) for node in nodes]
    spark.read.parquet(str(facts_file(folder / "facts.parquet", VOCABULARY, rows))).createOrReplaceTempView("facts")
    selected = ", ".join(f"{sql.text} AS x{index}" for index, sql in enumerate(compiled))
    found = spark.sql(f"SELECT {selected} FROM {compiler.over('facts')} ORDER BY n").collect()
    return _values(compiled, found)


@cache
def _duckdb() -> tuple[duckdb.DuckDBPyConnection, ExitStack]:
    stack = ExitStack()  # closed with the process: thousands of examples would each wait for one to start
    return stack.enter_context(connection()), stack


def duckdb_of(facts: pa.Table) -> duckdb.DuckDBPyConnection:
    """Return this process's DuckDB with people as its table `facts`, in place of whoever was there before."""
    db, _ = _duckdb()
    db.register("given", facts)
    db.execute("CREATE OR REPLACE TABLE facts AS FROM given")
    db.unregister("given")
    return db


def facts_table(vocabulary: Mapping[str, Fact], rows: Sequence[Mapping[str, Value]], **more: Any) -> pa.Table:
    """Return people as a table with a number `n`; `more` are columns besides the facts."""
    columns = {"n": pa.array(range(len(rows)), pa.int64()), **more}
    for name, fact in vocabulary.items():
        columns[name] = pa.array([row.get(name) for row in rows], ARROW[fact.type])
    return pa.table(columns)


def facts_file(path: Path, vocabulary: Mapping[str, Fact], rows: Sequence[Mapping[str, Value]], **more: Any) -> Path:
    """Write people, as `facts_table` gives them, as Parquet and return the path."""
    pq.write_table(facts_table(vocabulary, rows, **more), path)
    return path


def _values(compiled: Sequence[Sql], found: Sequence[Sequence[Value]]) -> list[list[Value]]:
    scales = [sql.type.scale if sql.type.kind == Kind.NUMBER else None for sql in compiled]
    return [[_number(value, scale) for value, scale in zip(row, scales, strict=True)] for row in found]


def _number(value: Value, scale: int | None) -> Value:
    if value is None or scale is None:
        return value
    number = Decimal(value).scaleb(-scale, Context(prec=60))
    return int(number) if number == number.to_integral_value() else number


def typed(source: str) -> Node:
    """Return the tree of an expression that passed the type check."""
    node = parse(source)
    type_of(node, VOCABULARY)
    return node
