"""Clerical review: what is asked, who may answer, what an answer does, and how it is taken back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from tests.databases import SmallCounty
from tests.posts import COUNTY, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.insight.exports import link_quality
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import review
from tongdeng.intake.models import Doubt as Row
from tongdeng.intake.types import Doubt
from tongdeng.kernel import ids
from tongdeng.kernel.errors import UnusableInput
from tongdeng.people import actions as people
from tongdeng.people.exports import merges
from tongdeng.people.types import NewRecord

AS_OF = date(2026, 11, 23)
EAST = "990101001001"
TOWN = "990101001000"
WEIGHTS = {
    "model": "linkage-1", "weight": 9.4, "probability": 0.9985,
    "comparisons": [{"name": "name", "level": "one character off", "weight": 3.1}],
}  # fmt: skip
_serial = iter(range(10_000))


def person(by: Any, *, name: str = "吴海燕", source: str = "police", community: str = EAST, **more: Any) -> int:
    """Make a person of one record, as an import does, and return the id."""
    n = next(_serial)
    values = {"name": name, "born_on": "1992-04-12", "sex": "female", "community_code": community,
              "address": f"新华路{n + 1}号", "arrived_on": "2025-03-01", "hukou_code": "990303", **more}  # fmt: skip
    made = int(ids.new_person_id())
    new = NewRecord(
        source=source, digest=n.to_bytes(32, "big"), values=values, domain="C" if source == "hrss" else "B",
        as_at=AS_OF, row_on=AS_OF, row_number=1, person_id=made, is_new_person=True, method="exact-1",
    )  # fmt: skip
    batch = people.open_entry(source=source, digest=(n + 50_000).to_bytes(32, "big"), by=by)
    people.store_records(batch_id=batch, new=[new], by=by)
    people.rebuild(persons=[made], on=AS_OF, by=by)
    return made


@pytest.fixture(scope="module")
def county(small_county: SmallCounty) -> SmallCounty:
    """Give the county whose people these are."""
    return small_county


@pytest.fixture
def ask(county: SmallCounty, as_job: Callable[..., Any]) -> Callable[..., tuple[int, int, int]]:
    """Open a doubt about two new persons and return its number and theirs."""

    def run(kind: str = "proposal", left: Any = None, right: Any = None) -> tuple[int, int, int]:
        with as_job("intake") as by:
            one, other = person(by, **(left or {})), person(by, name="吴海艳", **(right or {}))
            assert intake.open_doubts(doubts=[Doubt(one, other, None, kind, WEIGHTS)], by=by) == 1
            return Row.objects.get(person_id=one, closed_at=None).pk, one, other

    return run


def reopened(as_job: Callable[..., Any], doubt: int) -> Row:
    """Return a doubt as it stands now."""
    with as_job():
        return Row.objects.get(pk=doubt)


def test_a_doubt_lies_with_the_smallest_place_that_holds_both(ask, as_job):
    assert reopened(as_job, ask()[0]).territory == EAST
    assert reopened(as_job, ask(right={"community": "990101001002"})[0]).territory == TOWN
    assert reopened(as_job, ask(right={"community": "990101002001"})[0]).territory == COUNTY


def test_an_open_pair_is_not_asked_twice_and_a_different_one_only_on_new_evidence(ask, as_job, acting_as):
    doubt, one, other = ask()
    again = [Doubt(other, one, None, "row", WEIGHTS)]
    with as_job() as by:
        assert intake.open_doubts(doubts=again, by=by) == 0
    with acting_as("worker", EAST) as by:
        assert intake.decide(doubt_id=doubt, verdict="different", by=by).outcome == "kept_apart"
    with as_job() as by:
        assert intake.open_doubts(doubts=again, by=by) == 0
        with connection.cursor() as cursor:
            cursor.execute("UPDATE people_identity SET born_on = '1992-04-13' WHERE person_id = %s", [other])
        assert intake.open_doubts(doubts=again, by=by) == 1


def test_one_clerk_merges_two_persons_and_takes_it_back(ask, as_job, acting_as):
    doubt, one, other = ask()
    with acting_as("worker", EAST) as by:
        decided = intake.decide(doubt_id=doubt, verdict="same", by=by)
        assert decided.outcome == "merged"
        assert merges.current(other) == merges.current(one)
    with as_job() as by:
        intake.settle_change(change_id=decided.change.id, by=by)
        assert merges.current(other) == merges.current(one)
    with acting_as("worker", EAST) as by:
        intake.undo_decision(doubt_id=doubt, by=by)
        assert (merges.current(one), merges.current(other)) == (one, other)
        assert doubt in [found.pk for found in review.waiting(review.Queue(EAST), by)]


INSURED = {"source": "hrss", "employer": "示例纺织厂", "started_on": "2024-05-01", "pension_type": "pension_employee"}


def test_what_touches_money_needs_a_second_clerk_who_is_another(ask, as_job, acting_as):
    doubt, one, other = ask(right=INSURED)
    assert reopened(as_job, doubt).needs_two
    with acting_as("town", TOWN) as by:
        ...
