"""DuckDB's statements on SQLite: for a handful of rows, where planning costs more than the work.

The text of a statement stays the one that serves a million rows; it is translated once. Dates are day numbers here, so
that `day - 400` and `b - a` need no types, and truths are 0 and 1; whoever reads a result turns them back.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.transforms import eliminate_qualify

from tongdeng.rules.engines.stars import Columns, names, written_out

DIALECT = "duckdb"
SAME_MEANING: dict[type, Any] = {exp.AnyValue: exp.Max, exp.LogicalOr: exp.Max, exp.LogicalAnd: exp.Min}
MONTHS = {"MONTH": 1, "YEAR": 12, "TO_MONTHS": 1, "TO_YEARS": 12}
Made = tuple[str, str]  # a table, and the query that fills it


class Translator:
    """Translates statements one after the other; macros that one of them makes are known to those after it."""

    def __init__(self, tables: Columns) -> None:
        """Begin with the columns of the tables that are there, and without macros."""
        self._macros: dict[str, tuple[list[str], exp.Expr]] = {}
        self._tables = dict(tables)

    def tables(self, script: str) -> Iterable[Made]:
        """Yield each table that a script makes, with its query for SQLite."""
        for statement in sqlglot.parse(script, read=DIALECT):
            if not isinstance(statement, exp.Create):
                continue
            if statement.kind == "MACRO":
                made = statement.this
                named = [parameter.name for parameter in made.expressions]
                self._macros[made.this.name.lower()] = (named, statement.expression)
            else:
                tree = self._expanded(statement.expression.copy())
                self._tables[statement.this.name] = names(tree, self._tables)
                yield statement.this.name, self._translated(tree)

    def query(self, text: str) -> str:
        """Return one query for SQLite."""
        return self._translated(self._expanded(sqlglot.parse_one(text, read=DIALECT)))

    def _translated(self, tree: exp.Expr) -> str:
        tree = written_out(tree, self._tables)
        for step in (_flattened, _joined, _grouped, _qualified, _listed, _plain):
            tree = _rebuilt(tree, step)
        return tree.sql("sqlite", comments=False)

    def _expanded(self, tree: exp.Expr) -> exp.Expr:
        """Put the body of each macro in the place of its call."""
        while call := next((one for one in tree.find_all(exp.Anonymous) if one.name.lower() in self._macros), None):
            named, body = self._macros[call.name.lower()]
            given = dict(zip(named, call.expressions, strict=True))
            body = body.copy()
            if isinstance(call.parent, exp.Table):
                alias, table = call.parent.args.get("alias"), call.parent
                inner = body.transform(partial(_named_table, given)) if given else body
                table.replace(exp.Subquery(this=inner, alias=alias))
                continue
            filled = body.transform(partial(_filled, given))
            done = exp.Paren(this=filled)
            if call is tree:
                return done
            call.replace(done)
        return tree


def _rebuilt(tree: exp.Expr, step: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Return a tree of which each part went through a step, the inner ones first."""
    for node in reversed(list(tree.bfs())):
        # Where it stood: a step that puts the node inside what it makes has moved it.
        parent, key, index = node.parent, node.arg_key, node.index
        made = step(node)
        if made is node:
            continue
        if parent is None or key is None:
            tree = made
        else:
            parent.set(key, made, index)
    return tree


def _filled(given: Mapping[str, exp.Expr], node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Column) and not node.table and node.name in given:
        return exp.Paren(this=given[node.name].copy())
    return node


def _named_table(given: Mapping[str, exp.Expr], node: exp.Expr) -> exp.Expr:
    """Return a `query_table(name)` as the table of that name."""
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Anonymous) and node.this.name.lower() == "query_table":
        return exp.Table(
            this=exp.to_identifier(given[node.this.expressions[0].name].name), alias=node.args.get("alias")
        )
    return node


def _flattened(node: exp.Expr) -> exp.Expr:
    """Return a recursive member without subqueries: SQLite wants the table it repeats to stand at the top."""
    with_ = node.args.get("with_") or node.args.get("with")
    if not (with_ and with_.args.get("recursive")):
        return node
    for cte in with_.expressions:
        body = cte.this
        if isinstance(body, exp.Union) and any(
            table.name == cte.alias for table in body.expression.find_all(exp.Table)
        ):
            _merge(body.expression)
    return node


