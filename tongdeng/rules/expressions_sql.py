"""Trees to SQL, DuckDB's or Spark's, that gives, to the last digit, what the memory engine gives.

Numbers are whole numbers of their last place (12.50 is 1250 with scale 2), because decimals of a database turn
into floating point on division, or round in their own way, and overflow at run time instead of at check time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tongdeng.rules import tree
from tongdeng.rules.dialects import DUCKDB, DuckDb, date_literal
from tongdeng.rules.kinds import BOOLEAN, INTEGER, MOST_DIGITS, NULL, QUOTIENT_PLACES, Kind, Type, type_of
from tongdeng.rules.model import Fact, FactType

UNKNOWN = "CAST(NULL AS BOOLEAN)"
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Sql:
    """An expression in SQL. `stage` is the number of layers of named columns it stands on."""

    text: str
    type: Type
    stage: int = 0
    literal: int | None = None
    is_wide: bool = False


@dataclass(slots=True)
class Compiler:
    """Compiles the conditions over one relation; `layers` are the columns that must be computed first.

    A part that SQL needs twice, such as a divisor, becomes a column of a layer: written out twice, an
    expression of nested divisions would double at every level. So does what is dear and that many conditions
    share, such as an age: DuckDB finds equal parts only outside of `and`, and would compute it for each.
    """

    facts: Mapping[str, Fact]
    as_of: str
    layers: list[dict[str, str]] = field(default_factory=list)
    dialect: DuckDb = DUCKDB

    def condition(self, node: tree.Node) -> Sql:
        """Return a condition as a BOOLEAN expression."""
        sql = self.expression(node)
        return replace(sql, text=UNKNOWN, type=BOOLEAN) if sql.type == NULL else sql

    def over(self, relation: str) -> str:
        """Return the relation with all layers on top, for a FROM clause."""
        for layer in self.layers:
            columns = ", ".join(f"{text} AS {name}" for text, name in layer.items())
            relation = f"(SELECT *, {columns} FROM {relation})"
        return relation

    def expression(self, node: tree.Node) -> Sql:
        """Return any expression in SQL."""
        match node:
            case tree.Literal():
                return self.literal(node)
            case tree.FactRef(name=name):
                return self.fact(self.facts[name], type_of(node, self.facts))
            case tree.AsOf():
                return Sql(self.as_of, type_of(node, self.facts))
            case tree.Negative(of=of):
                return self.negative(self.expression(of))
            case tree.Arithmetic():
                return self.arithmetic(node)
            case tree.DateSpan():
                return self.date_span(node)
            case tree.Comparison(operator=operator, left=left, right=right):
                return self.compare(operator, self.expression(left), self.expression(right))
            case tree.Between():
                return self.between(node)
            case tree.In():
                return self.membership(node)
            case tree.IsNull(of=of, negated=negated):
                sql = self.expression(of)
                return Sql(f"({sql.text} IS {'NOT ' * negated}NULL)", BOOLEAN, sql.stage)
            case tree.Not(of=of):
                sql = self.condition(of)
                return Sql(f"(NOT {sql.text})", BOOLEAN, sql.stage)
            case tree.And(parts=parts):
                return _joined("AND", [self.condition(part) for part in parts])
            case tree.Or(parts=parts):
                return _joined("OR", [self.condition(part) for part in parts])
        raise TypeError(type(node).__name__)

    def literal(self, node: tree.Literal) -> Sql:
        found = type_of(node, self.facts)
        match node.value:
            case None:
                return Sql("NULL", NULL)
            case bool():
                return Sql("TRUE" if node.value else "FALSE", found)
            case Decimal():
                # Not scaleb, which rounds to 28 digits.
                return _constant(int("".join(map(str, node.value.as_tuple().digits))), found)
            case date():
                return Sql(date_literal(node.value), found)
            case _:
                return Sql(self.dialect.text_literal(node.value), found)

    def fact(self, fact: Fact, found: Type) -> Sql:
        column = self.dialect.identifier(fact.name)
        if fact.type == FactType.DECIMAL:
            # Widened first: DuckDB multiplies DECIMAL(18,2) within 18 digits and overflows.
            return Sql(f"CAST(CAST({column} AS DECIMAL(20,2)) * 100 AS BIGINT)", found)
        return Sql(column, found)

    def named(self, sql: Sql) -> Sql:
        """Return the expression as a column of a layer, so that it can be used twice."""
        while len(self.layers) <= sql.stage:
            self.layers.append({})
        layer = self.layers[sql.stage]
        # A name that no fact can have.
        name = layer.setdefault(sql.text, self.dialect.identifier(f"{sql.stage}.{len(layer)}"))
        return replace(sql, text=name, stage=sql.stage + 1)

    def negative(self, sql: Sql) -> Sql:
        if sql.type == NULL:
            return sql
        if sql.literal is not None:
            return _constant(-sql.literal, sql.type)
        return replace(sql, text=f"(-{self.wide(sql)})", is_wide=True)

    def arithmetic(self, node: tree.Arithmetic) -> Sql:
        left, right = self.expression(node.left), self.expression(node.right)
        found = type_of(node, self.facts)
        if found == NULL:
            return Sql("NULL", NULL, max(left.stage, right.stage))
        if node.operator == "/":
            return self.quotient(left, right, found)
        if node.operator != "*":
            left, right = self.scaled(left, found.scale), self.scaled(right, found.scale)
        text = f"({self.wide(left)} {node.operator} {self.wide(right)})"
        return Sql(text, found, max(left.stage, right.stage), is_wide=True)

    def quotient(self, left: Sql, right: Sql, found: Type) -> Sql:
        """Return left / right to six places, halves away from zero, null for a zero divisor."""
        shift = QUOTIENT_PLACES + right.type.scale - left.type.scale
        stage = max(left.stage, right.stage)
        dividend = f"({self.wide(left)} * {self.power(max(shift, 0))})"
        both = self.named(Sql(dividend, found, stage))
        divisor = self.named(replace(right, text=self.wide(right), stage=stage))
        a, b = f"abs({both.text})", f"abs({divisor.text})"
        whole = self.dialect.whole(a, b, max(found.precision, left.type.precision))
        # Compared with what is left to the divisor: twice the remainder could need a 39th digit.
        half_up = f"({a} % {b} >= {b} - {a} % {b})"
        if shift < 0:
            # A whole quotient rounds like the exact one: a remainder below one cannot lift it to a half.
            named = self.named(Sql(f"(CASE WHEN {divisor.text} <> 0 THEN {whole} END)", found, both.stage))
            both = replace(both, stage=named.stage)
            whole = self.dialect.whole(named.text, self.power(-shift), found.precision)
            half_up = f"({named.text} % {self.power(-shift)} >= {5 * 10 ** (-shift - 1)})"
        size = f"({whole} + {self.dialect.wide(half_up)})"
        sign = f"(CASE WHEN ({both.text} < 0) = ({divisor.text} < 0) THEN 1 ELSE -1 END)"
        text = f"(CASE WHEN {divisor.text} <> 0 THEN {size} * {sign} END)"
        return self.named(Sql(text, found, both.stage, is_wide=True))

    def date_span(self, node: tree.DateSpan) -> Sql:
        first, second = self.expression(node.first), self.expression(node.second)
        stage = max(first.stage, second.stage)
        if NULL in (first.type, second.type):
            return Sql("NULL", NULL, stage)
        days = (first.text, second.text)
        match node.function:
            case "days_between":
                text = self.dialect.days(*days)
            case "years_between":
                text = self.dialect.years(self.dialect.months(*days))
            case _:
                text = self.dialect.months(*days)
        return self.named(Sql(text, INTEGER, stage))

    def compare(self, operator: str, left: Sql, right: Sql) -> Sql:
        """Return a comparison of two values of one kind."""
        stage = max(left.stage, right.stage)
        if NULL in (left.type, right.type):
            return Sql(UNKNOWN, BOOLEAN, stage)
        if left.type.kind == Kind.NUMBER:
            scale = max(left.type.scale, right.type.scale)
            if not _fits(left, scale):
                return self.compare_parts(operator, left, right)
            if not _fits(right, scale):
                return self.compare_parts(_MIRRORED[operator], right, left)
            left, right = self.scaled(left, scale), self.scaled(right, scale)
        return Sql(f"({left.text} {operator} {right.text})", BOOLEAN, stage)

    def compare_parts(self, operator: str, coarse: Sql, fine: Sql) -> Sql:
        """Compare numbers that have no common scale within 38 digits: the whole part, then what is left."""
        places = fine.type.scale - coarse.type.scale
        fine = self.named(replace(fine, text=self.wide(fine)))
        # With 38 places more there is no whole part, and no wide number as large as the unit.
        whole, left_over = "0", fine.text
        if places < MOST_DIGITS:
            unit = self.power(places)
            left_over = f"({fine.text} % {unit})"
            whole = self.dialect.whole(fine.text, unit, MOST_DIGITS - places)
        below = f"(CASE WHEN {left_over} < 0 THEN 1 ELSE 0 END)"
        pair = self.named(Sql(f"(CASE WHEN {fine.text} IS NOT NULL THEN {whole} - {below} END)", INTEGER, fine.stage))
        exact = self.named(Sql(f"({left_over} = 0)", BOOLEAN, fine.stage))
        number = self.named(replace(coarse, text=self.wide(coarse), stage=max(coarse.stage, fine.stage)))
        a, q, e = number.text, pair.text, exact.text
        text = {
            "=": f"({a} = {q} AND {e})",
            "<>": f"({a} <> {q} OR NOT {e})",
            "<": f"({a} < {q} OR ({a} = {q} AND NOT {e}))",
            "<=": f"({a} <= {q})",
            ">": f"({a} > {q})",
            ">=": f"({a} > {q} OR ({a} = {q} AND {e}))",
        }[operator]
        # Without the check, `null = q and false` would be false.
        known = f"{a} IS NOT NULL AND {q} IS NOT NULL"
        return Sql(f"(CASE WHEN {known} THEN {text} END)", BOOLEAN, number.stage)

    def between(self, node: tree.Between) -> Sql:
        of = self.twice(self.expression(node.of))
        low, high = self.expression(node.low), self.expression(node.high)
        scale = of.type.scale
        if all(end.literal is not None and _fits(end, scale) and end.type.scale <= scale for end in (low, high)):
            # Half the work; with bounds that may be null, databases differ.
            text = f"({of.text} BETWEEN {self.scaled(low, scale).text} AND {self.scaled(high, scale).text})"
            return Sql(text, BOOLEAN, of.stage)
        return _joined("AND", [self.compare(">=", of, low), self.compare("<=", of, high)])

    def membership(self, node: tree.In) -> Sql:
        of = self.expression(node.of)
        items = [self.expression(item) for item in node.items]
        stage = max(part.stage for part in (of, *items))
        scale = max(part.type.scale for part in (of, *items))
        word = "NOT IN" if node.negated else "IN"
        if of.type == NULL:
            return Sql(UNKNOWN, BOOLEAN, stage)
        if all(_fits(part, scale) for part in (of, *items)):
            listed = ", ".join(self.scaled(item, scale).text for item in items)
            return Sql(f"({self.scaled(of, scale).text} {word} ({listed}))", BOOLEAN, stage)
        of = self.twice(of)
        found = _joined("OR", [self.compare("=", of, item) for item in items])
        return replace(found, text=f"(NOT {found.text})") if node.negated else found

    def wide(self, sql: Sql) -> str:
        """Return a whole number with room for 38 digits."""
        return sql.text if sql.is_wide else self.dialect.wide(sql.text)

    def power(self, places: int) -> str:
        """Return a power of ten as a wide number."""
        return self.dialect.wide(str(10**places))

    def scaled(self, sql: Sql, scale: int) -> Sql:
        """Return a number in units of its last place but `scale`."""
        more = scale - sql.type.scale
        if sql.type.kind != Kind.NUMBER or more == 0:
            return sql
        found = Type(Kind.NUMBER, sql.type.precision + more, scale)
        if sql.literal is not None:
            return _constant(sql.literal * 10**more, found)
        return replace(sql, text=f"({self.wide(sql)} * {self.power(more)})", type=found, is_wide=True)

    def twice(self, sql: Sql) -> Sql:
        """Return the expression ready to be written twice; a plain column is as short as a name."""
        return sql if sql.literal is not None or sql.type == NULL or len(sql.text) < 60 else self.named(sql)


def _joined(word: str, parts: list[Sql]) -> Sql:
    return Sql(f"({f' {word} '.join(part.text for part in parts)})", BOOLEAN, max(part.stage for part in parts))


def _constant(value: int, found: Type) -> Sql:
    text = f"({value})" if value < 0 else str(value)
    return Sql(text, found, literal=value)


def _fits(sql: Sql, scale: int) -> bool:
    """Return whether a number can be written with so many places within 38 digits."""
    more = scale - sql.type.scale
    if sql.literal is not None:
        return bool(abs(sql.literal) * 10**more < 10**MOST_DIGITS)
    return sql.type.kind != Kind.NUMBER or more == 0 or sql.type.precision + more <= MOST_DIGITS
