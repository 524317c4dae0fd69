"""Row security must not cost the indexes: only leakproof operators reach them."""

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
def test_a_name_is_found_through_the_index_of_tokens():
    found = plan("SELECT person_id FROM people_token WHERE token = %s", "赵春梅")
    assert "people_token_find" in found
    assert "Index Cond: (((token)::text = " in found


@pytest.mark.usefixtures("worker_context")
def test_the_beginning_of_a_name_is_found_through_the_index_of_tokens():
    found = plan("SELECT person_id FROM people_token WHERE token >= %s AND token < %s", "zhao", "zhap")
    assert "people_token_find" in found
    assert "Index Cond: (((token)::text >= " in found


@pytest.mark.usefixtures("worker_context")
def test_a_pattern_would_read_every_row_of_the_territory():
    # Guards the two above: what is not leakproof never becomes a condition of the index.
    assert "Index Cond: (((token)" not in plan("SELECT person_id FROM people_token WHERE token LIKE %s", "zhao%")


@pytest.mark.usefixtures("worker_context")
def test_an_id_number_is_found_through_its_blind_index():
    assert "people_identity_id" in plan("SELECT person_id FROM people_identity WHERE id_index = %s", bytes(32))
