"""Compiles a law for DuckDB over any relation with fact columns.

A *state* is one number for all conditions of a version: two bits each, in the order of the file, 0 true,
1 false, 2 unknown. It is all there is to know about an answer, and small: states are computed in bulk and
turned into words only once per pattern.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongdeng.rules.expressions_sql import Compiler, date_literal, identifier, text_literal
from tongdeng.rules.model import Answer, Law, Verdict, Version

MET, UNMET, UNKNOWN = 0, 1, 2
# Number types of DuckDB by the conditions they have room for.
_ROOM = ((4, "UTINYINT"), (8, "USMALLINT"), (16, "UINTEGER"), (32, "UBIGINT"), (64, "UHUGEINT"))
MOST_CONDITIONS = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """One version of one service, and the column that holds its states."""

    service: str
    version: Version
    column: str


def pieces(law: Law, first: date, last: date) -> tuple[Piece, ...]:
    """Return the versions in force on some day from `first` to `last`, by service and date."""
    found = [
        (code, version)
        for code, service in law.services.items()
        for version in service.versions
        if version.from_on <= last and (version.until is None or version.until >= first)
    ]
    return tuple(Piece(code, version, f"state {index}") for index, (code, version) in enumerate(found))


def states_select(law: Law, wanted: Sequence[Piece], *, relation: str, keys: Sequence[str], day: str) -> str:
    """Return a query of one row per row of the relation: its keys, then the state of each piece.

    `relation` is a table, a view or a query in brackets, with a column per fact of the law (BIGINT,
    DECIMAL(18,2), BOOLEAN, VARCHAR or DATE). `day` is an SQL date expression: a literal or a column.
    """
    compiler = Compiler(law.facts, day)
    columns = [identifier(key) for key in keys]
    columns += [f"{_state(piece.version, compiler)} AS {identifier(piece.column)}" for piece in wanted]
    return f"SELECT {', '.join(columns)} FROM {compiler.over(relation)}"


def _state(version: Version, compiler: Compiler) -> str:
    number = next((name for room, name in _ROOM if len(version.conditions) <= room), "UHUGEINT")
    if not version.conditions:
        return f"0::{number}"
    bits = []
    for index, condition in enumerate(version.conditions):
        held = compiler.condition(condition.tree).text
        # NOT true is 0, NOT false is 1; each condition is evaluated once.
        code = f"coalesce(CAST(NOT {held} AS {number}), {UNKNOWN}::{number})"
        bits.append(f"({code} << {2 * index})" if index else code)
    return f"({' | '.join(bits)})"


def decode(version: Version, state: int) -> Answer:
    """Return the answer that a state stands for."""
    unmet, unknown = [], []
    for index, condition in enumerate(version.conditions):
        code = state >> (2 * index) & 3
        if code == UNMET:
            unmet.append(condition.name)
        elif code == UNKNOWN:
            unknown.append(condition.name)
    verdict = Verdict.NO if unmet else Verdict.UNKNOWN if unknown else Verdict.YES
    return Answer(verdict, tuple(unmet), tuple(unknown))


def answers_select(
    law: Law,
    day: date | tuple[date, date],
    *,
    relation: str = "facts",
    keys: Sequence[str] = ("person_id",),
    day_column: str = "",
    reasons: bool = True,
) -> str:
    """Return a query of one row per row of the relation and service in force: keys, day, service, answer, unmet, unknown.

    With `day_column`, each row is judged on its own day and `day` is the first and last day that occur.
    Without `reasons` the last two columns are left out, which costs a third.
    """
    first, last = day if isinstance(day, tuple) else (day, day)
    wanted = pieces(law, first, last)
    own_day = identifier(day_column) if day_column else date_literal(first)
    all_keys = (*keys, *([day_column] if day_column else []))
    states = states_select(law, wanted, relation=relation, keys=all_keys, day=own_day)
    listed = ", ".join(identifier(key) for key in keys)
    parts = [_answers_of(piece, listed, own_day, day_column, reasons) for piece in wanted]
    if not parts:
        return f"SELECT {listed}, {own_day} AS day, '' AS service, '' AS answer FROM {relation} WHERE FALSE"
    return f"WITH states AS MATERIALIZED ({states}) {' UNION ALL '.join(parts)}"


def _answers_of(piece: Piece, keys: str, own_day: str, day_column: str, reasons: bool) -> str:
    state = identifier(piece.column)
    count = len(piece.version.conditions)
    columns = [keys, f"{own_day} AS day", f"{text_literal(piece.service)} AS service", f"{answer_case(state, count)} AS answer"]
    if reasons:
        columns += [f"{_names(piece.version, state, code)} AS {name}" for code, name in ((1, "unmet"), (2, "unknown"))]
    query = f"SELECT {', '.join(columns)} FROM states"
    if day_column:
        until = f" AND {own_day} <= {date_literal(piece.version.until)}" if piece.version.until else ""
        query += f" WHERE {own_day} >= {date_literal(piece.version.from_on)}{until}"
    return query


def answer_case(state: str, conditions: int) -> str:
    """Return SQL for yes, no or unknown from a state."""
    mask = sum(UNMET << (2 * index) for index in range(conditions))
    return f"CASE WHEN {state} = 0 THEN 'yes' WHEN ({state} & {mask}) <> 0 THEN 'no' ELSE 'unknown' END"


def _names(version: Version, state: str, code: int) -> str:
    found = [
        f"CASE WHEN ({state} & {3 << (2 * index)}) = {code << (2 * index)} THEN {text_literal(condition.name)} END"
        for index, condition in enumerate(version.conditions)
    ]
    return f"concat_ws(';', {', '.join(found)})" if found else "''"
