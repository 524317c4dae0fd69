"""Answers in bulk: facts of a million people in, an answer for each service out, judged by any of the engines."""

from __future__ import annotations

import csv
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules.dialects import date_literal, identifier, text_literal
from tongdeng.rules.engines import memory
from tongdeng.rules.engines.facts_file import PERSON, FactsFile, connection, load_facts
from tongdeng.rules.engines.states import make_states
from tongdeng.rules.gaps import Gaps
from tongdeng.rules.model import Law
from tongdeng.rules.sql import Piece, answer_case, decode, pieces, states_select
from tongdeng.rules.tree import facts_in

if TYPE_CHECKING:
    import duckdb

COLUMNS = (PERSON, "service", "answer", "unmet", "unknown")
Progress = Callable[[Text], None]
_NONE = "'none'"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did. `services` are those in force on the day; `gaps` says what could not be known."""

    people: int
    services: int
    rows: int
    seconds: float
    warnings: tuple[Text, ...]
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class Change:
    """Who gains a yes under the new law, and who loses it, for one service; `kind` is kept, added or removed.

    Who had a yes and now is unknown has lost it. `unknown_made` counts all answers that nobody can give any more.
    """

    service: str
    kind: str
    gains: int
    loses: int
    unknown_made: int
    gaining: tuple[str, ...]
    losing: tuple[str, ...]


def _silent(_: Text) -> None:
    return None


def run(law: Law, day: date, facts: Path, out: Path, *, engine: str = "duckdb", progress: Progress = _silent) -> Run:
    """Answer for everyone in a facts file and write `out`, CSV or Parquet by its extension, whole or not at all."""
    started = time.monotonic()
    if out.suffix.lower() not in (".csv", ".parquet"):
        fact = Text("只写 .csv 和 .parquet 文件。", "only .csv and .parquet files are written.")
        raise UnusableInput("rules.out.format", fact, place=out.name)
    if not out.parent.is_dir():
        fact = Text(f"文件夹 {out.parent} 不存在。", f"the folder {out.parent} does not exist.")
        raise UnusableInput("rules.out.folder", fact, place=str(out))
    wanted = pieces(law, day, day)
    with connection() as db:
        read = load_facts(db, law, facts, only=_facts_of(wanted))
        progress(Text(f"已读取 {read.people} 人。", f"{read.people} people read."))
        gaps = Gaps(read.missing)
        with replacing(out) as unfinished:
            if engine == "memory":
                progress(Text("逐人判断。", "judging person by person."))
                _write_memory(db, law, day, unfinished, gaps)
            else:
                make_states(db, law, day, wanted, (PERSON,), engine, out.parent)
                progress(Text("条件已判断，正在写出。", "conditions evaluated; writing."))
                _write(db, wanted, unfinished, gaps)
    seconds = time.monotonic() - started
    return Run(read.people, len(wanted), read.people * len(wanted), seconds, read.warnings, gaps)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside `path` that takes its place when all went well, and vanishes when not."""
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _facts_of(wanted: tuple[Piece, ...]) -> set[str]:
    return {name for piece in wanted for condition in piece.version.conditions for name in facts_in(condition.tree)}


def _write(db: duckdb.DuckDBPyConnection, wanted: tuple[Piece, ...], out: Path, gaps: Gaps) -> None:
    parts = _answer_parts(db, wanted, gaps, as_csv=out.suffix.lower() == ".csv")
    _copy(db, " UNION ALL ".join(parts) if parts else f"SELECT {_nothing()} WHERE FALSE", out)


def _nothing() -> str:
    return ", ".join(f"'' AS {name}" for name in COLUMNS)


def _answer_parts(db: duckdb.DuckDBPyConnection, wanted: tuple[Piece, ...], gaps: Gaps, *, as_csv: bool) -> list[str]:
    """Return a query per piece that turns its states into words, through a small table of the patterns that occur."""
    if not wanted:
        return []
    names = [f"words_{index}" for index in range(len(wanted))]
    for name, piece in zip(names, wanted, strict=True):
        _make_words(db, name, piece, gaps)
    texts = " UNION ".join(f"SELECT unmet AS word FROM {name} UNION SELECT unknown FROM {name}" for name in names)
    # Enumerations keep 50 million rows of text small on their way to the file: twice as fast as VARCHAR.
    db.execute(f"CREATE TYPE reason AS ENUM (SELECT word FROM ({texts}) ORDER BY word)")
    db.execute("CREATE TYPE answer AS ENUM ('yes', 'no', 'unknown')")
    db.execute(f"CREATE TYPE service AS ENUM ({', '.join(text_literal(piece.service) for piece in wanted)})")
    parts = []
    for name, piece in zip(names, wanted, strict=True):
        reasons = ", ".join(f"{column}::reason AS {column}" for column in ("unmet", "unknown"))
        db.execute(f"CREATE TEMP TABLE {name}_e AS SELECT state, answer::answer AS answer, {reasons} FROM {name}")
        # In CSV an empty text would be written as two quotes, a null as nothing.
        shown = (
            "nullif(unmet::VARCHAR, '') AS unmet, nullif(unknown::VARCHAR, '') AS unknown"
            if as_csv
            else "unmet, unknown"
        )
        code = f"{text_literal(piece.service)}::service AS service"
        join = f"JOIN {name}_e ON state = {identifier(piece.column)}"
        parts.append(f"SELECT {PERSON}, {code}, answer, {shown} FROM states {join}")
    return parts


