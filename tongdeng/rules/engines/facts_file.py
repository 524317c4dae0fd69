"""Facts files, CSV or Parquet, read by the strict rules of the contract into one table of typed columns."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tongdeng.kernel.errors import NOTHING, Text, UnusableInput
from tongdeng.rules.dialects import identifier, text_literal
from tongdeng.rules.model import Fact, FactType, Law
from tongdeng.rules.values import WANTED

if TYPE_CHECKING:
    import duckdb

PERSON = "person_id"
_SQL_TYPES = {
    FactType.INTEGER: "BIGINT",
    FactType.DECIMAL: "DECIMAL(18,2)",
    FactType.BOOLEAN: "BOOLEAN",
    FactType.CODE: "VARCHAR",
    FactType.DATE: "DATE",
}
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


@dataclass(frozen=True, slots=True)
class FactsFile:
    """What was read: the number of people, what was left aside, and the facts that the file does not have."""

    people: int
    warnings: tuple[Text, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the file: its value as SQL, and SQL that is true where a value does not parse."""

    fact: Fact
    raw: str
    value: str
    bad: str


@contextmanager
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a private DuckDB that fetches nothing from outside and spills into a folder of its own."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="tongdeng-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": spill,
        }
        db = duckdb.connect(":memory:", config=config)
        try:
            db.execute("SET enable_progress_bar = false")
            yield db
        finally:
            db.close()


def load_facts(db: duckdb.DuckDBPyConnection, law: Law, path: Path, *, only: Iterable[str] | None = None) -> FactsFile:
    """Read a facts file into the table `facts`: person_id and the facts of the law, or those in `only`.

    A fact that the file does not have is null for everyone. Raises UnusableInput where a value does not parse,
    a person has no id or stands there twice; nothing is left behind then.
    """
    import duckdb

    if not path.is_file():
        raise _unusable(path, "missing", Text("文件不存在。", "the file does not exist."))
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise _unusable(path, "format", Text("只读 CSV 和 Parquet 文件。", "only CSV and Parquet files are read."))
    try:
        is_csv = path.suffix.lower() == ".csv"
        source, names = _open_csv(db, path) if is_csv else _open_parquet(db, path)
        _check_names(path, names)
        columns = [_column(law.facts[name], *found) for name, found in names if name in law.facts]
        _check_people(db, path, source, dict(names)[PERSON][0])
        _check_values(db, path, source, columns)
        wanted = tuple(law.facts) if only is None else tuple(name for name in law.facts if name in set(only))
        people = _fill(db, law, source, dict(names)[PERSON][0], columns, wanted)
    except (duckdb.Error, _NotCsv) as error:
        reason = str(error).splitlines()[0]
        fact = Text(f"文件无法读取：{reason}", f"the file cannot be read: {reason}")
        raise _unusable(path, "unreadable", fact) from error
    ignored = [name for name, _ in names if name != PERSON and name not in law.facts]
    warnings = (Text(f"“{name}”不是事实，已忽略。", f"'{name}' is no fact and is ignored.") for name in ignored)
    there = {name for name, _ in names}
    return FactsFile(people, tuple(warnings), tuple(name for name in wanted if name not in there))


def _unusable(path: Path, code: str, fact: Text, *, row: int = 0, remedy: Text = NOTHING) -> UnusableInput:
    return UnusableInput(f"rules.facts.{code}", fact, place=f"{path.name}:{row}" if row else path.name, remedy=remedy)


# A header, its column in SQL and that column's type.
_Names = list[tuple[str, tuple[str, str]]]


