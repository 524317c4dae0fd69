"""Cuts an expression into words. What is not listed here cannot occur in the law."""

import re
from dataclasses import dataclass
from typing import NoReturn

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.rules.faults import ExpressionFault

FUNCTIONS = ("months_between", "years_between", "days_between")
KEYWORDS = frozenset(
    ("and", "or", "not", "between", "in", "is", "null", "true", "false", "date", "as_of", *FUNCTIONS),
)
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<comment>--|/\*|\#)
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<text>'(?:[^']|'')*')
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<symbol><>|<=|>=|[=<>+\-*/(),])
    """,
    re.VERBOSE,
)
_HINTS = {
    "!=": Text("不等于写作 <>。", "Write <> for not equal."),
    "==": Text("等于写作 =。", "Write = for equal."),
    '"': Text("文字用单引号。", "Write text in single quotes."),
    "；": Text("只能用半角符号。", "Use half-width characters only."),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word: `kind` is number, text, word, symbol, end, or the keyword itself in lower case."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Return the place just behind the word."""
        return self.start + len(self.text)


def tokens(source: str) -> list[Token]:
    """Return the words of an expression, closed by one of kind `end`."""
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            _refuse(source, at)
        kind, text = str(match.lastgroup), match.group()
        if kind == "comment":
            fact = Text(f"表达式中不能有注释“{text}”。", f"'{text}' begins a comment; expressions have none.")
            raise ExpressionFault("rules.expression.comment", fact, start=at, word=text)
        if kind == "number":
            _end_of_number(source, match.end(), text, at)
        if kind == "word" and text.lower() in KEYWORDS:
            kind = text.lower()
        elif kind == "symbol":
            kind = text
        if kind != "space":
            found.append(Token(kind, text, at))
        at = match.end()
    found.append(Token("end", "", len(source)))
    return found


def _end_of_number(source: str, end: int, text: str, start: int) -> None:
    # `1e5`, `1.`, `1_000` and `12months` would otherwise read as a number and a stray word.
    rest = re.match(r"[A-Za-z0-9_.]+", source[end:])
    if rest:
        word = text + rest.group()
        fact = Text(f"“{word}”不是数字。", f"'{word}' is not a number.")
        remedy = Text("数字只写作 12 或 12.50。", "Numbers are written 12 or 12.50.")
        raise ExpressionFault("rules.expression.number", fact, start=start, word=word, remedy=remedy)


def _refuse(source: str, at: int) -> NoReturn:
    if source[at] == "'":
        fact = Text(f"文字没有结束的引号：{source[at:]}", f"text without a closing quote: {source[at:]}")
        raise ExpressionFault("rules.expression.unclosed_text", fact, start=at, word=source[at:])
    pair = source[at : at + 2]
    word = pair if pair in _HINTS else source[at]
    fact = Text(f"表达式中不能有“{word}”。", f"'{word}' is not part of the language.")
    raise ExpressionFault("rules.expression.character", fact, start=at, word=word, remedy=_HINTS.get(word, NOTHING))
