"""Evaluates expressions on each engine, so that a test can put them side by side."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tongdeng.rules.dialects import SPARK, date_literal, identifier
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
TYPES = {
    FactType.INTEGER: "BIGINT",
    FactType.DECIMAL: "DECIMAL(18,2)",
    FactType.BOOLEAN: "BOOLEAN",
    FactType.CODE: "VARCHAR",
    FactType.DATE: "DATE",
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
    columns = ", ".join(f"{identifier(name)} {TYPES[fact.type]}" for name, fact in VOCABULARY.items())
    with connection() as db:
        db.execute(f"CREATE TABLE facts (n BIGINT, {columns})")
        for n, row in enumerate(rows):
            values = [n, *(row.get(name) for name in VOCABULARY)]
            db.execute(f"INSERT INTO facts VALUES ({', '.join('?' * len(values))})", values)
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


def facts_file(path: Path, vocabulary: Mapping[str, Fact], rows: Sequence[Mapping[str, Value]], **more: Any) -> Path:
    """Write people as Parquet, each with a number `n`, and return the path; `more` are columns besides the facts."""
    columns = {"n": pa.array(range(len(rows)), pa.int64()), **more}
    for name, fact in vocabulary.items():
        columns[name] = pa.array([row.get(name) for row in rows], ARROW[fact.type])
    pq.write_table(pa.table(columns), path)
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
