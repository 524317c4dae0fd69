"""Method `exact-1` over all rows of a roll at once: a valid number, else exact name with birth date and sex, else new.

Two different valid numbers are never joined by a name, and a row that fits two persons joins neither: it gets a person
of its own at once, and a doubt for a clerk. Rows with a number are decided first, those whose birth date contradicts
their number next, the others last, each kind in the order of the file, so that the order of rows does not decide who is
who. A person whom this roll makes has the negative of the first row's position as a number until ids are drawn.

Numbers and triples are blind keys, in hexadecimal as the register writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongdeng.linkage.database import Lines, load, opened

if TYPE_CHECKING:
    import duckdb

# What is asked about each row. `class`: 0 with a number, 1 with one that its birth date contradicts, 2 without.
# `fate`: kept, of a resident, or of nobody (a dwelling's, `home`).
CLUE = {
    "position": "int64", "number": "string", "triple": "string", "name": "string", "class": "int8", "fate": "string",
}  # fmt: skip
BEARER = {"key": "string", "person_id": "int64", "has_number": "bool", "name": "string"}

_CLUES = """
CREATE TABLE clue AS SELECT * REPLACE (
  unhex(number) AS number, unhex(triple) AS triple, fate::ENUM ('kept', 'resident', 'home', 'settled') AS fate)
FROM given"""
_BEARERS = "CREATE TABLE bearer AS SELECT * REPLACE (unhex(key) AS key) FROM given"
# Only these keys will be asked for again, so only these need to be learned.
_TABLES = """
CREATE TABLE wanted AS
SELECT number AS key FROM clue WHERE number IS NOT NULL AND (class = 1 OR fate = 'resident')
UNION SELECT triple FROM clue WHERE triple IS NOT NULL AND (class > 0 OR fate = 'resident');
CREATE TABLE decided (
  position BIGINT, person_id BIGINT, is_new BOOL, basis ENUM ('number', 'triple', 'none'), in_doubt BOOL,
  is_claimed BOOL);
CREATE TABLE unsure (position BIGINT, other_id BIGINT);
INSERT INTO decided (position) SELECT position FROM clue WHERE fate = 'home'"""

_BORNE = "(SELECT key, count(*) AS bearers, min(person_id) AS one FROM bearer GROUP BY key)"
_BY_NUMBER = f"""
INSERT INTO decided
SELECT c.position, CASE b.bearers WHEN 1 THEN b.one ELSE -c.position END, b.bearers > 1,
  CASE b.bearers WHEN 1 THEN 'number' ELSE 'none' END, b.bearers > 1, false
