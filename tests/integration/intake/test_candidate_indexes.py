"""Looking for candidates in a county of some size: by indexes, under row security, whatever the planner knew before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.databases import AS_OF
from tongdeng.access.selectors import acting
from tongdeng.intake.candidates import NEWS
from tongdeng.people.exports import candidates, staging

PEOPLE = 30_000
FILL = """
INSERT INTO people_identity (person_id, territory, name, name_sound, sex, born_on, id_index, claimed_index, phone_index,
                             has_police_row, is_placed, sources)
SELECT i, '990101001001', '王' || i %% 4000, 'wan' || i %% 4000, 'male', date '1960-01-01' + i %% 20000,
       CASE WHEN i %% 20 > 0 THEN sha256(('n' || i)::bytea) END,
       CASE WHEN i %% 20 = 0 THEN sha256(('c' || i)::bytea) END,
       sha256(('p' || i / 3)::bytea), true, true, '{}'
FROM generate_series(1, %s) AS i"""
ASK = """
INSERT INTO stage_ask SELECT person_id + 1000000, true, name_sound, left(name_sound, 4), right(name, 1), sex, born_on,
    phone_index, claimed_index, id_index, born_on, born_on + 366 FROM people_identity WHERE person_id <= 200"""


# Everybody bears a number and a name with birth date and sex, and came by one record.
BORNE = (
    "INSERT INTO people_person (id, territory, created_at) SELECT person_id, territory, now() FROM people_identity",
    """
INSERT INTO people_key (kind, person_id, territory, key)
SELECT kind, person_id, territory, sha256((kind || ':' || person_id)::bytea)
FROM people_identity, (VALUES (1), (2)) AS kinds (kind)""",
    """
INSERT INTO people_record (id, source, digest, sealed, domain, territory, as_at, recorded_at)
SELECT person_id, 'police', sha256(('r' || person_id)::bytea), '', 'B', territory, now(), now() FROM people_identity""",
    """
INSERT INTO people_local_number (key, territory)
SELECT sha256(('l' || person_id)::bytea), territory FROM people_identity""",
)
ROWS = """
INSERT INTO stage_in (position, digest, number_key, triple_key)
SELECT i, sha256(('r' || i)::bytea), sha256(('1:' || i)::bytea), sha256(('2:' || i)::bytea)
FROM generate_series(1, 200) AS i"""
# How each question of a roll is answered: by which index, of which table.
LOOKED_UP = {
    "KNOWN": ("people_record_digest",), "BEARERS": ("people_key_pkey", "people_person_pkey"),
    "NUMBERED": ("people_key_person",), "LOCALS": ("people_local_number_pkey",), "NAMED": ("people_identity_pkey",),
}  # fmt: skip


@pytest.fixture
def county(database: str, job_login: Callable[..., Any]) -> Any:
    """Fill the register within a transaction, as an import does, of which the planner has not heard."""
    with job_login("identify") as by, acting(by), connection.cursor() as cursor:
        cursor.execute(FILL, [PEOPLE])
        cursor.execute(f"CREATE TEMP TABLE stage_ask ({candidates.ASK}) ON COMMIT DROP")
        cursor.execute(ASK)
        cursor.execute("ANALYZE stage_ask")
        yield cursor
        cursor.connection.rollback()


def plan(cursor: Any, query: str) -> str:
    cursor.execute(f"EXPLAIN (COSTS OFF) {query}")
    return "\n".join(row[0] for row in cursor.fetchall())


def test_each_rule_is_answered_by_its_own_index_and_none_by_walking_through_the_territory(county):
    assert candidates.count_people() == PEOPLE
    with candidates.looking_up(is_bulk=False):
        found = plan(county, candidates.PAIRS)
    for index in ("born", "phone", "sound", "claimed", "id"):
        assert f"people_identity_{index} " in found, index
    assert "Seq Scan on people_identity" not in found
    assert "people_identity_place" not in found


def test_joined_as_a_whole_no_line_is_looked_up_by_an_index(county):
    # Guards the test above: the same question as a large roll asks it. What the planner would do if left to itself
    # hangs on when the server last looked at the table.
    looked_up = "Index Cond: (name_sound = a"  # whichever of the rules it is for
    with candidates.looking_up(is_bulk=True):
        assert looked_up not in plan(county, candidates.PAIRS_IN_BULK)
    with candidates.looking_up(is_bulk=False):
        assert looked_up in plan(county, candidates.PAIRS)


def test_looking_up_and_reading_all_find_the_same(county):
    candidates.count_people()
    looked_up = candidates.near(is_bulk=False)
    assert set(looked_up) == set(candidates.near(is_bulk=True))
    assert len(looked_up) > 200


SIDES = "CREATE TEMP TABLE stage_side ON COMMIT DROP AS SELECT person_id, false AS is_new, true AS has_number"
SPEAKING = """
CREATE TEMP TABLE stage_row ON COMMIT DROP AS SELECT person_id, name || '新' AS name, name_sound, sex, born_on,
  sha256(person_id::text::bytea) AS phone_key, id_index AS number_key, false AS needs_name"""


def test_known_persons_are_looked_up_and_what_the_roll_says_of_them_is_joined_by_hashing(county):
    for statement in (SIDES, SPEAKING):
        county.execute(f"{statement} FROM people_identity ORDER BY person_id LIMIT 500")
    candidates.count_people()
    with candidates.looking_up(is_bulk=True):
        found = plan(county, NEWS.format(apart=staging.APART))
        assert "Hash Join" in found
        assert "people_identity_pkey" in found
        assert "Seq Scan on people_identity" not in found
        # Asked line by line or as a whole, it is the same question.
        for apart in (staging.APART, ""):
            county.execute("TRUNCATE stage_ask")
            county.execute(NEWS.format(apart=apart))
            assert county.rowcount == 500


@pytest.fixture
def staged(county: Any) -> Any:
    """Fill what a roll's own questions go to as well, and stage some rows."""
    for statement in BORNE:
        county.execute(statement, [])
    with staging.stage("deliveries", AS_OF):
        county.execute(ROWS)
        candidates.look_over()
        yield county


@pytest.mark.parametrize("question", LOOKED_UP)
def test_a_roll_beside_a_register_unknown_to_the_planner_asks_indexes(staged: Any, question: str):
    asked = getattr(staging, question).format(apart=staging.APART)
    with candidates.looking_up(is_bulk=False):
        if asked.strip().startswith("UPDATE stage_bearer"):
            staged.execute(staging.BEARERS.format(apart=staging.APART))
        found = plan(staged, asked)
    assert "Seq Scan on people" not in found
    for index in LOOKED_UP[question]:
        assert f"using {index}" in found


def test_joined_as_a_whole_no_key_is_looked_up(staged: Any):
    # Guards the test above: the same text without the fence, as a large roll asks it.
    with candidates.looking_up(is_bulk=True):
        assert "Index Cond: (key =" not in plan(staged, staging.BEARERS.format(apart=""))
    with candidates.looking_up(is_bulk=False):
        assert "Index Cond: (key =" in plan(staged, staging.BEARERS.format(apart=staging.APART))
