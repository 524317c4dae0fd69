"""The exact step, in SQL: rows become nodes, which are the different ways in which people were written down.

A valid number holds its rows together. A number whose row states another birth date counts only where the name agrees
with a row that bears it rightly; otherwise it is somebody else's (a parent's, typed for a child) and says nothing.
Where the rows tell whose they are already (`person`, from a register), nobody's rows become one node with another's.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from tongdeng.linkage import characters

_NAMES = """
CREATE TABLE name AS
WITH single AS (
    SELECT DISTINCT trim(n) AS name FROM (SELECT name AS n FROM source UNION ALL SELECT guardian_name FROM source)
    WHERE n IS NOT NULL
), pieces AS (
    SELECT name, unnest(string_split(name, '')) AS character, generate_subscripts(string_split(name, ''), 1) AS place
    FROM single
)
SELECT name, string_agg(plain, '' ORDER BY place) AS plain, string_agg(sound, '' ORDER BY place) AS sound
FROM pieces JOIN characters USING (character) GROUP BY name
"""

_NEAR = """
CREATE TABLE near AS
WITH pieces AS (
    SELECT DISTINCT plain, unnest(string_split(plain, '')) AS character,
           generate_subscripts(string_split(plain, ''), 1) AS place
    FROM name
)
SELECT plain, list(left(plain, place - 1) || other || substr(plain, place + 1) ORDER BY place, other) AS near
FROM pieces JOIN near_shapes USING (character) GROUP BY plain
"""

_STATED = """
CREATE TABLE stated AS
SELECT id, person, is_empty, name.plain, name.sound, id_number, id_claimed,
       replace(born_on, '-', '') AS born, sex, phone, left(hukou_code, 6) AS hukou,
       guardian_number AS guardian, guardian.plain AS guardian_plain,
       coalesce(born_on IS NOT NULL AND replace(born_on, '-', '') <> substr(id_number, 7, 8), false) AS is_disputed
FROM source
LEFT JOIN name ON name.name = trim(source.name)
LEFT JOIN name AS guardian ON guardian.name = trim(source.guardian_name)
"""

# The telephone of an agency, or one typed to fill the field: it tells nobody apart and would pair everyone.
MOST_NAMES_OF_A_PHONE = 50
_CROWDED = f"""
CREATE TABLE crowded AS
SELECT phone FROM stated WHERE phone IS NOT NULL GROUP BY phone HAVING count(DISTINCT plain) > {MOST_NAMES_OF_A_PHONE}
"""

# A row whose number is disputed keeps it with the name of a rightful bearer, has it as a claim where nobody else
# bears it, and loses it where somebody of another name does.
_JUDGED = """
CREATE TABLE judged AS
WITH bearer AS (SELECT id_number, list(DISTINCT sound) AS sounds FROM stated
                WHERE id_number IS NOT NULL AND NOT is_disputed GROUP BY id_number)
SELECT stated.* EXCLUDE (id_number, id_claimed, born, sex, phone),
       CASE WHEN crowded.phone IS NULL THEN stated.phone END AS phone,
       CASE WHEN NOT is_disputed OR list_contains(bearer.sounds, sound) THEN stated.id_number END AS number,
       CASE WHEN is_disputed AND bearer.sounds IS NULL THEN stated.id_number
            WHEN NOT list_contains(rightful.sounds, sound) THEN NULL
            -- An old number that is not valid is compared at its place in a new one.
            WHEN length(id_claimed) = 15 THEN left(id_claimed, 6) || '19' || right(id_claimed, 9)
            ELSE id_claimed END AS claimed,
       CASE WHEN number IS NULL THEN born ELSE substr(number, 7, 8) END AS born,
       CASE WHEN number IS NULL THEN sex WHEN substr(number, 17, 1)::INT % 2 = 1 THEN 'male' ELSE 'female' END AS sex
