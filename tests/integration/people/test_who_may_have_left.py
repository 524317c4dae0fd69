"""Who may have left: page by page, along an index under row security, however large the county is."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection, transaction

from tests.databases import logged_in_as
from tests.posts import COUNTY, EAST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import job
from tongdeng.kernel import clock, ids
from tongdeng.people import absence

MANY, PAGE = 20_000, 50
LONG_AGO = "2024-01-02"
READ = re.compile(r"on people_stay \(actual rows=([\d.]+) loops=1\)")
FIRST = "(SELECT * FROM people_stay WHERE rank = 1 AND source = 'police' ORDER BY person_id LIMIT 1)"
PLACES = "(SELECT code, row_number() OVER (ORDER BY code) - 1 AS i FROM org_division WHERE level = 'community')"

pytestmark = pytest.mark.usefixtures("small_county")


def _like(cursor: Any, table: str, row: str, own: dict[str, str]) -> None:
    """Copy a row for many people who do not exist otherwise, of every community."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s", [table]
    )
    columns = [name for (name,) in cursor.fetchall()]
    values = ", ".join(own.get(name) or f"s.{name}" for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {row} s, generate_series(1, {MANY}) AS n"
        f" JOIN {PLACES} c ON c.i = n %% 210",
        [],
    )


@pytest.fixture
def crowded() -> Iterator[Any]:
    """Fill every community within a transaction; nobody there was stated for two years."""
    with logged_in_as("job"), acting(job("intake")), connection.cursor() as cursor:
        own = {"person_id": "9000000000 + n", "record_id": "9000000000 + n", "territory": "c.code"}
        stay = {"community": "c.code", "as_at": f"date '{LONG_AGO}'", "ends_on": "NULL", "address": "'新华路' || n"}
        _like(cursor, "people_stay", FIRST, own | stay)
        identity = "(SELECT * FROM people_identity ORDER BY person_id LIMIT 1)"
        _like(cursor, "people_identity", identity, own | {"id_index": "NULL", "phone_index": "NULL"})
        cursor.execute("ANALYZE people_stay, people_identity")
        yield cursor
        transaction.set_rollback(True)


def plan(cursor: Any, *, after: absence.Cursor | None = None, is_in_order: bool = True) -> str:
    sql, values = absence.statement(COUNTY, clock.today(), size=PAGE, after=after)
    with acting(staffed("office")), absence.in_order() if is_in_order else nullcontext():
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) {sql}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def read(plan: str) -> float:
    """Return how many stays were read to make the page."""
    return float(READ.findall(plan)[0])


@pytest.mark.parametrize("after", [None, absence.Cursor("990101105205", 9000000500)])
def test_a_page_of_the_county_reads_a_few_communities_by_the_index(crowded, after):
    found = plan(crowded, after=after)
    assert "Index Scan using people_stay_police on people_stay" in found, found
    assert "Index Cond: ((community >= " in found
    assert "InitPlan" in found  # row security took part
    assert "Seq Scan on people_stay" not in found
    assert read(found) < MANY / 50


def test_left_to_itself_the_planner_would_read_and_sort_the_county(crowded):
    # Guards the test above.
    found = plan(crowded, is_in_order=False)
    assert read(found) >= MANY / 2, found


@pytest.fixture
def unseen(small_county: Any) -> None:
    """Let no roll of the last two years have named anybody."""
    with logged_in_as("job"), acting(job("intake")), connection.cursor() as cursor:
        cursor.execute("UPDATE people_stay SET as_at = %s WHERE rank = 1 AND source = 'police'", [LONG_AGO])


def test_pages_follow_one_another_without_a_gap_or_a_repeat(unseen):
    with acting(staffed("office")):
        every, following = absence.likely_absent(COUNTY, clock.today(), size=1000)
        assert following is None
        seen, after = [], None
        while True:
            found, after = absence.likely_absent(COUNTY, clock.today(), size=7, after=after)
            seen += found
            if after is None:
                break
            assert absence.Cursor.read(str(after)) == after
    assert len(every) > PAGE
    assert seen == every
    assert seen == sorted(seen, key=lambda one: one.community)
    assert len({(one.person_id, one.community) for one in seen}) == len(seen)


def test_where_the_last_one_has_gone_the_next_page_begins_with_the_community(unseen):
    with acting(staffed("office")):
        every, _ = absence.likely_absent(COUNTY, clock.today(), size=1000)
        place = every[20].community
        gone = absence.Cursor(place, ids.new_person_id())
        found, _ = absence.likely_absent(COUNTY, clock.today(), size=5, after=gone)
    assert found == [one for one in every if one.community >= place][:5]


@pytest.mark.parametrize("text", ["", "x", "990101001001", "990101001001.x", "99010100100.P-0018-4427-6", "'.1"])
def test_what_is_no_cursor_opens_the_first_page(text):
    assert absence.Cursor.read(text) is None


def test_the_page_leads_on_and_names_no_address_on_the_way(unseen):
    office = signed_in("office")
    first = office.get("/departures/").content.decode()
    (url,) = re.findall(r'href="(/departures/\?after=[^"]+)" rel="next"', first)
    assert re.fullmatch(r"/departures/\?after=\d{12}\.P-\d{4}-\d{4}-\d", url)
    second = office.get(url).content.decode()
    refs = [set(re.findall(r'id="left_on-([^"]+)"', page)) for page in (first, second)]
    assert len(refs[0]) == PAGE
    assert refs[1]
    assert refs[0] & refs[1] == set()
    assert "回到第一页" in second
    alone = signed_in("worker", EAST).get("/departures/").content.decode()
    assert 'rel="next"' not in alone
    assert re.search(r"\d+ 人", alone)
