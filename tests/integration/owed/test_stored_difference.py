"""What has not changed is not even read: one number beside a person's rows tells, until a row of theirs is written."""

from typing import Any

import pytest

from tests.databases import SmallCounty, logged_in_as, owner_here
from tests.posts import EAST, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command, job
from tongdeng.delivery.actions import record_delivery
from tongdeng.delivery.types import Entry, Outcome
from tongdeng.insight import actions as insight
from tongdeng.kernel import clock
from tongdeng.owed import actions as owed
from tongdeng.owed.models import Digest, Window

pytestmark = pytest.mark.usefixtures("determined_county")
TABLES = ("owed_window", "owed_digest")


def digests() -> dict[int, tuple[Any, ...]]:
    with logged_in_as("job"), acting(job("determine")):
        return {one.person_id: (one.territory, one.windows, one.unknowns) for one in Digest.objects.all()}


def an_owed_window() -> Window:
    with logged_in_as("job"), acting(job("determine")):
        window = Window.objects.filter(territory=EAST, status="owed").order_by("id").first()
    assert window is not None
    return window


def by_hand(statement: str) -> None:
    """Write as only a burglar or the owner of the database could."""
    with owner_here() as owner:
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        assert owner.execute(statement).rowcount == 1
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def due_on(window: Window) -> Any:
    with logged_in_as("job"), acting(job("determine")):
        return Window.objects.get(person_id=window.person_id, service=window.service, opens_on=window.opens_on).due_on


def test_rows_of_whoever_has_not_changed_are_not_read_and_without_their_number_they_are(
    determined_county: SmallCounty,
) -> None:
    window, before = an_owed_window(), digests()
    by_hand(f"UPDATE owed_window SET due_on = due_on + 1 WHERE id = {window.pk}")
    with logged_in_as("job"):
        insight.refresh_everyone(as_of=determined_county.as_of, by=command("determine"))
    assert due_on(window) != window.due_on  # the nightly check reads every row, and mends it
    assert digests() == before
    by_hand(f"DELETE FROM owed_digest WHERE person_id = {window.person_id}")
    with logged_in_as("job"):
        insight.refresh_everyone(as_of=determined_county.as_of, by=command("determine"))
    assert due_on(window) == window.due_on
    assert digests() == before


def test_the_check_of_the_night_trusts_no_number(determined_county: SmallCounty) -> None:
    window = an_owed_window()
    by_hand(f"UPDATE owed_window SET due_on = due_on + 1 WHERE id = {window.pk}")
    with owner_here() as owner:
        owner.execute("DELETE FROM procrastinate_jobs")
    with logged_in_as("job"):
        owed.reconcile_everyone(by=job("determine"))
    assert due_on(window) == window.due_on


def test_who_was_served_is_written_and_numbered_anew_and_nobody_else(determined_county: SmallCounty) -> None:
    window, before = an_owed_window(), digests()
    with acting(staffed("clerk")) as by:
        record_delivery(
            entry=Entry(window.person_id, EAST, window.service, clock.today(), Outcome.SERVED, "上门"), by=by
        )
    with logged_in_as("job"):
        owed.determine_place(community=EAST, as_of=determined_county.as_of, by=job("determine"))
    after = digests()
    assert {person for person in before if before[person] != after[person]} == {window.person_id}
    with logged_in_as("job"), acting(job("determine")):
        settled = Window.objects.get(person_id=window.person_id, service=window.service, opens_on=window.opens_on)
    assert settled.outcome == "served"


def test_everybody_has_a_number_also_who_is_owed_nothing() -> None:
    with logged_in_as("job"), acting(job("determine")):
        people = set(Window.objects.values_list("person_id", flat=True))
    assert people < set(digests())
    assert any(one[1:] == (0, 0) for one in digests().values())