FROM clue c JOIN {_BORNE} b ON b.key = c.number WHERE c.class = 0 AND c.fate = $fate"""
_DOUBTED_NUMBERS = """
INSERT INTO unsure SELECT c.position, b.person_id FROM decided d JOIN clue c USING (position)
JOIN bearer b ON b.key = c.number AND b.person_id <> d.person_id
WHERE d.in_doubt AND c.class = 0 AND c.fate = $fate AND c.position NOT IN (SELECT position FROM unsure)"""
_HEADS = """
CREATE OR REPLACE TABLE head AS
SELECT c.number, min(c.position) AS position, arg_min(c.triple, c.position) AS triple FROM clue c
ANTI JOIN bearer b ON b.key = c.number WHERE c.class = 0 AND c.fate = $fate GROUP BY c.number"""
# Persons without a number whom the first row of a new number may be.
_CONTESTED = """
CREATE OR REPLACE TABLE contest AS
SELECT h.position, b.person_id FROM head h JOIN bearer b ON b.key = h.triple AND NOT b.has_number"""
_ROUND = """
CREATE OR REPLACE TABLE round AS
SELECT c.position, count(*) AS fitting, min(c.person_id) AS one FROM contest c
JOIN (SELECT person_id, min(position) AS first FROM contest GROUP BY person_id) f USING (person_id)
GROUP BY c.position HAVING bool_and(c.position = f.first)"""
_SETTLE_ROUND = (
    "INSERT INTO unsure SELECT position, person_id FROM contest JOIN round USING (position) WHERE fitting > 1",
    (
        "INSERT INTO decided SELECT position, CASE fitting WHEN 1 THEN one ELSE -position END, fitting > 1,"
        " CASE fitting WHEN 1 THEN 'triple' ELSE 'none' END, fitting > 1, false FROM round"
    ),
    "UPDATE bearer SET has_number = true FROM round r WHERE r.fitting = 1 AND person_id = r.one",
    (
        "DELETE FROM contest c USING round r WHERE r.position = c.position"
        " OR r.fitting = 1 AND r.one = c.person_id"
    ),
)  # fmt: skip
_FIRST_ROWS = """
INSERT INTO decided SELECT h.position, -h.position, true, 'none', false, false FROM head h
ANTI JOIN decided d ON d.position = h.position"""
_FOLLOWERS = """
INSERT INTO decided SELECT c.position, d.person_id, false, 'number', false, false
FROM head h JOIN decided d USING (position)
JOIN clue c ON c.number = h.number AND c.class = 0 AND c.fate = $fate AND c.position <> h.position"""
# What a decided row teaches: who bears its number, unless that is only claimed, and its name, birth date and sex.
# Whoever is known already brings the name that the register has.
_LEARN = """
INSERT INTO bearer
SELECT n.key, n.person_id, bool_or(n.has_number), coalesce(min(made.name), min(known.name))
FROM (
  SELECT c.number AS key, d.person_id, true AS has_number FROM decided d JOIN clue c USING (position)
  WHERE c.class = $class AND c.fate = $fate AND NOT d.is_claimed AND c.number IN (SELECT key FROM wanted)
  UNION ALL
  SELECT c.triple, d.person_id, c.class = 0 FROM decided d JOIN clue c USING (position)
  WHERE c.class = $class AND c.fate = $fate AND c.triple IN (SELECT key FROM wanted)
) n
LEFT JOIN clue made ON made.position = -n.person_id
LEFT JOIN (SELECT person_id, min(name) AS name FROM bearer GROUP BY person_id) known ON known.person_id = n.person_id
ANTI JOIN bearer b ON b.key = n.key AND b.person_id = n.person_id
GROUP BY n.key, n.person_id"""
# Several rows may teach of one person; whoever has a number under one key has it under every key.
_EVEN_OUT = """
UPDATE bearer SET has_number = true
WHERE NOT has_number AND person_id IN (SELECT person_id FROM bearer WHERE has_number)"""

# The person who bears a contradicted number and has the row's name as well, if there is exactly one.
_AGREED = """
CREATE OR REPLACE TABLE agreed AS
SELECT c.position, min(b.person_id) AS person_id
FROM clue c JOIN bearer b ON b.key = c.number AND b.name = c.name
WHERE c.class = 1 AND $class = 1 AND c.fate = $fate GROUP BY c.position HAVING count(*) = 1"""
_AGREE = "INSERT INTO decided SELECT position, person_id, false, 'number', false, false FROM agreed"
# Rows of one name, birth date and sex in the order of the file. `fitting`: how many persons bear it when a row's turn
# comes, not counting one whom the first of these rows has made.
_TURNS = f"""
CREATE OR REPLACE TABLE turn AS
SELECT *, coalesce(bearers, 0) + coalesce(sum(adds) OVER (t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
    AS fitting,
  coalesce(one, first_value(agreed) OVER (t ROWS UNBOUNDED PRECEDING)) AS fits,
  min(position) FILTER (WHERE agreed IS NULL) OVER (PARTITION BY triple) AS first
FROM (
  SELECT c.position, c.triple, b.bearers, b.one, a.person_id AS agreed,
    (a.person_id IS NOT NULL AND row_number() OVER (PARTITION BY c.triple, a.person_id ORDER BY c.position) = 1
     AND x.key IS NULL)::INT AS adds
  FROM clue c
  LEFT JOIN agreed a USING (position)
  LEFT JOIN {_BORNE} b ON b.key = c.triple
  LEFT JOIN bearer x ON x.key = c.triple AND x.person_id = a.person_id
  WHERE c.class = $class AND c.fate = $fate AND c.triple IS NOT NULL
) AS rows
WINDOW t AS (PARTITION BY triple ORDER BY position)"""
_TAKEN = """
CREATE OR REPLACE TABLE taken AS
SELECT position, triple, first, fitting, fits,
  max(fitting) FILTER (WHERE position = first) OVER (PARTITION BY triple) AS at_first
FROM turn WHERE agreed IS NULL"""
# Whom the first of these rows made is one more who fits the later ones.
_SETTLE_TURNS = (
    """
INSERT INTO decided SELECT position,
  CASE WHEN is_new THEN -position WHEN at_first = 0 THEN -first ELSE fits END, is_new,
  CASE WHEN is_new THEN 'none' ELSE 'triple' END, in_doubt, $class = 1 FROM (
  SELECT *, CASE WHEN at_first = 0 THEN position = first OR fitting > 0 ELSE fitting > 1 END AS is_new,
    CASE WHEN at_first = 0 THEN position <> first AND fitting > 0 ELSE fitting > 1 END AS in_doubt
  FROM taken) AS taken""",
    """
INSERT INTO unsure SELECT t.position, o.person_id FROM taken t
JOIN decided d ON d.position = t.position AND d.in_doubt
JOIN (
  SELECT key AS triple, person_id, 0 AS since FROM bearer
  UNION SELECT triple, agreed, position FROM turn WHERE agreed IS NOT NULL
  UNION SELECT triple, -first, first FROM taken WHERE at_first = 0) o
ON o.triple = t.triple AND o.since < t.position""",
    """
INSERT INTO decided SELECT c.position, -c.position, true, 'none', false, $class = 1
FROM clue c ANTI JOIN agreed a ON a.position = c.position
WHERE c.class = $class AND c.fate = $fate AND c.triple IS NULL""",
)
# By the same rules that decide whose a row is: does anybody here fit it?
_SETTLED = """
UPDATE clue SET fate = 'settled' WHERE fate = 'resident' AND position IN (
  SELECT c.position FROM clue c JOIN bearer b ON b.key = c.number AND (c.class = 0 OR b.name = c.name)
  WHERE c.fate = 'resident'
  UNION SELECT c.position FROM clue c JOIN bearer b ON b.key = c.triple AND NOT (c.class = 0 AND b.has_number)
  WHERE c.fate = 'resident')"""


@dataclass(frozen=True, slots=True)
class Decided:
    """Whose each row is.

    `rows` has position, person_id, is_new, basis, in_doubt and is_claimed, all but the first null where a row is of
    nobody; `unsure` position and other_id, whom a row in doubt may be; `residents` the positions of rows about people
    registered here, who stay out of the register.
    """

    rows: duckdb.DuckDBPyRelation
    unsure: duckdb.DuckDBPyRelation
    residents: duckdb.DuckDBPyRelation


@contextmanager
def decided(clues: Lines, bearers: Lines) -> Iterator[Decided]:
    """Decide rows, given as CSV without headers: `CLUE` of each, and `BEARER` of whoever has their keys already.

    The one is read to its end before the other is opened.
    """
    with opened() as db:
        load(db, clues, CLUE, _CLUES)
        load(db, bearers, BEARER, _BEARERS)
        db.execute(_TABLES)
        _decide(db, "kept")
        if _rows(db, _SETTLED):
            _decide(db, "settled")
        left_out = db.sql("SELECT position FROM clue WHERE fate = 'resident'")
        yield Decided(db.table("decided"), db.table("unsure"), left_out)


def _decide(db: duckdb.DuckDBPyConnection, fate: str) -> None:
    values: dict[str, str | int] = {"fate": fate}
    _run(db, values, _BY_NUMBER, _DOUBTED_NUMBERS, _HEADS, _CONTESTED)
    while _rows(db, "SELECT count(*) FROM contest"):
        _run(db, values, _ROUND, *_SETTLE_ROUND)
    _run(db, values, _FIRST_ROWS, _FOLLOWERS)
    _run(db, {**values, "class": 0}, _LEARN, _EVEN_OUT)
    for kind in (1, 2):
        _run(db, {**values, "class": kind}, _AGREED, _AGREE, _TURNS, _TAKEN, *_SETTLE_TURNS, _LEARN, _EVEN_OUT)


def _run(db: duckdb.DuckDBPyConnection, values: dict[str, str | int], *statements: str) -> None:
    for statement in statements:
        db.execute(statement, {name: value for name, value in values.items() if f"${name}" in statement})


def _rows(db: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Return the count that a statement gives: of the rows it has changed, or its own."""
    ((count,),) = db.execute(statement).fetchall()
    return int(count)
