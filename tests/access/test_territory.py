"""A post sees its own territory and its own domains."""

from itertools import pairwise

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.access.conftest import LAW, PERSONAL, places_seen, rows_of
from tests.posts import COUNTY
from tongdeng.org.types import PostKind, territory_of, town_of

pytestmark = pytest.mark.usefixtures("full_county", "open_doubt")
PLACED = "people_identity"


@pytest.fixture(scope="module")
def two_communities(full_county, as_job) -> tuple[str, str]:
    """Two communities of one town in which people live."""
    with as_job():
        places = sorted(places_seen(PLACED) - {COUNTY})
    return next((a, b) for a, b in pairwise(places) if town_of(a) == town_of(b))


def test_a_worker_sees_the_own_community_and_nobody_from_the_next(acting_as, two_communities):
    here, _ = two_communities
    with acting_as("worker", here):
        assert places_seen(PLACED) == {here}


def test_without_row_security_the_worker_would_see_the_next_community(acting_as, two_communities, without_guard):
    # Guards the test above: should this one stop leaking, that one proves nothing.
    here, there = two_communities
    with without_guard(PLACED), acting_as("worker", here):
        assert {here, there} <= places_seen(PLACED)


def test_a_town_sees_its_communities_and_no_other_town(acting_as, two_communities):
    town = town_of(two_communities[0])
    lo, hi = territory_of(town)
    with acting_as("town", town):
        seen = places_seen(PLACED)
    assert set(two_communities) <= seen
    assert all(lo <= place < hi for place in seen)


def test_only_the_county_sees_people_without_a_community(acting_as, two_communities):
    with acting_as("office"):
        assert COUNTY in places_seen("people_person")
    with acting_as("town", town_of(two_communities[0])):
        assert COUNTY not in places_seen("people_person")


@pytest.mark.parametrize("kind", [kind.value for kind in PostKind])
@pytest.mark.parametrize("table", [table for table in PERSONAL if len(LAW.personal[table]) == 1])
def test_a_post_sees_a_table_exactly_when_the_matrix_gives_it_the_domain(kind, table, acting_as):
    with acting_as(kind):
        assert (rows_of(table) > 0) == (LAW.personal[table] in LAW.posts[kind])


@pytest.mark.parametrize("kind", [kind.value for kind in PostKind])
@pytest.mark.parametrize("table", [table for table in PERSONAL if LAW.personal[table].startswith("row")])
def test_where_each_row_names_its_domain_a_post_sees_its_own_domains_only(kind, table, acting_as):
    with acting_as(kind), connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT domain FROM {table}")
        assert {row[0] for row in cursor.fetchall()} <= set(LAW.posts[kind])


@pytest.mark.parametrize("kind", ["admin", "security", "auditor"])
def test_the_three_administrators_see_nobody_at_all(kind, acting_as):
    with acting_as(kind):
        assert [table for table in PERSONAL if rows_of(table)] == []


def test_a_worker_cannot_write_into_the_next_community(acting_as, two_communities):
    here, there = two_communities
    move = "UPDATE people_identity SET territory = %s WHERE territory = %s"
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        acting_as("worker", here),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(move, [there, here])


def test_a_context_inside_a_context_gives_the_former_back(acting_as, two_communities):
    here, there = two_communities
    with acting_as("worker", here):
        with acting_as("worker", there):
            assert places_seen(PLACED) == {there}
        assert places_seen(PLACED) == {here}
