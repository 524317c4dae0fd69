"""A law's questions of one year, asked in bulk: for each person and question two masks of evaluated days.

A mask has a bit for each evaluated day. Both lie in one INTEGER: in the low half the days with yes, in the high half
the days without no; a day in the high half only is unknown. So *and* of two answers is *and* of their bits, and on a
day on which a question is not asked neither half has a bit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from tongdeng.rules.dialects import date_literal, identifier
from tongdeng.rules.expressions_sql import Compiler, Sql
from tongdeng.rules.kinds import Type
from tongdeng.rules.model import Condition, Fact, FactType
from tongdeng.rules.tree import And, Node, Not, Or, facts_in
from tongdeng.snapshots.selectors import Clock

HALF = 16  # bits of a half: at most thirteen days of a year are evaluated
TODAY = 31  # questions of today in a BIGINT, without its sign
BOTH = (1 << HALF) + 1
TYPES = {
    FactType.INTEGER: "BIGINT",
    FactType.DECIMAL: "DECIMAL(18,2)",
    FactType.BOOLEAN: "BOOLEAN",
    FactType.CODE: "VARCHAR",
    FactType.DATE: "DATE",
}
_DAY = "\0"  # stands in a compiled text for the day that is asked about
Keys = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What is asked on the days of a mask: all conditions true is yes, one false is no."""

    name: str
    asked: tuple[tuple[int, tuple[Condition, ...]], ...]

    @property
    def column(self) -> str:
        """Return the column of the two masks."""
        return identifier(f"asked {self.name}")


@dataclass(slots=True)
class _Known(Compiler):
    """Compiles with the facts that somebody gives; any other is null at once, and so is all that hangs on it."""

    held: frozenset[str] = frozenset()

    def fact(self, fact: Fact, found: Type) -> Sql:
        if fact.name in self.held:
            return Compiler.fact(self, fact, found)
        return Sql(f"CAST(NULL AS {'BIGINT' if fact.type is FactType.DECIMAL else TYPES[fact.type]})", found)


