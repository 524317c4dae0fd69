"""Types of expressions: what may stand where, and how many digits a number can need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.rules import tree
from tongdeng.rules.faults import ExpressionFault, nearest
from tongdeng.rules.lexer import KEYWORDS
from tongdeng.rules.model import Fact, FactType

MOST_DIGITS = 38
INTEGER_DIGITS = 19
DECIMAL_DIGITS, DECIMAL_PLACES = 18, 2
QUOTIENT_PLACES = 6


class Kind(StrEnum):
    """What a value can be compared with: numbers with numbers, dates with dates; null with anything."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    CODE = "code"
    DATE = "date"
    NULL = "null"


_ZH = {Kind.NUMBER: "数", Kind.BOOLEAN: "真假", Kind.CODE: "代码", Kind.DATE: "日期", Kind.NULL: "空"}


@dataclass(frozen=True, slots=True)
class Type:
    """A kind, and for numbers all digits and those behind the point."""

    kind: Kind
    precision: int = 0
    scale: int = 0

    @property
    def whole_digits(self) -> int:
        """Return the digits in front of the point."""
        return self.precision - self.scale


BOOLEAN, CODE, DATE, NULL = Type(Kind.BOOLEAN), Type(Kind.CODE), Type(Kind.DATE), Type(Kind.NULL)
INTEGER = Type(Kind.NUMBER, INTEGER_DIGITS)
DECIMAL = Type(Kind.NUMBER, DECIMAL_DIGITS, DECIMAL_PLACES)
_OF_FACT = {
    FactType.INTEGER: INTEGER,
    FactType.DECIMAL: DECIMAL,
    FactType.BOOLEAN: BOOLEAN,
    FactType.CODE: CODE,
    FactType.DATE: DATE,
}


def check_condition(node: tree.Node, facts: Mapping[str, Fact]) -> None:
    """Raise ExpressionFault unless the expression is well typed and true, false or null."""
    kind = type_of(node, facts).kind
    if kind not in (Kind.BOOLEAN, Kind.NULL):
        fact = Text(f"条件必须为真或假，此处是{_ZH[kind]}。", f"a condition must be true or false; this is a {kind}.")
        raise _fault("rules.type.not_boolean", fact, node)


def type_of(node: tree.Node, facts: Mapping[str, Fact]) -> Type:
    """Return the type of an expression; raise ExpressionFault at the first part that does not fit."""
    match node:
        case tree.Literal():
            return _of_literal(node)
        case tree.FactRef():
            return _of_fact(node, facts)
        case tree.AsOf():
            return DATE
        case tree.Negative(of=of):
            return _need(of, Kind.NUMBER, facts)
        case tree.Arithmetic():
            return _of_arithmetic(node, facts)
        case tree.DateSpan(first=first, second=second):
            kinds = {_need(first, Kind.DATE, facts).kind, _need(second, Kind.DATE, facts).kind}
            return NULL if Kind.NULL in kinds else INTEGER
        case tree.Not() | tree.And() | tree.Or():
            for part in tree.children(node):
                _need(part, Kind.BOOLEAN, facts)
            return BOOLEAN
        case tree.IsNull(of=of):
            type_of(of, facts)
            return BOOLEAN
        case tree.Comparison() | tree.Between() | tree.In():
            first, *others = tree.children(node)
            _comparable(first, others, facts)
            return BOOLEAN
    raise TypeError(type(node).__name__)


def _of_literal(node: tree.Literal) -> Type:
    match node.value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case str():
            return CODE
        case date():
            return DATE
        case Decimal():
            # As written: a literal is known, so `age_years * 12 + 1` needs 22 digits, not 39.
            return _within(Type(Kind.NUMBER, node.precision, node.scale), node)
    raise TypeError(type(node.value).__name__)


def _of_fact(node: tree.FactRef, facts: Mapping[str, Fact]) -> Type:
    fact = facts.get(node.name)
    if fact is None:
        text = Text(f"“{node.name}”不是已定义的事实。", f"'{node.name}' is not a fact.")
        remedy = nearest(node.name, (*facts, *KEYWORDS))
        raise _fault("rules.fact.unknown", text, node, word=node.name, remedy=remedy)
    return _OF_FACT[fact.type]


def _need(node: tree.Node, kind: Kind, facts: Mapping[str, Fact]) -> Type:
    found = type_of(node, facts)
    if found.kind not in (kind, Kind.NULL):
        zh = f"此处应为{_ZH[kind]}，却是{_ZH[found.kind]}。"
        fact = Text(zh, f"a {kind} was expected here, this is a {found.kind}.")
        raise _fault("rules.type.mismatch", fact, node)
    return found


def _of_arithmetic(node: tree.Arithmetic, facts: Mapping[str, Fact]) -> Type:
    left, right = _need(node.left, Kind.NUMBER, facts), _need(node.right, Kind.NUMBER, facts)
    if Kind.NULL in (left.kind, right.kind):
        return NULL
    return _within(Type(Kind.NUMBER, *_digits(node.operator, left, right)), node)


def _digits(operator: str, left: Type, right: Type) -> tuple[int, int]:
    if operator == "*":
        return left.precision + right.precision, left.scale + right.scale
    if operator == "/":
        # The smallest divisor is one unit in its last place. Rounding away more places than the divisor
        # gives back can carry into a new digit: 0.99999999 / 1 is 1.000000.
        carry = left.scale > right.scale + QUOTIENT_PLACES
        return left.whole_digits + right.scale + QUOTIENT_PLACES + carry, QUOTIENT_PLACES
    scale = max(left.scale, right.scale)
    return max(left.whole_digits, right.whole_digits) + 1 + scale, scale


def _within(found: Type, node: tree.Node) -> Type:
    if found.precision > MOST_DIGITS:
        fact = Text(
            f"可能需要 {found.precision} 位数字，最多 {MOST_DIGITS} 位（整数按 19 位计）。",
            f"can need {found.precision} digits; {MOST_DIGITS} is the most (integers count as 19).",
        )
        raise _fault("rules.type.too_many_digits", fact, node)
    return found


def _comparable(first: tree.Node, others: list[tree.Node], facts: Mapping[str, Fact]) -> None:
    known: tree.Node | None = None
    kind = Kind.NULL
    for node in (first, *others):
        found = type_of(node, facts).kind
        if Kind.NULL not in (found, kind) and found != kind:
            fact = Text(f"{_ZH[kind]}不能与{_ZH[found]}比较。", f"a {kind} cannot be compared with a {found}.")
            raise _fault("rules.type.mismatch", fact, node)
        kind = found if kind == Kind.NULL else kind
        if isinstance(node, tree.FactRef) and facts[node.name].type == FactType.CODE:
            known = known or node
    if isinstance(known, tree.FactRef):
        for node in (first, *others):
            # Each literal must belong to a fact it is compared with: in `in`, that is the left side.
            _code_belongs(node, facts[first.name if isinstance(first, tree.FactRef) else known.name])


def _code_belongs(node: tree.Node, fact: Fact) -> None:
    if isinstance(node, tree.Literal) and isinstance(node.value, str) and node.value not in fact.values:
        text = Text(f"“{node.value}”不是“{fact.name}”的取值。", f"'{node.value}' is not a value of {fact.name}.")
        remedy = nearest(node.value, fact.values)
        raise _fault("rules.code.unknown", text, node, word=node.value, remedy=remedy)


def _fault(code: str, fact: Text, node: tree.Node, *, word: str = "", remedy: Text = NOTHING) -> ExpressionFault:
    return ExpressionFault(code, fact, start=node.start, word=word, remedy=remedy)
