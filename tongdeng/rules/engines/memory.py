"""The reference engine: plain Python on trees. Slow, obvious, and the one that explains one person."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

from tongdeng.rules import tree
from tongdeng.rules.model import Answer, Law, Value, Verdict, Version

Facts = Mapping[str, Value]
# An expression ready to run: facts and the day in, a value out, None where it cannot be known.
Compiled = Callable[[Facts, date], Any]

# More digits than any legal expression can need, so nothing is ever rounded but a quotient.
_EXACT = Context(prec=120)
_SIX_PLACES = Decimal("0.000001")


def answer(version: Version, facts: Facts, day: date) -> Answer:
    """Return the answer of one version for one person."""
    return _judge(_prepared(version), facts, day)


def _prepared(version: Version) -> list[tuple[str, Compiled]]:
    return [(condition.name, compiled(condition.tree)) for condition in version.conditions]


def _judge(conditions: list[tuple[str, Compiled]], facts: Facts, day: date) -> Answer:
    unmet, unknown = [], []
    for name, holds in conditions:
        held = holds(facts, day)
        if held is None:
            unknown.append(name)
        elif not held:
            unmet.append(name)
    return answer_of(unmet, unknown)


def answer_of(unmet: Iterable[str], unknown: Iterable[str]) -> Answer:
    """Return the answer that follows from the conditions that are not met, and those that nobody can judge."""
    false, open_ones = tuple(unmet), tuple(unknown)
    verdict = Verdict.NO if false else Verdict.UNKNOWN if open_ones else Verdict.YES
    return Answer(verdict, false, open_ones)


def answers(law: Law, day: date, people: Iterable[tuple[str, Facts]]) -> Iterator[tuple[str, str, Answer]]:
    """Yield person, service and answer for everyone and each service in force on a day."""
    in_force = [(service.code, _prepared(version)) for service, version in law.in_force_on(day)]
    for person, facts in people:
        for code, conditions in in_force:
            yield person, code, _judge(conditions, facts, day)


def evaluate(node: tree.Node, facts: Facts, day: date) -> Any:
    """Return the value of an expression. A fact that is missing is unknown."""
    return compiled(node)(facts, day)


# `1` and `true` are equal in Python, but not as nodes: a number counts at least one digit.
@lru_cache(maxsize=20_000)
def compiled(node: tree.Node) -> Compiled:
    """Return an expression as a function, made once."""
    match node:
        case tree.Literal(value=value):
            return lambda facts, day: value
        case tree.FactRef(name=name):
            return lambda facts, day: facts.get(name)
        case tree.AsOf():
            return lambda facts, day: day
        case tree.Negative(of=of):
            number = compiled(of)
            return lambda facts, day: None if (value := number(facts, day)) is None else _EXACT.minus(Decimal(value))
        case tree.Arithmetic(operator=operator):
            return _pair(_OPERATORS[operator], node.left, node.right)
        case tree.Comparison(operator=operator):
            return _pair(_COMPARISONS[operator], node.left, node.right)
        case tree.DateSpan(function=function):
            return _pair(_DATE_SPANS[function], node.first, node.second)
        case tree.Between(of=of, low=low, high=high):
            parts = _pair(_COMPARISONS[">="], of, low), _pair(_COMPARISONS["<="], of, high)
            return lambda facts, day: _all(parts, facts, day)
        case tree.In():
            return _membership(node)
        case tree.IsNull(of=of, negated=negated):
            part = compiled(of)
            return lambda facts, day: (part(facts, day) is None) is not negated
        case tree.Not(of=of):
            part = compiled(of)
            return lambda facts, day: None if (value := part(facts, day)) is None else not value
        case tree.And(parts=nodes):
            alternatives = tuple(compiled(each) for each in nodes)
            return lambda facts, day: _all(alternatives, facts, day)
        case tree.Or(parts=nodes):
            alternatives = tuple(compiled(each) for each in nodes)
            return lambda facts, day: _any(alternatives, facts, day)
    raise TypeError(type(node).__name__)


def _pair(operation: Callable[[Any, Any], Any], first: tree.Node, second: tree.Node) -> Compiled:
    left, right = compiled(first), compiled(second)

    def run(facts: Facts, day: date) -> Any:
        a, b = left(facts, day), right(facts, day)
        return None if a is None or b is None else operation(a, b)

    return run


def _all(parts: Iterable[Compiled], facts: Facts, day: date) -> bool | None:
    """Kleene's and: one false decides, else one null leaves it open."""
    result: bool | None = True
    for part in parts:
        value = part(facts, day)
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _any(parts: Iterable[Compiled], facts: Facts, day: date) -> bool | None:
    """Kleene's or: one true decides, else one null leaves it open."""
    result: bool | None = False
    for part in parts:
        value = part(facts, day)
        if value is True:
            return True
        if value is None:
            result = None
    return result


def _membership(node: tree.In) -> Compiled:
    equals = tuple(_pair(_COMPARISONS["="], node.of, item) for item in node.items)

    def run(facts: Facts, day: date) -> bool | None:
        found = _any(equals, facts, day)
        return found if found is None or not node.negated else not found

    return run


def divide(dividend: Decimal | int, divisor: Decimal | int) -> Decimal | None:
    """Return the quotient to six places, halves away from zero; None when divided by zero."""
    if divisor == 0:
        return None
    # 120 digits are enough never to mistake a value near a half for the half itself.
    quotient = _EXACT.divide(Decimal(dividend), Decimal(divisor))
    return quotient.quantize(_SIX_PLACES, ROUND_HALF_UP, _EXACT)


def months_between(first: date, second: date) -> int:
    """Return the completed calendar months from one day to another, negative when it lies before."""
    if second < first:
        return -months_between(second, first)
    months = (second.year - first.year) * 12 + second.month - first.month
    complete = second.day >= first.day or _is_last_of_month(second)
    return months if complete else months - 1


def years_between(first: date, second: date) -> int:
    """Return the completed years: months / 12 cut towards zero."""
    months = months_between(first, second)
    return months // 12 if months >= 0 else -(-months // 12)


def _is_last_of_month(day: date) -> bool:
    return day == date.max or (day + timedelta(days=1)).day == 1


_OPERATORS: dict[str, Callable[[Any, Any], Decimal | None]] = {
    "+": lambda a, b: _EXACT.add(Decimal(a), Decimal(b)),
    "-": lambda a, b: _EXACT.subtract(Decimal(a), Decimal(b)),
    "*": lambda a, b: _EXACT.multiply(Decimal(a), Decimal(b)),
    "/": divide,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "<>": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
_DATE_SPANS: dict[str, Callable[[date, date], int]] = {
    "months_between": months_between,
    "years_between": years_between,
    "days_between": lambda a, b: (b - a).days,
}
