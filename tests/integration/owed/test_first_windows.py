"""A county's first windows are stored without their indexes; afterwards all of them are there, or nothing is."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tests.databases import SmallCounty, logged_in_as, owner_here
from tongdeng.audit.types import command
from tongdeng.insight import actions as insight
from tongdeng.owed import store
from tongdeng.people import resting

INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'owed%'"


def indexes() -> dict[str, str]:
    with owner_here() as owner:
        return dict(owner.execute(INDEXES).fetchall())


def is_filled() -> bool:
    with owner_here() as owner:
        return bool(owner.execute("SELECT pg_relation_size('owed_window') > 0").fetchone()[0])


def determine(county: SmallCounty) -> None:
    with logged_in_as("job"):
        insight.refresh_everyone(as_of=county.as_of, by=command("determine"))


@pytest.fixture
def awake(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many indexes were woken each time, where few people are many."""
    monkeypatch.setattr(store, "MANY", 0)
    woken: list[int] = []
    wake = resting.wake
    monkeypatch.setattr(resting, "wake", lambda: woken.append(wake()) or woken[-1])
    return woken


def test_whoever_forgets_to_wake_them_stores_nothing(
    small_county: SmallCounty, awake: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = indexes()
    with monkeypatch.context() as forgetting:
        forgetting.setattr(resting, "wake", lambda: 0)
        with pytest.raises(DatabaseError, match="resting"):
            determine(small_county)
    assert indexes() == before
    assert not is_filled()


def test_they_rest_once_and_are_there_afterwards(small_county: SmallCounty, awake: list[int]) -> None:
    before = indexes()
    determine(small_county)
    resting_ones = [name for name in before if not name.endswith("_pkey")]
    assert awake == [len(resting_ones)]
    assert indexes() == before
    assert is_filled()
    determine(small_county)
    assert awake == [len(resting_ones)]  # beside windows that are there nothing rests


def test_beside_windows_that_are_there_nobody_who_reads_is_kept_out(small_county: SmallCounty) -> None:
    held = "SELECT count(*) FROM pg_locks WHERE relation = 'owed_window'::regclass AND mode = 'AccessExclusiveLock'"
    determine(small_county)
    with logged_in_as("job"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT owed_rest_indexes()")
        assert cursor.fetchone() == (False,)
        cursor.execute(held)
        assert cursor.fetchone() == (0,)


def test_nobody_but_a_job_may_let_them_rest(small_county: SmallCounty) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("SELECT owed_rest_indexes()")
