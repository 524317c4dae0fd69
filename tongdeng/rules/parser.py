"""Text of a condition to a tree: a small precedence parser, so every fault has its word and its place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NoReturn

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.rules.faults import ExpressionFault
from tongdeng.rules.lexer import FUNCTIONS, Token, tokens
from tongdeng.rules.tree import (
    And,
    Arithmetic,
    AsOf,
    Between,
    Comparison,
    DateSpan,
    FactRef,
    In,
    IsNull,
    Literal,
    Negative,
    Node,
    Not,
    Or,
)

MOST_LEVELS = 100
COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">="))
# How strongly a word binds to what stands left of it. `is null` is weaker than a comparison: `a = b is null`
# asks whether the comparison is null, as in DuckDB and PostgreSQL.
_BINDING = {
    "or": 1,
    "and": 2,
    "is": 4,
    **dict.fromkeys((*COMPARISONS, "between", "in", "not"), 5),
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
}
_NOT, _COMPARISON, _NEGATIVE = 3, 5, 8


def parse(source: str) -> Node:
    """Return the tree of an expression, or raise ExpressionFault at the first word that does not fit."""
    return _Parser(source).whole()


class _Parser:
    def __init__(self, source: str) -> None:
        self.words = tokens(source)
        self.at = 0
        self.levels = 0

    @property
    def word(self) -> Token:
        return self.words[self.at]

    def take(self) -> Token:
        taken = self.words[self.at]
        self.at += taken.kind != "end"
        return taken

    def expect(self, kind: str) -> Token:
        if self.word.kind != kind:
            self.refuse(Text(f"此处应为“{kind}”。", f"'{kind}' was expected here."))
        return self.take()

    def refuse(self, remedy: Text = NOTHING) -> NoReturn:
        word = self.word
        if word.kind == "end":
            fact = Text("表达式不完整。", "the expression is not complete.")
        else:
            fact = Text(f"“{word.text}”不应在此处。", f"'{word.text}' does not belong here.")
        raise ExpressionFault("rules.expression.syntax", fact, start=word.start, word=word.text, remedy=remedy)

    def whole(self) -> Node:
        if self.word.kind == "end":
            fact = Text("表达式是空的。", "the expression is empty.")
            raise ExpressionFault("rules.expression.empty", fact, start=0, word="")
        node = self.expression(0)
        if self.word.kind != "end":
            self.refuse()
        return node

    def expression(self, weakest: int) -> Node:
        """Read everything that binds more strongly than `weakest`."""
        node = self.prefix(weakest)
        chain = 0
        while (binding := self.binding()) > weakest:
            chain = chain + 1 if self.word.kind in ("+", "-", "*", "/") else 0
            self.check_levels(chain)
            node = self.infix(node, binding)
        return node

    def binding(self) -> int:
        kind = self.word.kind
        if kind == "not" and self.words[self.at + 1].kind == "between":
            self.at += 1
            self.refuse(Text("请写 not (… between … and …)。", "Write not (... between ... and ...)."))
        if kind == "not" and self.words[self.at + 1].kind != "in":
            return 0
        return _BINDING.get(kind, 0)

    def check_levels(self, levels: int) -> None:
        if levels > MOST_LEVELS:
            word = self.word
            fact = Text(f"嵌套超过 {MOST_LEVELS} 层。", f"more than {MOST_LEVELS} nested levels.")
            raise ExpressionFault("rules.expression.too_deep", fact, start=word.start, word=word.text)

    def nested(self, weakest: int) -> Node:
        self.levels += 1
        self.check_levels(self.levels)
        node = self.expression(weakest)
        self.levels -= 1
        return node

    def prefix(self, weakest: int) -> Node:
        word = self.word
        match word.kind:
            case "(":
                self.take()
                node = self.nested(0)
                return replace(node, start=word.start, end=self.expect(")").end)
            case "not":
                if weakest > _NOT:
                    self.refuse(Text("请加括号。", "Use brackets."))
                self.take()
                of = self.nested(_NOT)
                return Not(word.start, of.end, of)
            case "-":
                self.take()
                of = self.nested(_NEGATIVE)
                return Negative(word.start, of.end, of)
            case "as_of":
                self.take()
                return AsOf(word.start, word.end)
            case kind if kind in FUNCTIONS:
                return self.date_span()
            case _:
                return self.atom()

    def date_span(self) -> Node:
        name = self.take()
        self.expect("(")
        first = self.nested(0)
        self.expect(",")
        second = self.nested(0)
        close = self.expect(")")
        return DateSpan(name.start, close.end, name.kind, first, second)

    def atom(self) -> Node:
        """Read a literal, null or a fact."""
        word = self.word
        match word.kind:
            case "number":
                return _number(self.take())
            case "text":
                self.take()
                return Literal(word.start, word.end, word.text[1:-1].replace("''", "'"))
            case "true" | "false":
                self.take()
                return Literal(word.start, word.end, word.kind == "true")
            case "null":
                self.take()
                return Literal(word.start, word.end, None)
            case "date":
                return self.date()
            case "word":
                if self.words[self.at + 1].kind == "(":
                    known = ", ".join(FUNCTIONS)
                    self.refuse(Text(f"只有这些函数：{known}。", f"The functions are {known}."))
                self.take()
                return FactRef(word.start, word.end, word.text)
            case _:
                pass
        return self.refuse()

    def date(self) -> Node:
        start = self.take().start
        text = self.expect("text")
        day = iso_date(text.text[1:-1])
        if day is None:
            fact = Text(f"{text.text} 不是日期。", f"{text.text} is not a date.")
            remedy = Text("写作 date '2020-01-31'。", "Write date '2020-01-31'.")
            raise ExpressionFault("rules.expression.date", fact, start=text.start, word=text.text, remedy=remedy)
        return Literal(start, text.end, day)

    def infix(self, left: Node, binding: int) -> Node:
        word = self.take()
        match word.kind:
            case "or" | "and":
                right = self.expression(binding)
                return _joined(Or if word.kind == "or" else And, left, right)
            case "is":
                return self.is_null(left)
            case "+" | "-" | "*" | "/":
                right = self.expression(binding)
                return Arithmetic(left.start, right.end, word.kind, left, right)
            case "between":
                low = self.expression(_COMPARISON)
                self.expect("and")
                high = self.expression(_COMPARISON)
                return self.unchained(Between(left.start, high.end, left, low, high))
            case "in" | "not":
                if word.kind == "not":
                    self.expect("in")
                return self.unchained(self.membership(left, negated=word.kind == "not"))
            case _:
                right = self.expression(_COMPARISON)
                return self.unchained(Comparison(left.start, right.end, word.kind, left, right))

    def unchained(self, node: Node) -> Node:
        """Refuse a second comparison right behind one: `1 < a < 5` means different things to different readers."""
        if self.binding() == _COMPARISON:
            self.refuse(Text("比较不能连写，请加括号或用 and。", "Comparisons cannot be chained; use brackets or and."))
        return node

    def is_null(self, of: Node) -> Node:
        negated = self.word.kind == "not"
        if negated:
            self.take()
        close = self.expect("null")
        if self.binding() in (_BINDING["is"], _COMPARISON):
            self.refuse(Text("请加括号。", "Use brackets."))
        return IsNull(of.start, close.end, of, negated)

    def membership(self, of: Node, *, negated: bool) -> Node:
        self.expect("(")
        items = [self.item()]
        while self.word.kind == ",":
            self.take()
            items.append(self.item())
        close = self.expect(")")
        return In(of.start, close.end, of, tuple(items), negated)

    def item(self) -> Node:
        if self.word.kind == "-":
            start = self.take().start
            if self.word.kind != "number":
                self.refuse()
            number = self.atom()
            return Negative(start, number.end, number)
        return self.atom()


def _joined(kind: type[And] | type[Or], left: Node, right: Node) -> Node:
    # Flat, so that a long list of alternatives is no deeper than a short one.
    parts = (*left.parts, right) if isinstance(left, kind) else (left, right)
    return kind(left.start, right.end, parts)


def _number(word: Token) -> Literal:
    whole, _, fraction = word.text.partition(".")
    digits = len(whole.lstrip("0")) + len(fraction)
    return Literal(word.start, word.end, Decimal(word.text), max(digits, 1), len(fraction))


def iso_date(text: str) -> date | None:
    """Return the day written as 2020-01-31, or None."""
    # date.fromisoformat would also read 20200131 and 2020-W05-5.
    if len(text) != 10 or not text.isascii() or text[4] != "-" or text[7] != "-" or text[5] == "W":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