FROM stated LEFT JOIN bearer USING (id_number) LEFT JOIN crowded ON crowded.phone = stated.phone
LEFT JOIN bearer AS rightful ON rightful.id_number = stated.id_claimed
WHERE NOT is_empty
"""

# What one row of a person or a number leaves blank, another tells. The greatest value and not the most frequent,
# because equally frequent ones would depend on the order of the rows.
_FILLED = """
CREATE TABLE filled AS
WITH held AS (SELECT *, coalesce('person ' || person, number) AS holder FROM judged),
known AS (
    SELECT holder, max(phone) AS phone, max(hukou) AS hukou, max(guardian) AS guardian,
           coalesce(max_by(guardian_plain, guardian), max(guardian_plain)) AS guardian_plain
    FROM held WHERE holder IS NOT NULL GROUP BY holder
)
SELECT id, person, plain, sound, number, claimed, born, sex,
       -- More than a slip of the pen between the day in a number and the day beside it: somebody else's number.
       coalesce(length(claimed) = 18 AND damerau_levenshtein(substr(claimed, 7, 8), born) > 1, false) AS is_foreign,
       coalesce(held.phone, known.phone) AS phone, coalesce(held.hukou, known.hukou) AS hukou,
       coalesce(held.guardian, known.guardian) AS guardian,
       coalesce(held.guardian_plain, known.guardian_plain) AS guardian_plain,
       -- A bare name is nobody's in particular: such rows stay apart from one another.
       CASE WHEN coalesce(number, claimed, born, held.phone) IS NULL THEN id END AS alone
FROM held LEFT JOIN known USING (holder)
"""

# Numbered by what they say: whichever comes first in a file, equal pairs are settled in the same order.
_NODES = """
CREATE TABLE grouped AS
SELECT row_number() OVER (
           ORDER BY plain, number, claimed, born, sex, phone, hukou, guardian, guardian_plain, alone, person
       ) AS unique_id, list(id ORDER BY id) AS ids, * EXCLUDE (id)
FROM filled
GROUP BY plain, sound, number, claimed, born, sex, is_foreign, phone, hukou, guardian, guardian_plain, alone, person
"""

_NODE = """
CREATE TABLE node AS
SELECT unique_id, person, number, coalesce(number, claimed) AS digits, is_foreign, plain, sound,
       coalesce(near, []) AS near, born, sex, phone, hukou, guardian, guardian_plain,
       left(sound, 4) AS first_character, right(plain, 1) AS last_character,
       left(digits, 12) AS digits_head, right(digits, 5) AS digits_tail, substr(digits, 7, 4) AS digits_year
FROM grouped LEFT JOIN near USING (plain)
"""


def prepare(connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
    """Make the tables `grouped` (which rows are one node) and `node` (what is compared) from gathered rows."""
    connection.register("source", rows)
    names = connection.sql(
        "SELECT DISTINCT unnest(string_split(n, '')) FROM"
        " (SELECT name AS n FROM source UNION ALL SELECT guardian_name FROM source) WHERE n IS NOT NULL"
    ).fetchall()
    table = characters.table(name for (name,) in names)
    _fill(connection, "characters (character, plain, sound)", table)
    _fill(connection, "near_shapes (character, other)", characters.near_table())
    for step in (_NAMES, _NEAR, _STATED, _CROWDED, _JUDGED, _FILLED, _NODES, _NODE):
        connection.execute(step)


def _fill(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[str, ...]]) -> None:
    table, columns = name.split(" ", 1)
    names = columns.strip("()").split(", ")
    columnar = {column: pa.array([row[i] for row in rows], pa.string()) for i, column in enumerate(names)}
    connection.register(f"{table}_rows", pa.table(columnar))
    connection.execute(f"CREATE TABLE {table} AS FROM {table}_rows")


def missing_columns(connection: duckdb.DuckDBPyConnection, behind: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the comparisons for which no row of any file says anything."""
    counts = [f"count(coalesce({', '.join((*columns, 'NULL'))})) AS {name}" for name, columns in behind.items()]
    (found,) = connection.execute(f"SELECT {', '.join(counts)} FROM source").fetchall()
    return [name for name, count in zip(behind, found, strict=True) if not count]