def _merge(select: exp.Select) -> None:
    """Take the query that a select reads from into the select."""
    source = (select.args.get("from_") or select.args["from"]).this
    if not isinstance(source, exp.Subquery):
        return
    inner = source.this
    _merge(inner)
    told: dict[str, exp.Expr] = dict(inner.meta.get("told", {}))
    for one in inner.expressions:
        if not isinstance(one, exp.Star):
            # A name given earlier in the same select may be used.
            told[one.alias_or_name] = _put(one.unalias(), told, only_bare=True)
    for one in list(select.expressions):
        if not isinstance(one, exp.Star):
            made = _put(one.unalias(), told, only_bare=False)
            one.replace(exp.alias_(made, one.alias_or_name) if one.alias_or_name else made)
    for key in ("from_", "from", "joins", "where"):
        if key in inner.args:
            select.set(key, inner.args[key])
    select.meta["told"] = told


def _put(tree: exp.Expr, told: Mapping[str, exp.Expr], *, only_bare: bool) -> exp.Expr:
    def own(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in told and not (only_bare and node.table):
            return exp.Paren(this=told[node.name].copy())
        return node

    return _rebuilt(tree.copy(), own)


def _joined(node: exp.Expr) -> exp.Expr:
    """Return a select without SEMI, ANTI and ASOF joins."""
    if not isinstance(node, exp.Select):
        return node
    kept = []
    for join in node.args.get("joins") or ():
        if join.kind in ("SEMI", "ANTI"):
            found: exp.Expr = exp.Exists(this=exp.select("1").from_(join.this.copy()).where(_same(node, join)))
            node = node.where(exp.Not(this=found) if join.kind == "ANTI" else found, copy=False)
            continue
        if join.method == "ASOF":
            _latest(join)
        kept.append(join)
    node.set("joins", kept)
    return node


def _same(select: exp.Select, join: exp.Join) -> exp.Expr:
    """Return the condition of a join."""
    using = join.args.get("using")
    if not using:
        return exp.and_(join.args["on"])
    left = (select.args.get("from_") or select.args["from"]).this.alias_or_name
    return exp.and_(*(exp.column(one.name, left).eq(exp.column(one.name, join.this.alias_or_name)) for one in using))


def _latest(join: exp.Join) -> None:
    """Make an ASOF join one with the newest row that is not too new."""
    name = join.this.alias_or_name
    bound = next(part for part in join.args["on"].flatten() if isinstance(part, exp.GTE))
    inner = join.this.copy()
    inner.set("alias", exp.TableAlias(this=exp.to_identifier("newest")))

    def renamed(node: exp.Expr) -> exp.Expr:
        return exp.column(node.name, "newest") if isinstance(node, exp.Column) and node.table == name else node

    newest = exp.select(exp.Max(this=renamed(bound.expression.copy()))).from_(inner)
    newest = newest.where(join.args["on"].copy().transform(renamed))
    join.set("on", exp.and_(join.args["on"], exp.EQ(this=bound.expression.copy(), expression=newest.subquery())))
    join.set("method", None)


def _grouped(node: exp.Expr) -> exp.Expr:
    """Return a select that names what GROUP BY ALL means."""
    group = node.args.get("group") if isinstance(node, exp.Select) else None
    if group and group.args.get("all"):
        plain = [one.unalias().copy() for one in node.expressions if not one.find(exp.AggFunc)]
        node.set("group", exp.Group(expressions=plain))
    return node


def _qualified(node: exp.Expr) -> exp.Expr:
    return eliminate_qualify(node) if isinstance(node, exp.Select) and node.args.get("qualify") else node


def _listed(node: exp.Expr) -> exp.Expr:
    """Return a select of a range of days, which SQLite reads from a list."""
    if not isinstance(node, exp.Select) or len(node.expressions) != 1:
        return node
    days = node.expressions[0].find(exp.GenerateSeries)
    if days is None:
        return node
    made = exp.Anonymous(this="days_between", expressions=[days.args["start"].copy(), days.args["end"].copy()])
    listed = exp.select(made).from_((node.args.get("from_") or node.args["from"]).this.copy()).subquery()
    named = node.expressions[0].alias
    return exp.select(f"value AS {named}").from_(exp.Table(this=exp.Anonymous(this="json_each", expressions=[listed])))


def _plain(node: exp.Expr) -> Any:
    """Return an expression without the functions and types that SQLite lacks."""
    match node:
        case exp.Cast(this=exp.Literal(is_string=True) as literal) if node.to.this == exp.DataType.Type.DATE:
            return exp.Literal.number(date.fromisoformat(literal.name).toordinal())
        case exp.Cast():
            return node.this
        case exp.Add() | exp.Sub():
            return _moved(node)
        case exp.DateDiff():
            parts = [node.this, node.expression]
            if node.text("unit").upper() == "MONTH":
                parts = [exp.Anonymous(this="month_number", expressions=[part]) for part in parts]
            return exp.Paren(this=exp.Sub(this=exp.Paren(this=parts[0]), expression=exp.Paren(this=parts[1])))
        case exp.IgnoreNulls(this=exp.Max() | exp.Min()):
            return node.this
        case exp.Left():
            return exp.func("SUBSTR", node.this, exp.Literal.number(1), node.expression)
        case exp.ArgMax():
            return exp.Anonymous(this="arg_max", expressions=[node.this, node.expression])
        case exp.Anonymous(name="row"):
            return exp.Anonymous(this="json_array", expressions=node.expressions)
    if type(node) in SAME_MEANING:
        return SAME_MEANING[type(node)](this=node.this)
    if type(node) in CALLED:
        parts = [part for part in node.args.values() if part]
        return exp.Anonymous(this=CALLED[type(node)], expressions=[one for part in parts for one in _many(part)])
    return node


def _many(part: Any) -> list[Any]:
    return part if isinstance(part, list) else [part]


def _moved(node: exp.Expr) -> exp.Expr:
    """Return a sum with a length of time as days moved on by days or by months."""
    length = node.expression.unnest()
    if isinstance(length, exp.Interval):
        unit, count = length.text("unit").upper(), exp.Literal.number(length.this.name)
    elif isinstance(length, exp.Anonymous) and length.name.upper() in {"TO_DAYS", *MONTHS}:
        unit, count = length.name.upper(), length.expressions[0]
    else:
        return node
    if unit not in MONTHS:
        return type(node)(this=node.this, expression=count)
    sign = -1 if isinstance(node, exp.Sub) else 1
    months = exp.Mul(this=exp.Literal.number(sign * MONTHS[unit]), expression=exp.Paren(this=count))
    return exp.Anonymous(this="add_months", expressions=[node.this, months])


CALLED: dict[type, str] = {
    exp.Greatest: "greatest", exp.Least: "least", exp.Day: "day_of", exp.Month: "month_of", exp.Year: "year_of",
    exp.LastDay: "last_day", exp.DateFromParts: "make_date",
}  # fmt: skip


def _known(of: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is null of a null."""
    return lambda *values: None if None in values else of(*values)


def _month_number(day: int) -> int:
    on = date.fromordinal(day)
    return on.year * 12 + on.month - 1


def _add_months(day: int, months: int) -> int:
    on = date.fromordinal(day)
    index = on.year * 12 + on.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1).toordinal()
    return min(first + on.day - 1, _last_day(first))


def _last_day(day: int) -> int:
    on = date.fromordinal(day)
    return (date(on.year + on.month // 12, on.month % 12 + 1, 1)).toordinal() - 1


class _ArgMax:
    """The value beside the greatest key."""

    def __init__(self) -> None:
        self.key: Any = None
        self.value: Any = None

    def step(self, value: Any, key: Any) -> None:
        if value is not None and key is not None and (self.key is None or key > self.key):
            self.key, self.value = key, value

    def finalize(self) -> Any:
        return self.value


FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "greatest": (-1, lambda *values: max((value for value in values if value is not None), default=None)),
    "least": (-1, lambda *values: min((value for value in values if value is not None), default=None)),
    "day_of": (1, _known(lambda day: date.fromordinal(day).day)),
    "month_of": (1, _known(lambda day: date.fromordinal(day).month)),
    "year_of": (1, _known(lambda day: date.fromordinal(day).year)),
    "month_number": (1, _known(_month_number)),
    "add_months": (2, _known(_add_months)),
    "last_day": (1, _known(_last_day)),
    "make_date": (3, _known(lambda year, month, day: date(year, month, day).toordinal())),
    "days_between": (2, _known(lambda first, end: str(list(range(first, end))))),
}


def open_link(variables: Mapping[str, int]) -> sqlite3.Connection:
    """Return an empty database in memory on which translated statements run; `getvariable` reads the variables."""
    link = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=256)
    for name, (count, of) in FUNCTIONS.items():
        link.create_function(name, count, of, deterministic=True)
    link.create_function("getvariable", 1, variables.__getitem__)
    link.create_aggregate("arg_max", 2, _ArgMax)  # type: ignore[arg-type]
    return link
