"""The page of a running import: speed and time left when they can be known, and no invented ones before."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.test import Client

from tests.databases import AS_OF, owner_here
from tests.posts import signed_in
from tongdeng.intake import locks
from tongdeng.kernel import clock
from tongdeng.people.exports import Batch

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def running(seconds: int, done: int, total: int | None) -> Iterator[str]:
    """Give the address of an import that holds its lock, has run for some seconds and come so far."""
    batch = Batch.objects.create(
        source="police", file_name="a.csv", file_digest=bytes([seconds]) * 32, as_at=AS_OF, state="running",
        rows_done=done, rows_total=total, received_at=clock.now() - timedelta(hours=2),
        begun_at=clock.now() - timedelta(seconds=seconds),
    )  # fmt: skip
    with owner_here() as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [locks.file_key(batch.file_digest)])
        yield f"/rolls/{batch.pk}/progress"


@pytest.fixture(scope="module")
def office(database: str) -> Client:
    """The leading group's office, which may send any roll."""
    return signed_in("office")


def page(office: Client, address: str, lang: str = "zh-hans") -> str:
    """Return what a reader of this language gets."""
    office.cookies["django_language"] = lang
    return str(office.get(address).content.decode())


@pytest.mark.parametrize(
    ("lang", "rows", "said"),
    [
        ("zh-hans", "已查 300,000 / 1,000,000 行", r"每秒约 1[0-5],\d{3} 行，约剩 [23] 分钟"),
        ("en", "300,000 of 1,000,000 rows checked", r"about 1[0-5],\d{3} rows a second, about [23] minutes left"),
    ],
)
def test_speed_and_time_left_stand_beside_the_rows(office: Client, lang: str, rows: str, said: str) -> None:
    with running(20, 300_000, 1_000_000) as address:
        html = page(office, address, lang)
    assert rows in html
    assert re.search(said, html)


@pytest.mark.parametrize(("seconds", "done", "total"), [(30, 0, None), (90, 5_000, 5_000)])
def test_nothing_is_said_of_speed_while_it_cannot_be_known(
    office: Client, seconds: int, done: int, total: int | None
) -> None:
    with running(seconds, done, total) as address:
        html = page(office, address)
    assert "每秒" not in html
    assert "约剩" not in html


def test_a_workbook_whose_rows_nobody_has_counted_has_a_speed_and_no_end(office: Client) -> None:
    with running(11, 6_000, None) as address:
        html = page(office, address)
    assert "已查 6,000 行" in html
    assert "每秒约" in html
    assert "约剩" not in html
    assert "已全部查完" not in html


@pytest.mark.parametrize("beside", ["/progress", "/"])
def test_it_is_shown_while_the_import_has_the_register_to_itself(office: Client, beside: str) -> None:
    # As long as the indexes of an almost empty register rest, nobody else reads it: the page of the import must not.
    with running(20, 300_000, 1_000_000) as address, owner_here() as owner, owner.transaction(force_rollback=True):
        owner.execute("SELECT people_rest_indexes(1000000)")
        with pytest.raises(OperationalError, match="statement timeout"), hurried() as cursor:
            cursor.execute("SELECT count(*) FROM people_person")  # guards the line below: it is held
        with hurried():
            assert "300,000" in page(office, address.replace("/progress", beside))


@contextmanager
def hurried() -> Iterator[CursorWrapper]:
    """Give up what is not answered within a second."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '1s'")
        try:
            yield cursor
        finally:
            cursor.execute("RESET statement_timeout")
