"""Answers by another engine than the one in bulk: each evaluated day judged by itself, by the reference or by Spark."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from tongdeng.owed.questions import BOTH, HALF, TYPES, Question, bits_today
from tongdeng.owed.windows import Ask, Year
from tongdeng.rules.dialects import identifier
from tongdeng.rules.engines.states import make_states
from tongdeng.rules.model import Condition, FactType, Version
from tongdeng.rules.sql import Piece, answer_case

_COLUMNS = (("yes", BOTH), ("unknown", 1 << HALF))  # what an answer sets of a day's two bits


def asking(engine: str, beside: Path) -> Ask:
    """Return what makes the table `asked` by an engine; what travels to a cluster lies in the folder `beside`."""

    def ask(link: Any, year: Year) -> None:
        listed = [f"{one.column} integer" for one in year.questions()]
        listed += [f"{column} bigint" for column in (*year.waiting(), *year.gaps.words())]
        link.execute(f"CREATE OR REPLACE TEMP TABLE asked (n bigint, lo usmallint, hi usmallint, {', '.join(listed)})")
        for number, day in enumerate(year.days):
            _ask_on(link, year, number, day, engine, beside)

    return ask


class _Pieces:
    """The versions that are judged on a day, each once; who asks for one gets the SQL of its bits."""

    def __init__(self) -> None:
        self.wanted: dict[tuple[Condition, ...], Piece] = {}

    def bits(self, question: Question, number: int, shift: int, kind: str = "integer") -> str:
        """Return the two bits of a question on a day, the lower one at `shift`."""
        for mask, conditions in question.asked:
            if mask >> number & 1:
                case = answer_case(self._piece(conditions))
                cases = " ".join(f"WHEN '{word}' THEN {bits << shift}::{kind}" for word, bits in _COLUMNS)
                return f"CASE {case} {cases} ELSE 0::{kind} END"
        return f"0::{kind}"

    def gap(self, condition: Condition, bit: int) -> str:
        """Return a bit that tells whether a condition is unknown."""
        case = answer_case(self._piece((condition,)))
        return f"CASE WHEN {case} = 'unknown' THEN {1 << bit}::bigint ELSE 0::bigint END"

    def _piece(self, conditions: tuple[Condition, ...]) -> Piece:
        made = Piece("", Version(date.min, None, conditions), f"state {len(self.wanted)}")
        return self.wanted.setdefault(conditions, made)


def _ask_on(link: Any, year: Year, number: int, day: date, engine: str, beside: Path) -> None:
    pieces, is_last = _Pieces(), number == len(year.days) - 1
    columns = [pieces.bits(question, number, number) for question in year.questions()]
    for packed in year.waiting().values():
        bits = [pieces.bits(one, number, bits_today(place)[0], "bigint") for place, one in enumerate(packed)]
        columns.append(" | ".join(f"({each})" for each in bits) if is_last else "0")
    for word in year.gaps.words().values():
        gaps = [pieces.gap(Condition("gap", "", node), bit) for node, bit in word.items()]
        columns.append(" | ".join(f"({each})" for each in gaps) if is_last else "0")
    with _facts_on(link, year, day) as own:
        make_states(own, year.law, day, tuple(pieces.wanted.values()), ("n",), engine, beside)
        own.execute("CREATE TABLE judged_states AS FROM states")
        link.execute(f"INSERT INTO asked SELECT n, {number}, {number + 1}, {', '.join(columns)} FROM judged_states")


@contextmanager
def _facts_on(link: Any, year: Year, day: date) -> Iterator[Any]:
    """Give a connection of its own whose table `facts` holds a day's facts, in the types that the engines take."""
    held = {row[0] for row in link.execute("DESCRIBE facts").fetchall()}
    columns = ["n"]
    for name, fact in year.law.facts.items():
        kind = "DECIMAL(18,2)" if fact.type is FactType.DECIMAL else TYPES[fact.type]
        columns.append(f"CAST({identifier(name) if name in held else 'NULL'} AS {kind}) AS {identifier(name)}")
    link.execute(f"CREATE TABLE judged_facts AS SELECT {', '.join(columns)} FROM facts WHERE day = DATE '{day}'")
    own = link.cursor()
    try:
        own.execute("CREATE TEMP TABLE facts AS FROM judged_facts")
        yield own
    finally:
        own.close()
        link.execute("DROP TABLE judged_facts; DROP TABLE IF EXISTS judged_states")
