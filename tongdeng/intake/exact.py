"""Method `exact-1` over the staged rows of a roll: a valid number, else exact name with birth date and sex, else new.

Two different valid numbers are never joined by a name, and a row that fits two persons joins neither: it gets a person
of its own at once, and a doubt for a clerk. Rows with a number are decided first, those whose birth date contradicts
their number next, the others last, each kind in the order of the file, so that the order of rows does not decide who is
who. A person whom this roll makes has the negative of the first row's position as a number until ids are drawn.

`matching.match` says the same row by row; tests compare the two on random rolls.
"""

from typing import Any

from django.db import connection

from tongdeng.people.exports import staging

# A row without a name is of whoever bears its number, or of a dwelling. A row of somebody registered here is judged
# when everybody of this very roll is known. A number its row contradicts may be a parent's and says nothing.
CLUES = """
CREATE TEMP TABLE stage_clue ON COMMIT DROP AS
SELECT s.position, s.number_key AS number, s.triple_key AS triple, s.name,
  CASE WHEN s.number_key IS NULL THEN 2 WHEN s.needs_name THEN 1 ELSE 0 END AS class,
  CASE WHEN s.name IS NULL AND coalesce(b.bearers, 0) <> 1 THEN 'home'
    WHEN s.is_resident OR NOT s.needs_name AND l.position IS NOT NULL
      AND (s.hukou_code IS NULL OR s.row_on <= l.row_on) THEN 'resident'
    ELSE 'kept' END AS fate
FROM stage_in s
LEFT JOIN (SELECT key, count(*) AS bearers FROM stage_bearer GROUP BY key) b ON b.key = s.number_key
LEFT JOIN stage_local l ON l.position = s.position
WHERE NOT EXISTS (SELECT 1 FROM stage_unchanged u WHERE u.position = s.position)"""
# Only these keys will be asked for again, so only these need to be learned.
WANTED = """
CREATE TEMP TABLE stage_wanted ON COMMIT DROP AS
SELECT number AS key FROM stage_clue WHERE number IS NOT NULL AND (class = 1 OR fate = 'resident')
UNION SELECT triple FROM stage_clue WHERE triple IS NOT NULL AND (class > 0 OR fate = 'resident')"""
DECIDED = """
CREATE TEMP TABLE stage_decided (
  position bigint, person_id bigint, is_new bool, basis text, in_doubt bool, is_claimed bool) ON COMMIT DROP"""
DOUBTS = "CREATE TEMP TABLE stage_unsure (position bigint, other_id bigint) ON COMMIT DROP"

