"""The nightly check: nothing differs but by a fault, a fault is told where it is and mended, and a roll may wait."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from tests.databases import SmallCounty, logged_in_as, owner_here
from tests.posts import EAST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command, job
from tongdeng.delivery.actions import record_delivery
from tongdeng.delivery.types import Entry, Outcome
from tongdeng.insight import actions as insight
from tongdeng.insight import tasks
from tongdeng.intake import actions as intake
from tongdeng.kernel import clock
from tongdeng.owed import actions as owed
from tongdeng.owed import selectors
from tongdeng.owed.models import Reconciliation, Window
from tongdeng.work import actions as work

pytestmark = pytest.mark.usefixtures("determined_county")
STANDING = "SELECT person_id, territory, service, opens_on, due_on, closes_on, outcome, outcome_on, record_id, status"


def check() -> Reconciliation:
    """Run the check as the nightly job does."""
    with logged_in_as("job"):
        found = owed.reconcile_everyone(by=job("determine"))
    assert found is not None
    return found


def stored() -> list[tuple[Any, ...]]:
    """Return every window as it stands."""
    with owner_here() as owner, without_force(owner):
        return sorted(owner.execute(f"{STANDING} FROM owed_window").fetchall(), key=repr)


@contextmanager
def without_force(owner: Any) -> Iterator[None]:
    """Let the owner see and write the windows: what only a fault or a burglar could do."""
    owner.execute("ALTER TABLE owed_window NO FORCE ROW LEVEL SECURITY")
    try:
        yield
    finally:
        owner.execute("ALTER TABLE owed_window FORCE ROW LEVEL SECURITY")


def tamper(statement: str) -> int:
    """Change a window behind everybody's back."""
    with owner_here() as owner, without_force(owner):
        return owner.execute(statement).rowcount


@pytest.fixture
def quiet() -> None:
    """No job is ahead, and nothing was said within the last minutes."""
    with owner_here() as owner:
        owner.execute("DELETE FROM procrastinate_jobs")


def test_nothing_differs_when_nobody_has_touched_anything(quiet: None) -> None:
    before = stored()
    found = check()
    assert (found.state, found.differing, found.waiting, found.cells) == ("same", 0, 0, [])
    assert found.windows == len(before) > 500
    assert stored() == before


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (
            "UPDATE owed_window SET status = 'served', outcome = 'served', outcome_on = opens_on WHERE id = {}",
            "differs",
        ),
        ("UPDATE owed_window SET due_on = due_on + 1 WHERE id = {}", "differs"),
        ("UPDATE owed_window SET territory = '990101002001' WHERE id = {}", "differs"),
        ("UPDATE owed_window SET opens_on = opens_on - 400 WHERE id = {}", "both"),
        ("DELETE FROM owed_window WHERE id = {}", "missing"),
    ],
)
def test_a_window_changed_by_hand_is_told_where_and_mended(quiet: None, statement: str, kind: str) -> None:
    before = stored()
    with logged_in_as("job"), acting(job("determine")):
        window = Window.objects.filter(territory=EAST, status="owed").order_by("id").first()
    assert window is not None
    # What was said of the person lies days back, or the difference would wait for its job.
    assert tamper(statement.format(window.pk)) == 1
    age_everything()
    found = check()
    kinds = ["extra", "missing"] if kind == "both" else [kind]
    assert found.state == "differs"
    assert found.cells == [
        {"service": window.service, "community": EAST, "kind": one, "windows": 1} for one in kinds
    ]  # fmt: skip
    assert stored() == before
    assert check().state == "same"


def age_everything() -> None:
    """Let all links be as old as they would be at night."""
    with owner_here() as owner:
        owner.execute("ALTER TABLE people_link NO FORCE ROW LEVEL SECURITY")
        owner.execute("UPDATE people_link SET recorded_at = recorded_at - interval '1 day'")
        owner.execute("ALTER TABLE people_link FORCE ROW LEVEL SECURITY")


