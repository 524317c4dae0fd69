"""Looking for candidates in a county of some size: by indexes, under row security, whatever the planner knew before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tongdeng.access.selectors import acting
from tongdeng.people.exports import candidates

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


def test_asked_freely_the_planner_would_walk_through_the_territory(county):
    # Guards the test above: this is what the look at the tables and the settings are for.
    assert "people_identity_place" in plan(county, candidates.PAIRS_IN_BULK) + plan(county, candidates.PAIRS)


def test_looking_up_and_reading_all_find_the_same(county):
    candidates.count_people()
    looked_up = candidates.near(is_bulk=False)
    assert set(looked_up) == set(candidates.near(is_bulk=True))
    assert len(looked_up) > 200
