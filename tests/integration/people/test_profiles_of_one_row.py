"""An import writes profiles by short ways where it can; they are the profiles that `rebuild` would write."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.databases import AS_OF, EMPTY, copy, point_at
from tests.integration.intake.watching import everything
from tongdeng.access.selectors import acting
from tongdeng.intake import actions as intake
from tongdeng.kernel import clock
from tongdeng.people import actions as people
from tongdeng.people import adding, resting
from tongdeng.synth.files import write_county

# Written anew each time: no cipher says the same twice. Numbers and phones are compared by their blind keys.
NEW = ("id", "id_sealed", "claimed_sealed", "phone_sealed")
ONE_RECORD = (
    "SELECT count(*) FROM (SELECT 1 FROM people_link WHERE superseded_at IS NULL GROUP BY person_id"
    " HAVING count(*) = 1) AS alone"
)
MANY_ROWS_EACH = ("deliveries", "immunisation")  # there the short way is never taken, and it must not be
# What a foreign key would forbid, were there one: bulk tables have none, because a trigger a row costs an import dear.
ORPHANS = {
    "links without their record": "people_link l LEFT JOIN people_record r ON r.id = l.record_id WHERE r.id IS NULL",
    "links without their person": "people_link l LEFT JOIN people_person p ON p.id = l.person_id WHERE p.id IS NULL",
    "sightings without their record": (
        "people_sighting s LEFT JOIN people_record r ON r.id = s.record_id WHERE r.id IS NULL"
    ),
    "sightings without their batch": (
        "people_sighting s LEFT JOIN people_batch b ON b.id = s.batch_id WHERE b.id IS NULL"
    ),
    "records that nobody ever saw": (
        "people_record r LEFT JOIN people_sighting s ON s.record_id = r.id WHERE s.record_id IS NULL"
    ),
    "profiles without their person": (
        "people_identity i LEFT JOIN people_person p ON p.id = i.person_id WHERE p.id IS NULL"
    ),
}


@pytest.fixture(scope="module")
def rolls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a county whose clerks make many mistakes."""
    folder = tmp_path_factory.mktemp("county")
    write_county(people=300, seed=5, out=folder, as_of=AS_OF, noise=2)
    return folder


def _counted(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def _permits() -> list[tuple[int, date]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, issued_on FROM people_permit")
        return sorted(cursor.fetchall())


def _everyone() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person")
        return [person for (person,) in cursor.fetchall()]


def _take_in(source: str, folder: Path, by: Any) -> None:
    path = folder / f"{source}.csv"
    batch = intake.receive_roll(source=source, path=path, as_at=AS_OF, by=by)
    intake.import_roll(batch_id=batch, path=path, by=by)


def _changed_by_rebuilding(by: Any) -> set[str]:
    before = everything(by, blind=NEW)
    with acting(by):
        permits = _permits()
        people.rebuild(persons=_everyone(), on=clock.today(), by=by)
        assert _permits() == permits
    after = everything(by, blind=NEW)
    return {table for table in before if before[table] != after[table]}


@pytest.mark.parametrize("source", ["police", "hrss", "education", "housing", "deliveries", "immunisation"])
@pytest.mark.parametrize("least", [resting.MANY, 0], ids=["by the indexes", "indexes resting"])
def test_rebuilding_everybody_changes_nothing(
    source: str, least: int, rolls: Path, database: str, job_login: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(settings.TEST_DATABASE)
    copy(EMPTY, settings.TEST_DATABASE)
    monkeypatch.setattr(resting, "MANY", least)
    with job_login() as by:
        _take_in(source, rolls, by)
        with acting(by):
            assert _counted(ONE_RECORD) > 10 or source in MANY_ROWS_EACH
        assert _changed_by_rebuilding(by) == set()


# Rolls that only add to persons who are known are told by an even shorter way.
@pytest.mark.parametrize("first", ["police", "housing", "education"])
def test_rebuilding_those_whom_deliveries_were_added_to_changes_nothing(
    first: str, rolls: Path, database: str, job_login: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(settings.TEST_DATABASE)
    copy(EMPTY, settings.TEST_DATABASE)
    done: set[int] = set()
    add = adding.add
    monkeypatch.setattr(adding, "add", lambda *given: done.update(found := add(*given)) or found)
    with job_login() as by:
        _take_in(first, rolls, by)
        _take_in("deliveries", rolls, by)
        assert _changed_by_rebuilding(by) == set()
    assert len(done) > 20


@pytest.mark.parametrize("orphans", ORPHANS)
def test_an_import_leaves_no_orphans(orphans: str, small_county: object, job_login: Callable[..., Any]) -> None:
    with job_login() as by, acting(by):
        assert _counted(f"SELECT count(*) FROM {ORPHANS[orphans]}") == 0


def test_an_orphan_would_be_seen(small_county: object, job_login: Callable[..., Any]) -> None:
    with job_login() as by, acting(by):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM people_record WHERE id = (SELECT min(record_id) FROM people_link)")
        assert _counted(f"SELECT count(*) FROM {ORPHANS['links without their record']}") == 1