class Asking:
    """Asks questions of the table `told` through `link`.

    What the passing of days does not change is judged once for each row. What it changes hangs on a few columns, such
    as the date of birth: it is judged once for each value of theirs that occurs, not for each person.
    """

    def __init__(self, link: Any, facts: Mapping[str, Fact], clocks: Sequence[Clock], days: Sequence[date]):
        """Take the vocabulary, the facts that change by the day, and the evaluated days."""
        self._link, self._facts, self._days = link, facts, days
        told = _columns(link, "told")
        self._steady = frozenset(told)
        # A clock's facts are what its view adds.
        self._clock_of = {name: clock for clock in clocks for name in clock.facts}
        self._held = self._steady | frozenset(self._clock_of)
        self._masks: dict[Node, str] = {}
        self._joins: dict[str, str] = {}  # by column of masks
        self._keys_of: dict[Node, Keys | None] = {}

    def ask(
        self,
        questions: Sequence[Question],
        today: Mapping[str, Sequence[Question]],
        gaps: Mapping[str, Mapping[Node, int]],
    ) -> str:
        """Return a query of n, lo, hi and the masks of each question, within lo and hi; what it needs is made now.

        A column of `today` has two bits for each question, as on the last day: yes, and not no. In each column of
        `gaps` a bit tells of a condition of any of these questions whether it is unknown on the last day.
        """
        turning: dict[Keys, list[Node]] = {}
        everything = [*questions, *(one for packed in today.values() for one in packed)]
        leaves = dict.fromkeys(leaf for one in everything for node in self._nodes(one) for leaf in self._leaves(node))
        for leaf in leaves:
            if (keys := self._keys(leaf)) is not None and leaf not in self._masks:
                turning.setdefault(keys, []).append(leaf)
        for keys, nodes in turning.items():
            self._turn(keys, nodes)
        compiler = _Known(self._facts, _DAY, held=self._held)
        columns = [f"{self._answer(compiler, one)} AS {one.column}" for one in questions]
        columns += [f"{self._packed(compiler, packed)} AS {column}" for column, packed in today.items()]
        columns += [f"{self._unknown(compiler, bits)} AS {column}" for column, bits in gaps.items()]
        masks = dict.fromkeys(self._masks[leaf] for leaf in leaves)
        joins = dict.fromkeys(self._joins[column] for column in masks)
        relation = f"SELECT {', '.join(['told.*', *masks])} FROM told{''.join(joins)}"
        # Steady conditions may stand on layers of their own, which must see the masks too.
        return f"SELECT n, lo, hi, {', '.join(columns)} FROM {compiler.over(f'({relation})')}"

    def _nodes(self, question: Question) -> Iterable[Node]:
        return (each.tree for _, conditions in question.asked for each in conditions)

    def _answer(self, compiler: Compiler, question: Question) -> str:
        """Return the masks of a question in one row, cut to the row's own days."""
        versions = []
        for mask, conditions in question.asked:
            steady = [compiler.condition(c.tree).text for c in conditions if self._keys(c.tree) is None]
            parts = [self._mask(compiler, c.tree) for c in conditions if self._keys(c.tree) is not None]
            if steady:
                parts.append(_code(f"({' AND '.join(steady)})", mask))
            versions.append(f"({' & '.join([str(mask * BOTH), *parts])})")
        own = f"((((1 << hi) - (1 << lo)) * {BOTH})::INTEGER)"
        return f"(({' | '.join(versions) or '0'}) & {own})::INTEGER"

    def _packed(self, compiler: Compiler, packed: Sequence[Question]) -> str:
        last = len(self._days) - 1
        answers = (self._answer(compiler, question) for question in packed)
        # Each answer stands there once: DuckDB would judge a second mention anew.
        bits = [f"((({each} >> {last}) & {BOTH})::BIGINT << {bits_today(i)[0]})" for i, each in enumerate(answers)]
        return f"({' | '.join(bits)})"

    def _unknown(self, compiler: Compiler, bits: Mapping[Node, int]) -> str:
        """Return the bits of the conditions that are unknown in one row on the last day; of earlier rows none."""
        last = len(self._days) - 1
        found = []
        for node, bit in bits.items():
            if self._keys(node) is not None:
                mask = self._mask(compiler, node)
                found.append(f"((({mask} >> {HALF + last}) & ~({mask} >> {last}) & 1)::BIGINT << {bit})")
            else:
                found.append(f"(({compiler.condition(node).text}) IS NULL)::BIGINT << {bit}")
        return f"CASE WHEN hi > {last} THEN {' | '.join(f'({each})' for each in found)} ELSE 0::BIGINT END"

    def _leaves(self, node: Node) -> list[Node]:
        """Return the parts of a condition that are judged by themselves: each hangs on fewer columns than the whole."""
        keys = self._keys(node)
        if keys is None:
            return []
        parts = _parts(node)
        leaves = [leaf for part in parts for leaf in self._leaves(part)]
        # Where no leaf hangs on less than the whole, nothing is won.
        return [node] if all(self._keys(leaf) == keys for leaf in leaves) else leaves

    def _mask(self, compiler: Compiler, node: Node) -> str:
        """Return the masks of a condition in one row, joined of those of its leaves: *and*, *or* and *not* of bits."""
        if node in self._masks:
            return self._masks[node]
        everyday = mask_of(range(len(self._days)))
        if self._keys(node) is None:
            return _code(compiler.condition(node).text, everyday)
        masks = [self._mask(compiler, part) for part in _parts(node)]
        if isinstance(node, Not):
            # Yes where the other is no, and not no where the other is not yes.
            return f"(((~{masks[0]} >> {HALF}) & {everyday}) | ((~{masks[0]} & {everyday}) << {HALF}))"
        return f"({(' & ' if isinstance(node, And) else ' | ').join(masks)})"

    def _keys(self, node: Node) -> Keys | None:
        """Return the columns on which a condition hangs that the passing of days changes, or None for a steady one."""
        if node not in self._keys_of:
            self._keys_of[node] = self._find_keys(node)
        return self._keys_of[node]

    def _find_keys(self, node: Node) -> Keys | None:
        named = [name for name in facts_in(node) if name in self._held]
        compiler = _Known(self._facts, _DAY, held=self._held)
        text = compiler.condition(node).text
        is_dated = _DAY in text or any(_DAY in each for layer in compiler.layers for each in layer)
        if not is_dated and all(name in self._steady for name in named):
            return None
        keys = {key for name in named for key in (self._clock_of[name].keys if name in self._clock_of else (name,))}
        return tuple(sorted(keys))

    def _turn(self, keys: Keys, nodes: Sequence[Node]) -> None:
        """Make the table of the masks of some conditions for each value of their keys that occurs."""
        named = {name for node in nodes for name in facts_in(node)}
        running = [clock for clock in dict.fromkeys(self._clock_of.values()) if named & set(clock.facts)]
        listed = ", ".join(map(identifier, keys))
        relation = f"SELECT DISTINCT {listed} FROM told" if keys else "SELECT 1 AS one"
        columns = [identifier(f"mask {len(self._masks) + index}") for index in range(len(nodes))]
        for number, day in enumerate(self._days):
            literal = date_literal(day)
            compiler = _Known(self._facts, literal, held=self._held)
            masks = []
            for node, column in zip(nodes, columns, strict=True):
                before = f"{column} | " if number else ""
                masks.append(f"{before}{_code(compiler.condition(node).text, 1 << number)} AS {column}")
            query = f"SELECT *, {literal} AS day FROM ({relation})"
            for clock in running:
                query = clock.over(f"({query})")
            own = f"{listed}, " if keys else ""
            relation = f"SELECT {own}{', '.join(masks)} FROM {compiler.over(f'({query})')}"
        table = identifier(f"turning {len(self._masks)}")
        self._link.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {relation}")
        self._masks |= dict(zip(nodes, columns, strict=True))
        self._joins |= dict.fromkeys(columns, _join(table, keys))


def _parts(node: Node) -> tuple[Node, ...]:
    """Return what *and*, *or* and *not* join; any other condition is judged whole."""
    return (node.of,) if isinstance(node, Not) else node.parts if isinstance(node, And | Or) else ()


def _columns(link: Any, table: str) -> list[str]:
    return [row[0] for row in link.execute(f"DESCRIBE {table}").fetchall()]


def _join(table: str, keys: Keys) -> str:
    same = " AND ".join(f"told.{identifier(key)} IS NOT DISTINCT FROM {table}.{identifier(key)}" for key in keys)
    return f" JOIN {table} ON {same}" if keys else f" CROSS JOIN {table}"


def _code(answer: str, mask: int) -> str:
    """Return the masks of days that all have one answer; unknown is the high half alone."""
    return f"coalesce(CAST({answer} AS INTEGER) * {mask * BOTH}, {mask << HALF})"


def bits_today(place: int) -> tuple[int, int]:
    """Return where in a column of answers of today those of its n-th question stand: yes, and not no."""
    yes = place % HALF + place // HALF * 2 * HALF
    return yes, yes + HALF


def mask_of(numbers: Iterable[int]) -> int:
    """Return the mask of these days."""
    return reduce(lambda mask, number: mask | 1 << number, numbers, 0)
