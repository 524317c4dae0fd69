"""A county with at least one row in every personal table, and a look at a table as one login sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from tests.databases import SmallCounty, owner_here
from tests.posts import COUNTY, EAST, WEST, staffed
from tongdeng.access import matrix
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.delivery import actions as delivery
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import submissions
from tongdeng.intake.types import Doubt
from tongdeng.work import actions as work

LAW = matrix.read(settings.TONGDENG_LAW / "access.toml")
PERSONAL = sorted(LAW.personal)


@pytest.fixture(scope="module")
def full_county(determined_county: SmallCounty, job_login: Callable[..., object]) -> SmallCounty:
    """The determined county, and beside it a row given back and a doubt for a clerk."""
    head, first, *_ = (determined_county.folder / "police.csv").read_text(encoding="utf-8").splitlines()
    bad = determined_county.folder / "without-names.csv"
    bad.write_text(f"{head}\n{',' + first.partition(',')[2]}\n", encoding="utf-8")
    with job_login("intake") as by:
        batch = intake.receive_roll(source="police", path=bad, as_at=determined_county.as_of, by=by)
        assert intake.import_roll(batch_id=batch, path=bad, by=by)["rejected"] == 1
    with job_login("intake") as by, acting(by):
        send_by_link(by)
    register_at_the_door(determined_county)
    with acting(staffed("office")) as by:
        day = determined_county.as_of
        delivery.draw_callbacks(place=COUNTY, first_on=day.replace(month=1, day=1), last_on=day, size=5, by=by)
    return determined_county


def register_at_the_door(county: SmallCounty) -> None:
    """Register somebody new, and somebody known in another community, who is asked about there."""
    head, *rows = (county.folder / "police.csv").read_text(encoding="utf-8").splitlines()
    columns = head.lstrip("\ufeff").split(",")
    place, number = columns.index("社区代码"), columns.index("公民身份号码")
    known = next(row.split(",")[number] for row in rows if row.split(",")[place] == WEST and row.split(",")[number])
    home = {"community_code": EAST, "address": "新华路8号", "arrived_on": county.as_of.isoformat()}
    new = {"name": "郑新", "born_on": "1990-05-20", "sex": "female", "hukou_code": "990303", "relation": "self"}
    with acting(staffed("worker", EAST)) as by:
        intake.register_household(home=home, members=[new, {"id_number": known}], token="full-county", by=by)


def send_by_link(by: Actor) -> None:
    """Send a list of which no row could be taken, by a link made for it."""
    wanted = intake.NewLink("tenants", "和平物业", COUNTY, days=1, uses=1)
    link, _ = intake.make_link(wanted=wanted, by=by)
    intake.keep_submission(link_id=link, judged=submissions.Judged(1, ((1, ("required.missing",)),), b""), by=by)


@pytest.fixture(scope="module")
def open_doubt(full_county: SmallCounty, as_job: Callable[..., object]) -> None:
    """A task for a clerk about somebody, a doubt, and somebody who was parted in two."""
    with as_job("intake") as by, connection.cursor() as cursor:
        cursor.execute("SELECT person_id, min(record_id) FROM people_link GROUP BY 1 HAVING count(*) > 1 LIMIT 1")
        person, record = cursor.fetchone()
        work.open_tasks(kind="people.review", items=[(person, record, COUNTY)], due_in_days=30, by=by)
        intake.open_doubts(doubts=[Doubt(person, person, record, "sample", {})], by=by)
        # The note of a split: the record becomes a person of its own.
        intake.part_records(person_id=person, records=[record], by=by)


def rows_of(table: str) -> int:
    """Return how many rows of a table the default connection sees now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def places_seen(table: str) -> set[str]:
    """Return the territories of the rows of a table that the default connection sees now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT territory FROM {table}")
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def without_guard() -> Callable[[str], object]:
    """Switch row security of a table off, as its owner may: the negative control of every test beside it."""

    @contextmanager
    def enter(table: str) -> Iterator[None]:
        with owner_here() as owner:
            owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            try:
                yield
            finally:
                owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")

    return enter
