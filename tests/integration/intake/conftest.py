"""Taking small rolls in, and reading what the register made of them."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.db import connection

from tests.integration.intake.test_who_is_who import roll
from tongdeng.access.selectors import acting
from tongdeng.intake import actions as intake

AS_OF = date(2026, 11, 23)
ASKED = "SELECT person_id, other_id, record_id, kind, weights FROM intake_doubt WHERE id > %s ORDER BY id"


class Asked(NamedTuple):
    """A question to a clerk, as it was opened."""

    person_id: int
    other_id: int
    record_id: int | None
    kind: str
    weights: dict[str, Any]


@pytest.fixture
def read(job_login: Callable[..., Any]) -> Callable[..., list[tuple[Any, ...]]]:
    """Ask the database as a job does."""

    def run(query: str, *values: Any) -> list[tuple[Any, ...]]:
        with job_login() as by, acting(by), connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    return run


@pytest.fixture
def asked_after(database: str, job_login: Callable[..., Any], read: Callable[..., Any]) -> Callable[..., list[Asked]]:
    """Take a roll in and return the questions it left to clerks."""

    def run(source: str, *rows: dict[str, str]) -> list[Asked]:
        ((last,),) = read("SELECT coalesce(max(id), 0) FROM intake_doubt")
        with job_login() as by:
            content = roll(*rows)
            batch = intake.receive_roll(source=source, path=content, as_at=AS_OF, by=by, name="roll.csv")
            intake.import_roll(batch_id=batch, path=content, by=by)
        return [Asked(*line) for line in read(ASKED, last)]

    return run


@pytest.fixture
def people(read: Callable[..., Any]) -> Callable[..., list[int]]:
    """Return the persons of these names who have records, oldest first."""

    def run(*names: str) -> list[int]:
        found = read(
            "SELECT person_id FROM people_identity JOIN people_person p ON p.id = person_id WHERE name = ANY(%s)"
            " ORDER BY p.created_at, p.id",
            list(names),
        )
        return [person for (person,) in found]

    return run
