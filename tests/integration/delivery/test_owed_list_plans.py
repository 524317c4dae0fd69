"""The owed list under row security: what the planner may ask an index, so that a place of thousands has a page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.databases import owner_here
from tests.posts import EAST, WEST, staffed
from tongdeng.access.selectors import acting
from tongdeng.kernel import clock
from tongdeng.org.types import territory_of
from tongdeng.owed import lists, selectors
from tongdeng.owed.models import Window

QUERIES = {
    "lines": lambda: lists.lines(lists.Wanted(EAST, clock.today())),
    "counts": lambda: lists.counts(EAST, clock.today()),
    "listed": lambda: lists.listed(lists.Wanted(EAST, clock.today())),
}
AT_ONCE = " AS ids OFFSET 0)"  # of lists.sql: the ids of a person, a value of their own


@pytest.fixture
def plan(determined_county: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Explain one of the list's queries as a worker's login asks it, in a county too small to need its indexes."""

    def explained(name: str) -> str:
        found: list[str] = []

        def explain(query: str, values: Any) -> list[Any]:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN (COSTS OFF) {query}", values)
                found.extend(row[0].strip() for row in cursor.fetchall())
            return []

        monkeypatch.setattr(lists, "_fetch", explain)
        with acting(staffed("worker", EAST)):
            QUERIES[name]()
        return "\n".join(found)

    return explained


def of_a_person(plan: str) -> list[str]:
    """Return the conditions by which deliveries of one window's person are found."""
    return [line for line in plan.split("\n") if line.startswith("Index Cond: ((person_id = ANY (((w.person_id ||")]


@pytest.mark.parametrize("name", QUERIES)
def test_the_list_is_found_by_place_and_each_delivery_by_its_person(plan, name):
    found = plan(name)
    for index in ("owed_window_open", "owed_window_served", "owed_window_declined"):
        assert f"Scan on {index}" in found
    assert len(of_a_person(found)) >= 1
    assert "Seq Scan" not in found


@pytest.mark.parametrize("name", QUERIES)
def test_ids_joined_within_the_condition_would_bar_the_index(plan, name, monkeypatch):
    # Guards the test above: this is how the list read every delivery of a place for each of its windows.
    assert AT_ONCE in lists.ITEMS
    monkeypatch.setattr(lists, "ITEMS", lists.ITEMS.replace(AT_ONCE, " AS ids)"))
    assert of_a_person(plan(name)) == []


def test_open_windows_are_counted_by_the_index_up_to_a_number_and_within_the_readers_rights(determined_county: Any):
    with owner_here() as owner:
        body = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'owed_count_open'").fetchone()[0]
    lo, hi = territory_of(EAST)
    with acting(staffed("worker", EAST)), connection.cursor() as cursor:
        every = selectors.count_owed(EAST, 10_000)
        assert every == Window.objects.filter(status="owed", territory=EAST).count() > 2
        assert selectors.count_owed(EAST, 2) == 2
        cursor.execute("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off")
        asked = body.replace("p_lo", "%s::text").replace("p_hi", "%s::text").replace("p_most", "5")
        cursor.execute(f"EXPLAIN (COSTS OFF) {asked}", [lo, hi])
        assert any("Index Scan using owed_window_open" in row[0] for row in cursor.fetchall())
    with acting(staffed("worker", WEST)):
        assert selectors.count_owed(EAST, 10_000) == 0