def _make_words(db: duckdb.DuckDBPyConnection, name: str, piece: Piece, gaps: Gaps) -> None:
    db.execute(f"CREATE TEMP TABLE {name} (state {piece.state_type()}, answer VARCHAR, unmet VARCHAR, unknown VARCHAR)")
    patterns = db.execute(f"SELECT {identifier(piece.column)}, count(*) FROM states GROUP BY 1").fetchall()
    rows = []
    for state, people_of_it in patterns:
        answer = decode(piece.version, state)
        gaps.add(piece.version, answer, people_of_it)
        texts = (str(answer.answer), ";".join(answer.unmet), ";".join(answer.unknown))
        rows.append(f"({text_literal(str(state))}, {', '.join(text_literal(text) for text in texts)})")
    for start in range(0, len(rows), 5000):
        db.execute(f"INSERT INTO {name} VALUES {', '.join(rows[start : start + 5000])}")


def _copy(db: duckdb.DuckDBPyConnection, query: str, out: Path) -> None:
    options = "FORMAT csv, HEADER" if out.suffix.lower() == ".csv" else "FORMAT parquet"
    db.execute(f"COPY ({query}) TO {text_literal(str(out))} ({options})")


def _write_memory(db: duckdb.DuckDBPyConnection, law: Law, day: date, out: Path, gaps: Gaps) -> None:
    """Write the answers of the reference engine."""
    versions = {service.code: version for service, version in law.in_force_on(day)}
    with tempfile.TemporaryDirectory(prefix="tongdeng-") as folder:
        table = Path(folder, "answers.csv")
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for person, code, found in memory.answers(law, day, people(db)):
                writer.writerow((person, code, found.answer, ";".join(found.unmet), ";".join(found.unknown)))
                gaps.add(versions[code], found)
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
        options = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = ''"
        source = f"read_csv({text_literal(str(table))}, {options}, columns = {{{columns}}})"
        reasons = ("unmet", "unknown")
        empty = ", ".join(name if name not in reasons else f"coalesce({name}, '') AS {name}" for name in COLUMNS)
        _copy(db, f"SELECT {'*' if out.suffix.lower() == '.csv' else empty} FROM {source}", out)


def people(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, memory.Facts]]:
    """Yield each person of the table `facts`, with values as the reference engine takes them."""
    result = db.execute("SELECT * FROM facts")
    names = [column[0] for column in result.description]
    while chunk := result.fetchmany(10_000):
        for row in chunk:
            yield row[0], dict(zip(names[1:], row[1:], strict=True))


def compare(old: Law, new: Law, day: date, facts: Path, *, listed: int = 20) -> tuple[tuple[Change, ...], FactsFile]:
    """Return who gains and who loses each service in force under either law, with at most `listed` of them by id."""
    with connection() as db:
        files = [_answer_table(db, law, day, facts, table) for law, table in ((old, "before"), (new, "after"))]
        codes = sorted({piece.service for law in (old, new) for piece in pieces(law, day, day)})
        changes = [_change(db, code, listed) for code in codes]
    # A word that one of the laws knows is none to be ignored.
    warnings = tuple(one for one in files[0].warnings if one in files[1].warnings)
    missing = tuple(dict.fromkeys((*files[0].missing, *files[1].missing)))
    return tuple(changes), FactsFile(files[0].people, warnings, missing)


def _answer_table(db: duckdb.DuckDBPyConnection, law: Law, day: date, facts: Path, table: str) -> FactsFile:
    wanted = pieces(law, day, day)
    read = load_facts(db, law, facts, only=_facts_of(wanted))
    states = states_select(law, wanted, relation="facts", keys=(PERSON,), day=date_literal(day))
    answers = [f"{answer_case(piece)} AS {identifier(piece.service)}" for piece in wanted]
    db.execute(f"CREATE TEMP TABLE {table} AS SELECT {', '.join([PERSON, *answers])} FROM ({states})")
    return read


def _change(db: duckdb.DuckDBPyConnection, code: str, listed: int) -> Change:
    was, comes = (_answer(db, table, code) for table in ("before", "after"))
    both = (
        f"SELECT b.{PERSON}, {was} = 'yes' AS had, {comes} = 'yes' AS has,"
        f" {comes} = 'unknown' AND {was} <> 'unknown' AS made FROM before AS b JOIN after AS a USING ({PERSON})"
    )
    gains, loses, made = db.execute(
        "SELECT count(*) FILTER (has AND NOT had), count(*) FILTER (had AND NOT has), count(*) FILTER (made)"
        f" FROM ({both})"
    ).fetchall()[0]

    def who(where: str) -> tuple[str, ...]:
        found = db.execute(f"SELECT {PERSON} FROM ({both}) WHERE {where} ORDER BY 1 LIMIT {listed}").fetchall()
        return tuple(row[0] for row in found)

    gaining = who("has AND NOT had") if gains else ()
    kind = "added" if was == _NONE else "removed" if comes == _NONE else "kept"
    return Change(code, kind, gains, loses, made, gaining, who("had AND NOT has") if loses else ())


def _answer(db: duckdb.DuckDBPyConnection, table: str, code: str) -> str:
    """Return the column of a service's answers, or the answer of a law that does not have it on the day."""
    names = [row[0] for row in db.execute(f"DESCRIBE {table}").fetchall()]
    return f"{'b' if table == 'before' else 'a'}.{identifier(code)}" if code in names else _NONE
