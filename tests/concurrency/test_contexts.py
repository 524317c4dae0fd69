"""Two sessions act in two posts at once, on connections that are kept: no context reaches the other or stays behind."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import connection, connections

from tests.posts import COUNTY, staffed
from tongdeng.access import context, session
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor

ROUNDS = 60
PLACED = "SELECT DISTINCT territory FROM people_identity"


def places() -> set[str]:
    """Return where the people live whom this thread's connection sees now."""
    with connection.cursor() as cursor:
        cursor.execute(PLACED)
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture(scope="module")
def two_posts(small_county, as_job) -> list[tuple[str, Actor]]:
    """Two communities in which people live, and a worker of each."""
    with as_job():
        found = sorted(places() - {COUNTY})[:2]
    return [(place, staffed("worker", place)) for place in found]


def race(two_posts: list[tuple[str, Actor]]) -> list[tuple[set[str], set[str]]]:
    """Return, for each turn of both, what was seen beyond the own community, and what after leaving it."""
    together = Barrier(2, timeout=60)

    def work(place: str, by: Actor) -> list[tuple[set[str], set[str]]]:
        seen = []
        try:
            for _ in range(ROUNDS):
                together.wait()
                with acting(by):
                    own = places()
                    together.wait()
                    own |= places()
                assert place in own
                seen.append((own - {place}, places()))
        finally:
            connections.close_all()
        return seen

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(work, place, by) for place, by in two_posts]
        return [turn for job in jobs for turn in job.result()]


def test_no_context_reaches_the_other_session_or_outlives_its_own(two_posts):
    turns = race(two_posts)
    assert len(turns) == 2 * ROUNDS
    assert [turn for turn in turns if turn != (set(), set())] == []


def test_a_context_of_the_session_instead_of_the_transaction_would_stay_behind(two_posts, monkeypatch):
    # Guards the test above: it is the transaction that ends a context, and this is how its absence looks.
    def keep(value: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [context.SETTING, value])

    @contextmanager
    def for_ever(by: Actor) -> Iterator[Actor]:
        keep(session.signed(by))
        yield by

    monkeypatch.setitem(globals(), "acting", for_ever)
    assert any(after for _, after in race(two_posts))
