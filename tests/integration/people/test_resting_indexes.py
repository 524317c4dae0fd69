"""While a first roll goes in the indexes of the register rest; whatever happens, afterwards they are all there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tests.databases import AS_OF, EMPTY, copy, logged_in_as, owner_here, point_at
from tongdeng.intake import actions as intake
from tongdeng.people import resting
from tongdeng.people.actions import staged
from tongdeng.synth.files import write_county

INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'people%'"


@pytest.fixture(scope="module")
def roll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    write_county(people=60, seed=3, out=folder, as_of=AS_OF, noise=1)
    return folder / "police.csv"


@pytest.fixture
def rested(database: str, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return what each request to rest was answered, on an empty register where few persons are many."""
    point_at(settings.TEST_DATABASE)
    copy(EMPTY, settings.TEST_DATABASE)
    monkeypatch.setattr(resting, "MANY", 0)
    answers: list[bool] = []
    rest = resting.rest
    monkeypatch.setattr(resting, "rest", lambda persons: answers.append(rest(persons)) or answers[-1])
    return answers


def indexes() -> dict[str, str]:
    with owner_here() as owner:
        return dict(owner.execute(INDEXES).fetchall())


def size(table: str) -> int:
    """Return how many bytes a table has, whoever may see its rows."""
    with owner_here() as owner:
        return int(owner.execute("SELECT pg_relation_size(%s)", [table]).fetchone()[0])


def try_it(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def take_in(path: Path, by: Any) -> dict[str, int]:
    batch = intake.receive_roll(source="police", path=path, as_at=AS_OF, by=by)
    return intake.import_roll(batch_id=batch, path=path, by=by)


@contextmanager
def reading(table: str) -> Iterator[None]:
    """Hold a table as a page does that reads it."""
    with psycopg.connect(settings.LOGINS.of("app")) as reader:
        reader.execute(f"SELECT count(*) FROM {table}")
        yield


def test_a_first_roll_leaves_every_index_as_it_was(roll: Path, rested: list[bool], job_login: Callable[..., Any]):
    before = indexes()
    with job_login() as by:
        assert take_in(roll, by)["new_people"] > 50
    assert rested == [True]
    assert indexes() == before


def test_indexes_do_rest_meanwhile(rested: list[bool], job_login: Callable[..., Any]):
    # Guards the test above: had nothing rested, it would prove nothing.
    before = indexes()
    with job_login(), transaction.atomic():
        assert resting.rest(100)
        with connection.cursor() as cursor:
            cursor.execute(INDEXES)
            meanwhile = dict(cursor.fetchall())
        assert len(before) - len(meanwhile) == resting.wake() > 15


def test_a_roll_that_fails_leaves_every_index_and_nobody(
    roll: Path, rested: list[bool], job_login: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    before = indexes()
    monkeypatch.setattr(staged.caches, "write_spells", fail)
    with job_login() as by, pytest.raises(RuntimeError, match="killed"):
        take_in(roll, by)
    assert rested == [True]
    assert indexes() == before
    assert size("people_person") == size("people_record") == 0


def test_whoever_forgets_to_wake_them_cannot_commit(rested: list[bool], job_login: Callable[..., Any]):
    before = indexes()
    with job_login(), pytest.raises(DatabaseError, match="must be called before the end"), transaction.atomic():
        assert resting.rest(100)
    assert indexes() == before


def test_beside_a_reader_a_roll_is_stored_the_usual_way(roll: Path, rested: list[bool], job_login: Callable[..., Any]):
    with job_login() as by, reading("people_key"):
        assert take_in(roll, by)["new_people"] > 50
    assert rested == [False]


def test_beside_a_larger_register_nothing_rests(roll: Path, rested: list[bool], job_login: Callable[..., Any]):
    with job_login() as by:
        take_in(roll, by)
        with transaction.atomic():
            assert not resting.rest(10)


def test_the_web_may_not_let_them_rest(rested: list[bool]):
    for statement in ("SELECT people_rest_indexes(1000000)", "SELECT people_wake_indexes()"):
        with logged_in_as("app"), pytest.raises(ProgrammingError, match="permission denied"):
            try_it(statement)


@pytest.mark.parametrize("role", ["app", "job"])
def test_nobody_may_write_down_what_will_be_made_anew(rested: list[bool], role: str):
    with logged_in_as(role), pytest.raises(ProgrammingError, match="permission denied"):
        try_it("INSERT INTO people_resting_index (awake) VALUES ('ALTER ROLE tongdeng_job SUPERUSER')")
