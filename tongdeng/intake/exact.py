"""Whose each staged row is by method `exact-1`: `linkage.exact` decides, from what the stage and the register say.

`matching.match` says the same row by row; tests compare the two on random rolls.
"""

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.linkage import exact
from tongdeng.linkage.database import as_lines
from tongdeng.people.exports import staging

# A row without a name is of whoever bears its number, or of a dwelling. A row of somebody registered here is judged
# when everybody of this very roll is known. A number its row contradicts may be a parent's and says nothing.
CLUES = """
SELECT s.position, encode(s.number_key, 'hex') AS number, encode(s.triple_key, 'hex') AS triple, s.name,
  CASE WHEN s.number_key IS NULL THEN 2 WHEN s.needs_name THEN 1 ELSE 0 END AS class,
  CASE WHEN s.name IS NULL AND coalesce(b.bearers, 0) <> 1 THEN 'home'
    WHEN s.is_resident OR NOT s.needs_name AND l.position IS NOT NULL
      AND (s.hukou_code IS NULL OR s.row_on <= l.row_on) THEN 'resident'
    ELSE 'kept' END AS fate
FROM stage_in s
LEFT JOIN (SELECT key, count(*) AS bearers FROM stage_bearer GROUP BY key) b ON b.key = s.number_key
LEFT JOIN stage_local l ON l.position = s.position
WHERE NOT EXISTS (SELECT 1 FROM stage_unchanged u WHERE u.position = s.position)"""
BEARERS = "SELECT encode(key, 'hex') AS key, person_id, has_number, name FROM stage_bearer"
MADE = (
    """
CREATE TEMP TABLE stage_decided (
  position bigint, person_id bigint, is_new bool, basis text, in_doubt bool, is_claimed bool) ON COMMIT DROP""",
    "CREATE TEMP TABLE stage_unsure (position bigint, other_id bigint) ON COMMIT DROP",
    "CREATE TEMP TABLE stage_left_out (position bigint) ON COMMIT DROP",
)
RESIDENTS = """
CREATE TEMP TABLE stage_resident ON COMMIT DROP AS
SELECT s.number_key AS number, s.row_on FROM stage_in s JOIN stage_left_out USING (position)
WHERE s.number_key IS NOT NULL AND NOT s.needs_name"""


def decide() -> int:
    """Fill `stage_decided` for the rows that `staging.look_up` found unknown; return how many are of residents.

    What is said of residents who are not in the register is left out of it; their numbers lie in `stage_resident`.
    """
    staging.name_bearers()
    with exact.decided(bulk.copied(CLUES), bulk.copied(BEARERS)) as found, connection.cursor() as cursor:
        for statement in MADE:
            cursor.execute(statement)
        with cursor.copy("COPY stage_decided FROM STDIN (FORMAT csv)") as copy:
            as_lines(found.rows, copy.write)
        with cursor.copy("COPY stage_unsure FROM STDIN (FORMAT csv)") as copy:
            as_lines(found.unsure, copy.write)
        with cursor.copy("COPY stage_left_out FROM STDIN (FORMAT csv)") as copy:
            left_out = as_lines(found.residents, copy.write)
        cursor.execute(RESIDENTS)
    return left_out