def test_a_place_whose_job_is_still_ahead_waits_and_is_mended_all_the_same(quiet: None) -> None:
    before = stored()
    age_everything()
    assert tamper(f"DELETE FROM owed_window WHERE id = (SELECT min(id) FROM owed_window WHERE territory = '{EAST}')")
    with logged_in_as("job"), acting(job("determine")):
        work.ask_for_job("tongdeng.insight.tasks.refresh_place", lock=f"place-{EAST}", community=EAST)
    found = check()
    assert (found.state, found.differing, found.waiting) == ("same", 0, 1)
    assert stored() == before


def test_windows_of_somebody_nobody_determines_any_more_are_told_and_go(quiet: None) -> None:
    before = stored()
    assert tamper(
        "INSERT INTO owed_window (person_id, territory, domain, service, opens_on, due_on, status, is_offered)"
        f" SELECT 12345670, '{EAST}', 'B', 'PSB-01', '2026-01-01', '2026-02-01', 'owed', false"
    )
    found = check()
    assert found.cells == [{"service": "PSB-01", "community": EAST, "kind": "extra", "windows": 1}]
    assert stored() == before


def test_a_roll_taken_in_and_not_yet_determined_is_no_fault(
    quiet: None, determined_county: SmallCounty, job_login: Callable[..., Any]
) -> None:
    content = "姓名,户籍区划,社区代码,现居住地址,流入日期\n夜间新,990303,990101001001,新华路1号,2025-03-01\n".encode()
    with job_login() as by:
        batch = intake.receive_roll(source="police", path=content, as_at=determined_county.as_of, by=by, name="r.csv")
        intake.import_roll(batch_id=batch, path=content, by=by)
    age_everything()
    found = check()
    assert (found.state, found.differing, found.windows) == ("waits", 0, 0)
    with logged_in_as("job"):
        insight.refresh_everyone(as_of=determined_county.as_of, by=command("determine"))
    assert check().state == "same"


def test_a_change_that_nobody_determined_is_found_the_next_night(quiet: None, job_login: Callable[..., Any]) -> None:
    # The negative control of all that asks for a determination: were one forgotten, this is what the office reads.
    with job_login() as by, acting(by):
        window = Window.objects.filter(territory=EAST, status="owed").order_by("-id").first()
    assert window is not None

    with acting(staffed("clerk")) as by:
        record_delivery(
            entry=Entry(window.person_id, EAST, window.service, clock.today(), Outcome.SERVED, "上门"), by=by
        )
    with owner_here() as owner:
        owner.execute("DELETE FROM procrastinate_jobs")  # the job is lost
    assert (check().state, Reconciliation.objects.latest("id").waiting) == ("same", 1)  # it may still be on its way
    tamper(f"UPDATE owed_window SET outcome = NULL, outcome_on = NULL, record_id = NULL, closes_on = NULL,"
           f" status = 'owed' WHERE person_id = {window.person_id} AND service = '{window.service}'"
           f" AND opens_on = '{window.opens_on}'")  # fmt: skip
    age_everything()
    found = check()
    assert found.state == "differs"
    assert {cell["service"] for cell in found.cells} == {window.service}


def test_the_night_begins_with_the_check_and_the_office_reads_what_came_of_it(
    quiet: None, monkeypatch: pytest.MonkeyPatch, determined_county: SmallCounty
) -> None:
    monkeypatch.setenv("TONGDENG_TODAY", str(determined_county.as_of + timedelta(days=1)))
    age_everything()
    tamper(f"DELETE FROM owed_window WHERE id = (SELECT min(id) FROM owed_window WHERE territory = '{EAST}')")
    with logged_in_as("job"):
        tasks.nightly(timestamp=0)
    last = selectors.last_check()
    assert last is not None
    assert (last.state, last.day, last.differing) == ("differs", determined_county.as_of, 1)
    assert last.by_community == [(EAST, 1)]
    assert "夜间核对" in signed_in("office").get("/").content.decode()
    with owner_here() as owner:
        codes = owner.execute("SELECT detail FROM audit_entry WHERE code = 'owed.everyone.reconciled' ORDER BY id DESC")
        assert codes.fetchone()[0]["differing"] == 1
    age_everything()
    with logged_in_as("job"):
        tasks.nightly(timestamp=0)
    last = selectors.last_check()
    assert last is not None
    assert (last.state, last.day) == ("same", determined_county.as_of + timedelta(days=1))
    assert isinstance(last.day, date)
