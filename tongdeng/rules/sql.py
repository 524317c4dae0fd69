"""Compiles a law for DuckDB or Spark over any relation with fact columns.

A *state* is one number for all conditions of a version: two bits each, in the order of the file, 0 true,
1 false, 2 unknown (more than a number has room for: text, a digit each). It is all there is to know about an answer,
and small: states are computed in bulk and turned into words only once per pattern.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongdeng.rules.dialects import DUCKDB, DuckDb, date_literal, identifier, text_literal
from tongdeng.rules.expressions_sql import Compiler
from tongdeng.rules.model import Answer, Law, Verdict, Version

MET, UNMET, UNKNOWN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Piece:
    """One version of one service, and the column that holds its states."""

    service: str
    version: Version
    column: str

    def state_type(self, dialect: DuckDb = DUCKDB) -> str:
        """Return the type of the states."""
        return next((name for room, name in dialect.room if len(self.version.conditions) <= room), dialect.text)


def pieces(law: Law, first: date, last: date) -> tuple[Piece, ...]:
    """Return the versions in force on some day from `first` to `last`, by service and date."""
    found = [
        (code, version)
        for code, service in law.services.items()
        for version in service.versions
        if version.from_on <= last and (version.until is None or version.until >= first)
    ]
    return tuple(Piece(code, version, f"state {index}") for index, (code, version) in enumerate(found))


def states_select(
    law: Law, wanted: Sequence[Piece], *, relation: str, keys: Sequence[str], day: str, dialect: DuckDb = DUCKDB
) -> str:
    """Return a query of one row per row of the relation: its keys, then the state of each piece.

    `relation` is a table, a view or a query in brackets, with a column per fact of the law (BIGINT,
    DECIMAL(18,2), BOOLEAN, VARCHAR or DATE). `day` is an SQL date expression: a literal or a column.
    """
    compiler = Compiler(law.facts, day, dialect=dialect)
    columns = [dialect.identifier(key) for key in keys]
    columns += [f"{_state(piece, compiler)} AS {dialect.identifier(piece.column)}" for piece in wanted]
    return f"SELECT {', '.join(columns)} FROM {compiler.over(relation)}"


def _state(piece: Piece, compiler: Compiler) -> str:
    dialect = compiler.dialect
    number = piece.state_type(dialect)
    if not piece.version.conditions:
        return f"CAST(0 AS {number})"
    codes = []
    for index, condition in enumerate(piece.version.conditions):
        held = compiler.condition(condition.tree).text
        # NOT true is 0, NOT false is 1; each condition is evaluated once.
        if number == dialect.text:
            codes.append(f"coalesce(CAST(CAST(NOT {held} AS SMALLINT) AS {dialect.text}), '{UNKNOWN}')")
        else:
            code = f"coalesce(CAST(NOT {held} AS {number}), CAST({UNKNOWN} AS {number}))"
            codes.append(dialect.shifted(code, 2 * index) if index else code)
    return f"({(' || ' if number == dialect.text else ' | ').join(codes)})"


def encode(held: Sequence[bool | None], *, as_text: bool) -> int | str:
    """Return the state of conditions that are true, false or unknown."""
    codes = [UNKNOWN if one is None else MET if one else UNMET for one in held]
    if as_text:
        return "".join(map(str, codes))
    return sum(code << (2 * index) for index, code in enumerate(codes))


def decode(version: Version, state: int | str) -> Answer:
    """Return the answer that a state stands for."""
    unmet, unknown = [], []
    for index, condition in enumerate(version.conditions):
        code = int(state[index]) if isinstance(state, str) else state >> (2 * index) & 3
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
    """Return a query with one row per row of the relation and service in force on its day.

    Columns: the keys, day, service, answer, and with `reasons` unmet and unknown, which take most of the time.
    With `day_column` each row is judged on its own day, and `day` is the first and the last day that occur.
    """
    first, last = day if isinstance(day, tuple) else (day, day)
    wanted = pieces(law, first, last)
    own_day = identifier(day_column) if day_column else date_literal(first)
    all_keys = (*keys, *([day_column] if day_column else []))
    states = states_select(law, wanted, relation=relation, keys=all_keys, day=own_day)
    listed = ", ".join(identifier(key) for key in keys)
    parts = [_answers_of(piece, listed, own_day, day_column, reasons) for piece in wanted]
    if not parts:
        words = ["service", "answer", *(["unmet", "unknown"] if reasons else [])]
        empty = ", ".join(f"'' AS {word}" for word in words)
        return f"SELECT {listed}, {own_day} AS day, {empty} FROM {relation} WHERE FALSE"
    return f"WITH states AS MATERIALIZED ({states}) {' UNION ALL '.join(parts)}"


def _answers_of(piece: Piece, keys: str, own_day: str, day_column: str, reasons: bool) -> str:
    columns = [
        keys,
        f"{own_day} AS day",
        f"{text_literal(piece.service)} AS service",
        f"{answer_case(piece)} AS answer",
    ]
    if reasons:
        columns += [f"{_names(piece, UNMET)} AS unmet", f"{_names(piece, UNKNOWN)} AS unknown"]
    query = f"SELECT {', '.join(columns)} FROM states"
    if day_column:
        until = f" AND {own_day} <= {date_literal(piece.version.until)}" if piece.version.until else ""
        query += f" WHERE {own_day} >= {date_literal(piece.version.from_on)}{until}"
    return query


def answer_case(piece: Piece, dialect: DuckDb = DUCKDB) -> str:
    """Return SQL that gives yes, no or unknown from the states of a piece."""
    state = dialect.identifier(piece.column)
    if piece.state_type(dialect) == dialect.text:
        no, unknown = f"contains({state}, '{UNMET}')", f"contains({state}, '{UNKNOWN}')"
        return f"CASE WHEN {no} THEN 'no' WHEN {unknown} THEN 'unknown' ELSE 'yes' END"
    mask = sum(UNMET << (2 * index) for index in range(len(piece.version.conditions)))
    return f"CASE WHEN {state} = 0 THEN 'yes' WHEN ({state} & {mask}) <> 0 THEN 'no' ELSE 'unknown' END"


def _names(piece: Piece, code: int) -> str:
    state = identifier(piece.column)
    found = []
    for index, condition in enumerate(piece.version.conditions):
        holds = f"({state} & {3 << (2 * index)}) = {code << (2 * index)}"
        if piece.state_type() == DUCKDB.text:
            holds = f"{state}[{index + 1}] = '{code}'"
        found.append(f"CASE WHEN {holds} THEN {text_literal(condition.name)} END")
    return f"concat_ws(';', {', '.join(found)})" if found else "''"
