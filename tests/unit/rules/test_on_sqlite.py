"""Statements of the fact files mean on SQLite what they mean on DuckDB."""

import duckdb
import pytest

from tongdeng.rules.engines import sqlite

TABLES = {"spell": ("n", "a", "b"), "other": ("n", "c")}
FILLED = (
    "CREATE TABLE spell (n bigint, a bigint, b bigint)",
    "INSERT INTO spell VALUES (1, 10, 100), (2, 20, 200), (3, NULL, 300)",
    "CREATE TABLE other (n bigint, c bigint)",
    "INSERT INTO other VALUES (1, 7), (3, 9)",
)
QUERIES = (
    # A column that is left out and made anew, of itself and of another.
    "SELECT * EXCLUDE (a), a + 1 AS a FROM spell",
    "SELECT b AS a FROM (SELECT * EXCLUDE (b), a AS b FROM spell)",
    "SELECT * REPLACE (a * 2 AS a) FROM spell",
    "WITH x AS (SELECT *, a AS d FROM spell), y AS (SELECT * EXCLUDE (a), d AS a FROM x) SELECT a, b, d FROM y",
    "SELECT * EXCLUDE (b) FROM spell JOIN other USING (n)",
    "SELECT spell.n, other.* EXCLUDE (n) FROM spell LEFT JOIN other ON other.n = spell.n",
    "SELECT * EXCLUDE (a) FROM spell UNION ALL SELECT * FROM other",
    "SELECT * EXCLUDE (b), n * a AS b FROM spell SEMI JOIN other USING (n)",
    # A filter of windows, at the top and below it.
    "SELECT n FROM spell QUALIFY row_number() OVER (ORDER BY n DESC) = 1",
    "WITH x AS (SELECT n FROM spell QUALIFY n IS DISTINCT FROM max(n) OVER ()) SELECT n FROM x WHERE n > 0",
    "SELECT n, a FROM (SELECT * FROM spell QUALIFY b = max(b) OVER (PARTITION BY n % 2)) WHERE n > 0",
)


@pytest.mark.parametrize("query", QUERIES)
def test_a_statement_finds_the_same_on_both(query: str) -> None:
    found = []
    analytic, small = duckdb.connect(), sqlite.open_link({})
    for statement in FILLED:
        analytic.execute(statement)
        small.execute(statement)
    for link, text in ((analytic, query), (small, sqlite.Translator(TABLES).query(query))):
        cursor = link.execute(text)
        columns = [one[0] for one in cursor.description or ()]
        found.append((columns, sorted(map(str, cursor.fetchall()))))
    assert found[0] == found[1]


def test_a_table_made_by_a_script_is_known_to_its_next_statement() -> None:
    script = "CREATE TABLE made AS SELECT *, a AS d FROM spell;"
    script += "CREATE TABLE last AS SELECT * EXCLUDE (a, d), d AS a FROM made;"
    small = sqlite.open_link({})
    for statement in FILLED:
        small.execute(statement)
    for table, query in sqlite.Translator(TABLES).tables(script):
        small.execute(f"CREATE TABLE {table} AS {query}")
    assert small.execute("SELECT * FROM last ORDER BY n").fetchall() == [(1, 100, 10), (2, 200, 20), (3, 300, None)]
