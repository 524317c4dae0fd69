"""The tree of one expression. Every engine reads this tree and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression. `start` and `end` are its place in the text, and do not count in equality."""

    start: int = field(compare=False, repr=False)
    end: int = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, text, date, true, false or null as written. `digits` are counted as written, too."""

    value: Decimal | str | date | bool | None
    precision: int = 0
    scale: int = 0


@dataclass(frozen=True, slots=True)
class FactRef(Node):
    """A fact of the person."""

    name: str


@dataclass(frozen=True, slots=True)
class AsOf(Node):
    """The day for which the answer is asked."""


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Minus in front of a number."""

    of: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`+ - * /` between two numbers."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`= <> < <= > >=` between two values of one kind."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`of between low and high`, both ends included."""

    of: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`of in (...)` or `of not in (...)`."""

    of: Node
    items: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    """`of is null` or `of is not null`; never null itself."""

    of: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Kleene's not."""

    of: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """Kleene's and over two or more parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Kleene's or over two or more parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class DateSpan(Node):
    """`months_between`, `years_between` or `days_between`."""

    function: str
    first: Node
    second: Node


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts directly below a node, in the order of the text."""
    match node:
        case Negative(of=of) | Not(of=of) | IsNull(of=of):
            return (of,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Between(of=of, low=low, high=high):
            return (of, low, high)
        case In(of=of, items=items):
            return (of, *items)
        case And(parts=parts) | Or(parts=parts):
            return parts
        case DateSpan(first=first, second=second):
            return (first, second)
        case _:
            return ()


def facts_in(node: Node) -> tuple[str, ...]:
    """Return the names of the facts an expression reads, each once, in the order of the text."""
    return tuple(dict.fromkeys(_walk_facts(node)))


def _walk_facts(node: Node) -> Iterator[str]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, FactRef):
            yield current.name
        waiting.extend(reversed(children(current)))
