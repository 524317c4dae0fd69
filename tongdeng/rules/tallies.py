"""How many people of each group get yes, no and unknown, without a row for anybody.

A condition hangs on a few facts, and those have few values: an age, a code, a date. So each condition is judged once
for each value that occurs, not for each person, and what the conditions of a service say becomes one bit of a mask.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tongdeng.rules.dialects import DUCKDB, DuckDb
from tongdeng.rules.expressions_sql import Compiler
from tongdeng.rules.model import Condition, Law, Verdict
from tongdeng.rules.sql import Piece
from tongdeng.rules.tree import facts_in

BITS = 60  # services in one mask
Tally = tuple[Any, str, Verdict, int]  # group, service, answer, people


@dataclass(frozen=True, slots=True)
class _Judged:
    """The conditions of some services that hang on the same facts, by the service's bit."""

    part: int
    facts: tuple[str, ...]
    conditions: tuple[tuple[int, Condition], ...]


def tallies_select(
    law: Law, wanted: Sequence[Piece], *, relation: str, group: str, day: str, dialect: DuckDb = DUCKDB
) -> str:
    """Return a query of a row per group: its people, then for each piece how many get yes, and how many no no.

    `relation` is a table or view with the facts as columns, `group` one of its columns, `day` a date literal.
    """
    parts = _parts(wanted)
    judged = [one for part, pieces in enumerate(parts) for one in _by_facts(part, pieces)]
    tables = [f"judged_{at} AS ({_masks(law, one, relation, day, dialect)})" for at, one in enumerate(judged)]
    masks = [
        f"{_both(name, [at for at, one in enumerate(judged) if one.part == part])} AS {name}_of_{part}"
        for part in range(len(parts))
        for name in ("yes", "open")
    ]
    joins = "".join(_join(at, one.facts, dialect) for at, one in enumerate(judged))
    person = f"SELECT {', '.join([f'f.{dialect.identifier(group)} AS grouped', *masks])} FROM {relation} AS f{joins}"
    sums = [
        f"sum({name}_of_{part} >> {bit} & 1)"
        for part, pieces in enumerate(parts)
        for bit in range(len(pieces))
        for name in ("yes", "open")
    ]
    counted = f"SELECT {', '.join(['grouped', 'count(*)', *sums])} FROM person GROUP BY grouped"
    return f"WITH {', '.join([*tables, f'person AS ({person})'])} {counted}"


def _both(name: str, tables: Sequence[int]) -> str:
    """Return the bits that are set in each of the masks; all of them where nothing is asked."""
    return " & ".join(f"judged_{at}.{name}_column" for at in tables) or "-1"


def tallies(wanted: Sequence[Piece], rows: Iterable[Sequence[Any]]) -> Iterator[Tally]:
    """Yield the counts that rows of `tallies_select` hold."""
    for group, people, *counts in rows:
        for piece, yes, open_ones in zip(wanted, counts[::2], counts[1::2], strict=True):
            yield group, piece.service, Verdict.YES, int(yes)
            yield group, piece.service, Verdict.NO, int(people - open_ones)
            yield group, piece.service, Verdict.UNKNOWN, int(open_ones - yes)


def _parts(wanted: Sequence[Piece]) -> list[Sequence[Piece]]:
    return [wanted[at : at + BITS] for at in range(0, len(wanted), BITS)]


def _by_facts(part: int, pieces: Sequence[Piece]) -> Iterator[_Judged]:
    found: dict[tuple[str, ...], list[tuple[int, Condition]]] = {}
    for bit, piece in enumerate(pieces):
        for condition in piece.version.conditions:
            found.setdefault(tuple(sorted(facts_in(condition.tree))), []).append((bit, condition))
    for facts, conditions in found.items():
        yield _Judged(part, facts, tuple(conditions))


def _masks(law: Law, judged: _Judged, relation: str, day: str, dialect: DuckDb) -> str:
    """Return a query of the two masks for each combination of values: whose conditions hold, and whose are not false.

    A service without a condition on these facts has both bits.
    """
    compiler = Compiler(law.facts, day, dialect=dialect)
    held: dict[int, list[str]] = {}
    for bit, condition in judged.conditions:
        held.setdefault(bit, []).append(compiler.condition(condition.tree).text)
    named = [dialect.identifier(fact) for fact in judged.facts]
    columns = list(named)
    for name, unknown in (("yes", "false"), ("open", "true")):
        bits = [f"CAST(coalesce({' AND '.join(texts)}, {unknown}) AS BIGINT) << {bit}" for bit, texts in held.items()]
        others = ~sum(1 << bit for bit in held)
        columns.append(f"({' | '.join([str(others), *(f'({each})' for each in bits)])}) AS {name}_column")
    values = f"(SELECT DISTINCT {', '.join(named)} FROM {relation})" if named else "(SELECT 1 AS one)"
    return f"SELECT {', '.join(columns)} FROM {compiler.over(values)}"


def _join(at: int, facts: Sequence[str], dialect: DuckDb) -> str:
    named = [dialect.identifier(fact) for fact in facts]
    same = " AND ".join(f"f.{name} IS NOT DISTINCT FROM judged_{at}.{name}" for name in named)
    return f" JOIN judged_{at} ON {same}" if same else f" CROSS JOIN judged_{at}"