BY_NUMBER = """
INSERT INTO stage_decided
SELECT c.position, CASE b.bearers WHEN 1 THEN b.one ELSE -c.position END, b.bearers > 1,
  CASE b.bearers WHEN 1 THEN 'number' ELSE 'none' END, b.bearers > 1, false
FROM stage_clue c JOIN (
  SELECT key, count(*) AS bearers, min(person_id) AS one FROM stage_bearer GROUP BY key) b ON b.key = c.number
WHERE c.class = 0 AND c.fate = %(fate)s"""
HEADS = """
CREATE TEMP TABLE stage_head ON COMMIT DROP AS
SELECT c.number, min(c.position) AS position FROM stage_clue c
WHERE c.class = 0 AND c.fate = %(fate)s AND NOT EXISTS (SELECT 1 FROM stage_bearer b WHERE b.key = c.number)
GROUP BY c.number"""
# Persons without a number whom the first row of a new number may be.
CONTESTED = """
CREATE TEMP TABLE stage_contest ON COMMIT DROP AS
SELECT h.position, b.person_id FROM stage_head h JOIN stage_clue c USING (position)
JOIN stage_bearer b ON b.key = c.triple AND NOT b.has_number"""
ROUND = """
CREATE TEMP TABLE stage_round ON COMMIT DROP AS
SELECT c.position, count(*) AS fitting, min(c.person_id) AS one FROM stage_contest c
JOIN (SELECT person_id, min(position) AS first FROM stage_contest GROUP BY person_id) f USING (person_id)
GROUP BY c.position HAVING bool_and(c.position = f.first)"""
SETTLE_ROUND = (
    (
        "INSERT INTO stage_unsure SELECT position, person_id FROM stage_contest JOIN stage_round USING (position)"
        " WHERE fitting > 1"
    ),
    (
        "INSERT INTO stage_decided SELECT position, CASE fitting WHEN 1 THEN one ELSE -position END, fitting > 1,"
        " CASE fitting WHEN 1 THEN 'triple' ELSE 'none' END, fitting > 1, false FROM stage_round"
    ),
    "UPDATE stage_bearer b SET has_number = true FROM stage_round r WHERE r.fitting = 1 AND b.person_id = r.one",
    (
        "DELETE FROM stage_contest c USING stage_round r WHERE r.position = c.position"
        " OR r.fitting = 1 AND r.one = c.person_id"
    ),
    "DROP TABLE stage_round",
)
FIRST_ROWS = """
INSERT INTO stage_decided
SELECT h.position, -h.position, true, 'none', false, false FROM stage_head h
WHERE NOT EXISTS (SELECT 1 FROM stage_decided d WHERE d.position = h.position)"""
FOLLOWERS = """
INSERT INTO stage_decided
SELECT c.position, d.person_id, false, 'number', false, false
FROM stage_head h JOIN stage_decided d USING (position)
JOIN stage_clue c ON c.number = h.number AND c.class = 0 AND c.fate = %(fate)s AND c.position <> h.position"""
# What a decided row teaches: who bears its number, unless that is only claimed, and its name, birth date and sex.
LEARN = """
INSERT INTO stage_bearer (key, person_id, has_number, name)
SELECT n.key, n.person_id, bool_or(n.has_number), min(made.name)
FROM (
  SELECT c.number AS key, d.person_id, true AS has_number FROM stage_decided d JOIN stage_clue c USING (position)
  WHERE c.class = %(class)s AND c.fate = %(fate)s AND NOT d.is_claimed AND c.number IN (SELECT key FROM stage_wanted)
  UNION ALL
  SELECT c.triple, d.person_id, c.class = 0 FROM stage_decided d JOIN stage_clue c USING (position)
  WHERE c.class = %(class)s AND c.fate = %(fate)s AND c.triple IN (SELECT key FROM stage_wanted)
) n
LEFT JOIN stage_clue made ON made.position = -n.person_id
WHERE NOT EXISTS (SELECT 1 FROM stage_bearer b WHERE b.key = n.key AND b.person_id = n.person_id)
GROUP BY n.key, n.person_id"""
# Several rows may teach of one person; whoever has a number under one key has it under every key.
EVEN_OUT = """
UPDATE stage_bearer b SET has_number = true
FROM (SELECT DISTINCT person_id FROM stage_bearer WHERE has_number) n
WHERE n.person_id = b.person_id AND NOT b.has_number"""

# The person who bears a contradicted number and has the row's name as well, if there is exactly one.
AGREED = """
CREATE TEMP TABLE stage_agreed ON COMMIT DROP AS
SELECT c.position, min(b.person_id) AS person_id
FROM stage_clue c JOIN stage_bearer b ON b.key = c.number AND b.name = c.name
WHERE c.class = 1 AND %(class)s = 1 AND c.fate = %(fate)s GROUP BY c.position HAVING count(*) = 1"""
AGREE = """
INSERT INTO stage_decided SELECT position, person_id, false, 'number', false, false FROM stage_agreed"""
# Rows of one name, birth date and sex in the order of the file. `fitting`: how many persons bear it when a row's turn
# comes, not counting one whom the first of these rows has made.
TURNS = """
CREATE TEMP TABLE stage_turn ON COMMIT DROP AS
SELECT *, coalesce(bearers, 0) + coalesce(sum(adds) OVER (t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
    AS fitting,
  coalesce(one, first_value(agreed) OVER (t ROWS UNBOUNDED PRECEDING)) AS fits,
  min(position) FILTER (WHERE agreed IS NULL) OVER (PARTITION BY triple) AS first
FROM (
  SELECT c.position, c.triple, b.bearers, b.one, a.person_id AS agreed,
    (a.person_id IS NOT NULL AND row_number() OVER (PARTITION BY c.triple, a.person_id ORDER BY c.position) = 1
     AND NOT EXISTS (SELECT 1 FROM stage_bearer x WHERE x.key = c.triple AND x.person_id = a.person_id))::int AS adds
  FROM stage_clue c
  LEFT JOIN stage_agreed a USING (position)
  LEFT JOIN (
    SELECT key, count(*) AS bearers, min(person_id) AS one FROM stage_bearer GROUP BY key) b ON b.key = c.triple
  WHERE c.class = %(class)s AND c.fate = %(fate)s AND c.triple IS NOT NULL
) AS rows
WINDOW t AS (PARTITION BY triple ORDER BY position)"""
DECIDE_TURNS = """
CREATE TEMP TABLE stage_taken ON COMMIT DROP AS
SELECT position, triple, first, fitting, fits,
  max(fitting) FILTER (WHERE position = first) OVER (PARTITION BY triple) AS at_first
FROM stage_turn WHERE agreed IS NULL"""
# Whom the first of these rows made is one more who fits the later ones.
SETTLE_TURNS = (
    (
        "INSERT INTO stage_decided SELECT position,"
        " CASE WHEN is_new THEN -position WHEN at_first = 0 THEN -first ELSE fits END, is_new,"
        " CASE WHEN is_new THEN 'none' ELSE 'triple' END, in_doubt, %(class)s = 1 FROM ("
        " SELECT *, CASE WHEN at_first = 0 THEN position = first OR fitting > 0 ELSE fitting > 1 END AS is_new,"
        " CASE WHEN at_first = 0 THEN position <> first AND fitting > 0 ELSE fitting > 1 END AS in_doubt"
        " FROM stage_taken) AS taken"
    ),
    (
        "INSERT INTO stage_unsure SELECT t.position, o.person_id FROM stage_taken t"
        " JOIN stage_decided d ON d.position = t.position AND d.in_doubt JOIN ("
        " SELECT key AS triple, person_id, 0 AS since FROM stage_bearer UNION"
        " SELECT triple, agreed, position FROM stage_turn WHERE agreed IS NOT NULL UNION"
        " SELECT triple, -first, first FROM stage_taken WHERE at_first = 0) o"
        " ON o.triple = t.triple AND o.since < t.position"
    ),
    (
        "INSERT INTO stage_decided SELECT c.position, -c.position, true, 'none', false, %(class)s = 1"
        " FROM stage_clue c LEFT JOIN stage_agreed a USING (position)"
        " WHERE c.class = %(class)s AND c.fate = %(fate)s AND c.triple IS NULL AND a.position IS NULL"
    ),
    "DROP TABLE stage_agreed, stage_turn, stage_taken",
)
# By the same rules that decide whose a row is: does anybody here fit it?
SETTLED = """
UPDATE stage_clue c SET fate = 'settled' WHERE c.fate = 'resident' AND (
  EXISTS (SELECT 1 FROM stage_bearer b WHERE b.key = c.number AND (c.class = 0 OR b.name = c.name))
  OR EXISTS (SELECT 1 FROM stage_bearer b WHERE b.key = c.triple AND NOT (c.class = 0 AND b.has_number)))"""