def _open_csv(db: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, _Names]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = next(rows, [])
            has_people = any(rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unusable(path, "encoding", Text("不是 UTF-8 的 CSV 文件。", "this is no CSV file in UTF-8.")) from error
    if not header:
        raise _unusable(path, "empty", Text("第一行没有列名。", "the first row names no columns."))
    with path.open("rb") as binary:
        if sum(block.count(b'"') for block in iter(lambda: binary.read(1 << 20), b"")) % 2:
            # The rest of the file would be read as one value.
            raise _unusable(path, "quote", Text("有引号没有成对。", "a quotation mark is not closed."))
    columns = [f"c{index}" for index in range(len(header))]
    db.execute(f"CREATE OR REPLACE TEMP TABLE raw ({', '.join(f'{column} VARCHAR' for column in columns)})")
    # The reader refuses a header without a row.
    if has_people:
        _insert_rows(db, path, columns)
    return "raw", [(name, (column, "VARCHAR")) for name, column in zip(header, columns, strict=True)]


class _NotCsv(Exception):
    """Arrow cannot make rows of the file."""


def _insert_rows(db: duckdb.DuckDBPyConnection, path: Path, columns: list[str]) -> None:
    """Take in all rows as text; empty is null. By Arrow, because DuckDB's reader refuses files with mixed line ends."""
    # Imported late: a Parquet file needs none of it, and a short run would wait for it.
    import pyarrow as arrow
    import pyarrow.csv as csv_files

    try:
        rows = csv_files.open_csv(
            path,
            read_options=csv_files.ReadOptions(column_names=columns, skip_rows_after_names=1, block_size=16 << 20),
            parse_options=csv_files.ParseOptions(newlines_in_values=True),
            convert_options=csv_files.ConvertOptions(
                column_types=dict.fromkeys(columns, arrow.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        db.register("rows", rows)
        db.execute("INSERT INTO raw SELECT * FROM rows")
        db.unregister("rows")
    except arrow.ArrowException as error:
        raise _NotCsv(str(error)) from error


def _open_parquet(db: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, _Names]:
    source = f"read_parquet({_file_literal(path)})"
    described = db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return source, [(row[0], (identifier(row[0]), row[1])) for row in described]


def _file_literal(path: Path) -> str:
    # DuckDB reads *, ? and [ in a name as a pattern over many files.
    return text_literal("".join(f"[{char}]" if char in "*?[" else char for char in str(path)))


def _check_names(path: Path, names: _Names) -> None:
    plain = [name for name, _ in names]
    if PERSON not in plain:
        raise _unusable(path, "no_person_id", Text("缺少 person_id 列。", "there is no column person_id."))
    for name in plain:
        if plain.count(name) > 1:
            raise _unusable(
                path, "column_twice", Text(f"列“{name}”出现两次。", f"the column '{name}' stands there twice.")
            )


def _check_people(db: duckdb.DuckDBPyConnection, path: Path, source: str, person: str) -> None:
    total, known, distinct = db.execute(
        f"SELECT count(*), count(nullif(CAST({person} AS VARCHAR), '')), count(DISTINCT {person}) FROM {source}"
    ).fetchall()[0]
    if known < total:
        row = _first(db, f"SELECT {person} AS p FROM {source}", "coalesce(CAST(p AS VARCHAR), '') = ''", "row")
        raise _unusable(
            path, "no_person", Text(f"第 {row} 行没有 person_id。", f"row {row} has no person_id."), row=row
        )
    if distinct < total:
        repeated = f"SELECT {person} AS p, row_number() OVER (PARTITION BY {person}) AS n FROM {source}"
        who = db.execute(f"SELECT min(CAST(p AS VARCHAR)) FROM ({repeated}) WHERE n > 1").fetchall()[0][0]
        fact = Text(f"{who} 出现不止一次。", f"the person {who} stands there more than once.")
        raise _unusable(path, "person_twice", fact, remedy=Text("每人一行。", "Give one row per person."))


def _first(db: duckdb.DuckDBPyConnection, query: str, where: str, what: str) -> int:
    numbered = f"SELECT *, row_number() OVER () AS row FROM ({query})"
    return int(db.execute(f"SELECT {what} FROM ({numbered}) WHERE {where} ORDER BY row LIMIT 1").fetchall()[0][0])


def _check_values(db: duckdb.DuckDBPyConnection, path: Path, source: str, columns: list[_Column]) -> None:
    doubtful = [column for column in columns if column.bad]
    if not doubtful:
        return
    counts = ", ".join(f"count(*) FILTER ({column.bad})" for column in doubtful)
    for column, count in zip(doubtful, db.execute(f"SELECT {counts} FROM {source}").fetchall()[0], strict=True):
        if count:
            row = _first(db, f"SELECT * FROM {source}", column.bad, "row")
            numbered = f"SELECT *, row_number() OVER () AS row FROM {source}"
            found = db.execute(f"SELECT CAST({column.raw} AS VARCHAR) FROM ({numbered}) WHERE row = {row}").fetchall()
            value, name, want = found[0][0], column.fact.name, WANTED[column.fact.type]
            fact = Text(
                f"第 {row} 行 {name}：“{value}”不是{want.zh}（这一列共 {count} 处）。",
                f"row {row}, {name}: '{value}' is not {want.en} ({count} such values in this column).",
            )
            raise _unusable(path, "value", fact, row=row)


def _fill(
    db: duckdb.DuckDBPyConnection,
    law: Law,
    source: str,
    person: str,
    columns: list[_Column],
    wanted: Iterable[str],
) -> int:
    there = {column.fact.name: column.value for column in columns}
    values = [
        f"CAST({there.get(name, 'NULL')} AS {_SQL_TYPES[law.facts[name].type]}) AS {identifier(name)}"
        for name in wanted
    ]
    selected = ", ".join([f"CAST({person} AS VARCHAR) AS {PERSON}", *values])
    db.execute(f"CREATE OR REPLACE TEMP TABLE facts AS SELECT {selected} FROM {source}")
    db.execute("DROP TABLE IF EXISTS raw")
    return int(db.execute("SELECT count(*) FROM facts").fetchall()[0][0])


def _column(fact: Fact, raw: str, found: str) -> _Column:
    """Return how to read a column of some DuckDB type as a fact."""
    target = _SQL_TYPES[fact.type]
    match fact.type:
        case FactType.INTEGER if found in _WHOLE:
            return _Column(fact, raw, raw, "")
        case FactType.BOOLEAN if found == "BOOLEAN":
            return _Column(fact, raw, raw, "")
        case FactType.DECIMAL if found in _WHOLE or found.startswith("DECIMAL"):
            return _Column(fact, raw, raw, f"{raw} IS NOT NULL AND TRY_CAST({raw} AS {target}) IS DISTINCT FROM {raw}")
        case FactType.INTEGER | FactType.DECIMAL if found in ("DOUBLE", "FLOAT", "HUGEINT", "UBIGINT"):
            back = f"CAST(TRY_CAST({raw} AS {target}) AS {found})"
            return _Column(fact, raw, raw, f"{raw} IS NOT NULL AND {back} IS DISTINCT FROM {raw}")
        case FactType.DATE if found in ("DATE", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S"):
            day = f"TRY_CAST({raw} AS DATE)"
            strange = f"{day} IS NULL OR CAST({day} AS TIMESTAMP) <> CAST({raw} AS TIMESTAMP) OR {_impossible(day)}"
            return _Column(fact, raw, raw, f"{raw} IS NOT NULL AND ({strange})")
    text = raw if found == "VARCHAR" else f"CAST({raw} AS VARCHAR)"
    return _Column(fact, raw, f"nullif({text}, '')", f"{text} <> '' AND NOT ({_parses(fact, text)})")


def _parses(fact: Fact, text: str) -> str:
    """Return SQL that is true where a text is a value of the fact; the same rules as values.parse_value."""
    match fact.type:
        case FactType.INTEGER:
            return f"regexp_full_match({text}, '-?[0-9]{{1,30}}') AND TRY_CAST({text} AS BIGINT) IS NOT NULL"
        case FactType.DECIMAL:
            return f"regexp_full_match({text}, '-?0*[0-9]{{1,16}}([.][0-9]{{1,2}}0*)?')"
        case FactType.BOOLEAN:
            return f"{text} IN ('true', 'false')"
        case FactType.CODE:
            return f"{text} IN ({', '.join(text_literal(value) for value in fact.values)})" if fact.values else "FALSE"
        case FactType.DATE:
            day = f"TRY_CAST({text} AS DATE)"
            shape = f"regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
            return f"{shape} AND {day} IS NOT NULL AND NOT ({_impossible(day)})"


def _impossible(day: str) -> str:
    return f"{day} < DATE '0001-01-01' OR {day} > DATE '9999-12-31'"
