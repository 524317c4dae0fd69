"""Writes windows and unknowns to PostgreSQL as a difference: what has not changed is not touched, nor even read.

Beside the rows of a person lies one number made of all of them. Whose number is the same has the same rows (ADR 51).
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.people.exports import resting

MANY = 20_000  # people; fewer are looked up one by one
OWN = {
    "owed_window": (
        "service", "domain", "opens_on", "due_on", "closes_on", "outcome", "outcome_on", "record_id", "status",
        "is_offered",
    ),
    "owed_unknown": ("service", "domain", "missing"),
}  # fmt: skip
ROWS = {
    "owed_window": """
        SELECT w.n, service::VARCHAR AS service, d.domain, w.opens_on, w.due_on, w.closes_on,
               w.outcome::VARCHAR AS outcome, w.outcome_on, w.record AS record_id,
               CASE WHEN w.outcome IS NOT NULL THEN w.outcome::VARCHAR WHEN w.is_unknown THEN 'unknown' ELSE 'owed' END
                   AS status,
               w.is_offered
          FROM owed_window w
          JOIN service_number USING (s) JOIN service_domain d USING (service)
          JOIN term_mask t USING (s) WHERE t.in_force & getvariable('last_bit') <> 0""",
    "owed_unknown": """
        SELECT u.n, service::VARCHAR AS service, d.domain, u.missing
          FROM unknown_today u JOIN service_number USING (s) JOIN service_domain d USING (service)""",
}
TYPES = {
    "id": "bigint", "n": "bigint", "person_id": "bigint", "record_id": "bigint", "is_offered": "boolean",
    "windows": "bigint", "unknowns": "bigint",
}  # fmt: skip
DIGESTS = ("windows", "unknowns")
HELD = "held_territory", "held_windows", "held_unknowns"
# Equal rows of one person count twice; in which order rows come does not matter.
DIGEST = "SELECT n, (sum(hash({columns})) % 9223372036854775808)::BIGINT AS digest FROM ({rows}) GROUP BY n"
DIFFERING = """
CREATE OR REPLACE TEMP TABLE differing AS
SELECT * FROM (
    SELECT who.*, coalesce(w.digest, 0) AS windows, coalesce(u.digest, 0) AS unknowns
      FROM who LEFT JOIN ({windows}) w USING (n) LEFT JOIN ({unknowns}) u USING (n)
)
WHERE {whom} IS NOT TRUE"""
NUMBER = """
INSERT INTO owed_digest (person_id, territory, windows, unknowns)
SELECT person_id, territory, windows, unknowns FROM stage_differing ON CONFLICT (person_id) DO UPDATE
   SET territory = excluded.territory, windows = excluded.windows, unknowns = excluded.unknowns"""
SAME = "(held_territory = territory AND held_windows = windows AND held_unknowns = unknowns)"


def wanted(table: str, people: str) -> str:
    """Return a DuckDB query of the rows that a table should have of the people in a relation with n."""
    own = ", ".join(OWN[table])
    return f"SELECT person_id, territory, {own} FROM ({ROWS[table]}) JOIN {people} USING (n)"


def write_difference(link: Any, numbers: str, *, trusts: bool = True) -> dict[str, int]:
    """Bring PostgreSQL to the windows and unknowns just determined for the persons of a `numbers` relation.

    With `trusts` false every row is compared, whatever the numbers beside them say. The caller is in a transaction.
    """
    _fetch(
        link, "who", ("n", "person_id", "territory", *HELD),
        "SELECT who.n, who.person_id, who.territory, d.territory, d.windows, d.unknowns"
        f" FROM {numbers} who LEFT JOIN owed_digest d USING (person_id)",
    )  # fmt: skip
    windows, unknowns = (DIGEST.format(columns=", ".join(OWN[one]), rows=ROWS[one]) for one in OWN)
    link.execute(DIFFERING.format(windows=windows, unknowns=unknowns, whom=SAME if trusts else "false"))
    people = link.execute("SELECT count(*) FROM differing").fetchone()[0]
    if not people:
        return {"removed": 0, "added": 0}
    _stage(link, "stage_differing", ("person_id", "territory", *DIGESTS), "FROM differing")
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s > %s AND owed_rest_indexes()", [people, MANY])
        is_resting = cursor.fetchone()[0]
        # Right after a first import the tables have no statistics, and a nested loop over all of them takes minutes.
        cursor.execute(f"SET LOCAL enable_nestloop = {'off' if people > MANY else 'on'}")
    swapped = [_swap(link, table) for table in OWN]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute(NUMBER)
    if is_resting:
        resting.wake()
        resting.look_over([*OWN, "owed_digest"])
    bulk.drop("stage_differing")
    return {"removed": sum(one[0] for one in swapped), "added": sum(one[1] for one in swapped)}


def _swap(link: Any, table: str) -> tuple[int, int]:
    """Make the rows of those who differ equal to the wanted ones; returns (removed, added).

    The difference is found outside PostgreSQL: of millions of rows only those that differ go to it.
    """
    own = ("person_id", "territory", *OWN[table])
    held = ", ".join(f"t.{column}" for column in ("id", *own))
    _fetch(link, "held_row", ("id", *own), f"SELECT {held} FROM {table} t JOIN stage_differing USING (person_id)")
    link.execute(f"CREATE OR REPLACE TEMP TABLE wanted_row AS {wanted(table, 'differing')}")
    same = " AND ".join(f"h.{column} IS NOT DISTINCT FROM w.{column}" for column in own)
    _stage(link, "stage_gone", ("id",), f"SELECT id FROM held_row h ANTI JOIN wanted_row w ON {same}")
    # A place's rows lie together, and in them a person's: so they are read.
    _stage(
        link, "stage_new", own,
        f"SELECT w.* FROM wanted_row w ANTI JOIN held_row h ON {same} ORDER BY territory, person_id",
    )  # fmt: skip
    listed = ", ".join(own)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} t USING stage_gone gone WHERE t.id = gone.id")
        removed = cursor.rowcount
        cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM stage_new")
        added = cursor.rowcount
    bulk.drop("stage_gone", "stage_new")
    link.execute("DROP TABLE held_row; DROP TABLE wanted_row")
    return int(removed), int(added)


def _type(column: str) -> str:
    plain = column.removeprefix("held_")
    return TYPES.get(plain) or ("date" if plain.endswith("_on") else "text")


def _fetch(link: Any, name: str, columns: tuple[str, ...], query: str) -> None:
    """Carry a result of PostgreSQL to a table of DuckDB as a CSV stream."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        with file.open("wb") as stream, bulk.copied(query) as rows:
            shutil.copyfileobj(rows, stream, 1 << 20)
        types = ", ".join(f"'{column}': '{_type(column)}'" for column in columns)
        form = f"header = false, auto_detect = false, quote = '\"', escape = '\"', columns = {{{types}}}"
        link.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM read_csv('{file}', {form})")


def _stage(link: Any, name: str, columns: tuple[str, ...], query: str) -> None:
    """Carry some columns of a DuckDB result to a temporary table of PostgreSQL as a CSV stream."""
    with tempfile.TemporaryDirectory() as folder, connection.cursor() as cursor:
        file = Path(folder) / "rows.csv"
        link.execute(f"COPY (SELECT {', '.join(columns)} FROM ({query})) TO '{file}' (FORMAT csv, HEADER false)")
        listed = ", ".join(f"{column} {_type(column)}" for column in columns)
        cursor.execute(f"CREATE TEMP TABLE {name} ({listed}) ON COMMIT DROP")
        with file.open("rb") as stream, cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
            while block := stream.read(1 << 20):
                copy.write(block)
        cursor.execute(f"ANALYZE {name}")
