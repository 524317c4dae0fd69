"""Properties of imports: again changes nothing, back and forth leads home, and no order of rolls decides who is who."""

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from tests.databases import EMPTY, SmallCounty, copy, point_at
from tests.integration.intake.told import csv_of, number, police, pupil, send
from tests.integration.intake.watching import everything
from tongdeng.access.selectors import acting
from tongdeng.intake import actions
from tongdeng.people.exports import Batch

Login = Callable[..., Any]
# A sighting says that a record was seen once more, and quality is measured of each roll as it came; no more is new.
NEWS = ("people_sighting", "intake_quality")
SOURCES = ("police", "hrss", "education", "housing", "deliveries", "residents-return", "immunisation")


@pytest.fixture(scope="module")
def county(small_county: SmallCounty, job_login: Login) -> SmallCounty:
    """The small county with its vaccination roll."""
    send(job_login, "immunisation", (small_county.folder / "immunisation.csv").read_bytes())
    return small_county


def shuffled(path: Path) -> bytes:
    """Return the same rows in another order, with the columns in another order."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    order = random.Random(7).sample(range(len(head)), len(head))
    random.Random(8).shuffle(rows)
    text = io.StringIO()
    csv.writer(text).writerows([[row[at] for at in order] for row in (head, *rows)])
    return text.getvalue().encode()


@pytest.mark.parametrize("source", SOURCES)
def test_importing_the_same_rows_again_changes_no_table(source: str, county: SmallCounty, job_login: Login) -> None:
    with job_login() as by:
        before = everything(by, without=NEWS)
    told = send(job_login, source, shuffled(county.folder / f"{source}.csv"))
    with job_login() as by:
        after = everything(by, without=NEWS)
    assert {table for table in before if before[table] != after[table]} == set()
    assert told.counts["unchanged"] + told.counts["local"] == told.counts["accepted"] > 0


# What is written anew: surrogate numbers, the time of writing, and what a cipher never writes twice alike.
NEW = (
    "id", "id_sealed", "claimed_sealed", "phone_sealed", "landlord_phone_sealed", "sealed",
    "recorded_at", "opened_at",
)  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_a_roll_withdrawn_and_imported_again_leaves_every_table_as_it_was(
    source: str, county: SmallCounty, job_login: Login
) -> None:
    with job_login() as by:
        # A return that was replaced stays as history, beside the one that counts.
        without = (*NEWS, "delivery_return") if source == "residents-return" else NEWS
        before = everything(by, without=NEWS, blind=NEW)
        for batch in Batch.objects.filter(source=source, state="done").order_by("id").values_list("id", flat=True):
            actions.withdraw_batch(batch_id=batch, reason="导错了", by=by)
        assert everything(by, without=NEWS, blind=NEW) != before
    send(job_login, source, (county.folder / f"{source}.csv").read_bytes())
    with job_login() as by:
        after = everything(by, without=without, blind=NEW)
    assert {table for table in after if before[table] != after[table]} == set()


# ---- the order of rolls ----

NAMES = ("任一", "任二", "任三", "任四")
NUMBERS = tuple(number(f"19{70 + at}0{at + 1}1{at}") for at in range(len(NAMES)))
BORN = tuple(f"19{70 + at}-0{at + 1}-1{at}" for at in range(len(NAMES)))


def said_of(person: int, how: str, at: int) -> dict[str, str]:
    """Return what a row says of who somebody is: by number, by name with birth date and sex, or both."""
    given = {"公民身份号码": NUMBERS[person]} if how != "name" else {}
    if how != "number":
        given |= {"出生日期": BORN[person], "性别": "女"}
    return {"姓名": NAMES[person], **given, "现居住地址": f"新华路{at}号"}


def rows_of(source: str, said: list[tuple[int, str]]) -> list[dict[str, str]]:
    rows = []
    for at, (person, how) in enumerate(said):
        known = said_of(person, how, at)
        if source == "police":
            rows.append({**police(""), **known})
        elif source == "hrss":
            rows.append({**known, "单位名称": f"第{at}厂", "就业形式": "单位就业"})
        else:
            child = {
                "学生姓名": known["姓名"],
                "身份证件号": known.get("公民身份号码", ""),
                "性别": known.get("性别", ""),
            }
            rows.append({**pupil(""), **child, "出生日期": BORN[person], "学校": f"第{at}小学"})
    return rows


def who_is_who(login: Login) -> set[frozenset[str]]:
    """Return which records are one person's, by the records' own digests."""
    with login() as by, acting(by), connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(encode(r.digest, 'hex')) FROM people_link l JOIN people_record r ON r.id = l.record_id"
            " WHERE l.superseded_at IS NULL GROUP BY l.person_id"
        )
        return {frozenset(digests) for (digests,) in cursor.fetchall()}


ROLL = st.lists(
    st.tuples(st.integers(0, len(NAMES) - 1), st.sampled_from(["number", "name", "both"])), min_size=1, max_size=5
)
ORDERS = st.permutations(["police", "hrss", "education"])


@budget(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(rolls=st.tuples(ROLL, ROLL, ROLL), orders=st.tuples(ORDERS, ORDERS))
def test_the_order_of_whole_rolls_does_not_decide_who_is_who(database, job_login, rolls, orders) -> None:
    # Every name here is one person's: where namesakes exist, a row without a number is a matter for a clerk.
    contents = dict(zip(("police", "hrss", "education"), rolls, strict=True))
    outcomes = []
    for order in orders:
        point_at(settings.TEST_DATABASE)
        copy(EMPTY, settings.TEST_DATABASE)
        for source in order:
            send(job_login, source, csv_of(rows_of(source, contents[source])))
        outcomes.append(who_is_who(job_login))
    assert outcomes[0] == outcomes[1]
