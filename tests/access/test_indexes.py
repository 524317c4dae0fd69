"""Row security must not cost the indexes: only leakproof operators reach them."""

import re

import pytest
from django.db import connection

from tests.posts import COUNTY

pytestmark = pytest.mark.usefixtures("small_county")


def plan(query: str, *values: object) -> str:
    """Return the plan that the application's login would follow on a large table."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a few hundred rows would rather be read in one go
        cursor.execute(f"EXPLAIN (COSTS OFF) {query}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.fixture
def worker_context(acting_as, small_county):
    with acting_as("worker", COUNTY[:6] + "001001") as by:
        yield by


@pytest.mark.usefixtures("worker_context")
@pytest.mark.parametrize(
    ("words", "index"),
    [
        ('name COLLATE "C"', "people_identity_name"),
        ("given", "people_identity_given"),
        ("pinyin", "people_identity_pinyin"),
        ("initials", "people_identity_initials"),
    ],
)
def test_the_beginning_of_a_name_is_found_through_its_index(words: str, index: str) -> None:
    found = plan(f"SELECT person_id FROM people_identity WHERE {words} >= %s AND {words} < %s", "zhao", "zhap")
    assert index in found
    assert re.search(rf"Index Cond: \(\(+{words.split()[0]}\b[^=<>]* >= ", found)


@pytest.mark.usefixtures("worker_context")
def test_a_pattern_would_read_every_row_of_the_territory():
    # Guards the one above: what is not leakproof never becomes a condition of the index.
    assert "Index Cond: ((pinyin" not in plan("SELECT person_id FROM people_identity WHERE pinyin LIKE %s", "zhao%")


@pytest.mark.usefixtures("worker_context")
def test_an_id_number_is_found_through_its_blind_index():
    assert "people_identity_id" in plan("SELECT person_id FROM people_identity WHERE id_index = %s", bytes(32))