HOMES = "INSERT INTO stage_decided (position) SELECT position FROM stage_clue WHERE fate = 'home'"
DOUBTED_NUMBERS = """
INSERT INTO stage_unsure SELECT c.position, b.person_id FROM stage_decided d JOIN stage_clue c USING (position)
JOIN stage_bearer b ON b.key = c.number AND b.person_id <> d.person_id
WHERE d.in_doubt AND c.class = 0 AND c.fate = %(fate)s
  AND NOT EXISTS (SELECT 1 FROM stage_unsure o WHERE o.position = c.position)"""
RESIDENTS = """
CREATE TEMP TABLE stage_resident ON COMMIT DROP AS
SELECT c.number, s.row_on FROM stage_clue c JOIN stage_in s USING (position)
WHERE c.fate = 'resident' AND c.class = 0"""
LEFT_OUT = "SELECT count(*) FROM stage_clue WHERE fate = 'resident'"


def decide() -> int:
    """Fill `stage_decided` for the rows that `staging.look_up` found unknown; return how many are of residents.

    What is said of residents who are not in the register is left out of it; their numbers lie in `stage_resident`.
    """
    with connection.cursor() as cursor:
        for statement in (CLUES, "ANALYZE stage_clue", WANTED, "ANALYZE stage_wanted", DECIDED, DOUBTS, HOMES):
            cursor.execute(statement)
    _decide("kept")
    with connection.cursor() as cursor:
        cursor.execute(SETTLED)
        has_settled = cursor.rowcount > 0
    if has_settled:
        _decide("settled")
    with connection.cursor() as cursor:
        cursor.execute(RESIDENTS)
        cursor.execute(LEFT_OUT)
        return int(cursor.fetchone()[0])


def _decide(fate: str) -> None:
    values = {"fate": fate}
    _run(values, BY_NUMBER, DOUBTED_NUMBERS, HEADS, CONTESTED)
    while _is_contested():
        _run(values, ROUND, *SETTLE_ROUND)
    _run(values, "DROP TABLE stage_contest", FIRST_ROWS, FOLLOWERS, "DROP TABLE stage_head")
    _learn(0, fate)
    staging.name_bearers()
    for kind in (1, 2):
        _run({**values, "class": kind}, AGREED, AGREE, TURNS, DECIDE_TURNS, *SETTLE_TURNS)
        _learn(kind, fate)


def _learn(kind: int, fate: str) -> None:
    _run({"class": kind, "fate": fate}, LEARN, EVEN_OUT, "ANALYZE stage_bearer")


def _is_contested() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM stage_contest)")
        return bool(cursor.fetchone()[0])


def _run(values: dict[str, Any], *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
