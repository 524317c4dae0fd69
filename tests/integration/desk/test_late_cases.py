"""Cases that are late: the lights they show, the orders that ask why, and the inbox that lists them."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction

from tests.cases import accepted, acting_in, look, nightly, step
from tests.databases import logged_in_as
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK
from tongdeng.audit.types import job
from tongdeng.desk import actions, selectors
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.types import Act, Given, Signal
from tongdeng.kernel import clock


@pytest.fixture(scope="module")
def zhao(small_county) -> Resident:
    return residents()[0]


@pytest.fixture
def on(monkeypatch) -> Callable[[date], None]:
    """Let it be another day; it is a Monday at first."""
    monkeypatch.setenv("TONGDENG_TODAY", "2026-11-23")
    return lambda day: monkeypatch.setenv("TONGDENG_TODAY", day.isoformat())


def test_a_broken_promise_opens_one_order_a_broken_law_another_and_each_is_answered_once(zhao, on):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    shown = []
    for day in (date(2026, 11, 24), date(2026, 12, 4), date(2026, 12, 8), date(2026, 12, 9), date(2026, 12, 9)):
        on(day)
        nightly()
        shown.append(selectors.light_of(look(case), day))
    assert shown == [Signal.GREEN, Signal.AMBER, Signal.YELLOW, Signal.RED, Signal.RED]
    with acting_in("police") as by:
        orders = selectors.supervisions_of(case)
        assert [one.signal for one in orders] == ["amber", "yellow", "red"]
        assert orders[-1].reply_due_on == date(2026, 12, 10)
        with pytest.raises(StepRefused, match=r"desk\.step\.reason"), transaction.atomic():
            actions.reply(order_id=orders[-1].pk, words="外地没有答复，已经催办", by=by)
        told = Given(reason="other_office", words="外地没有按时答复，向您致歉", on=date(2026, 12, 11))
        actions.reply(order_id=orders[-1].pk, words="外地没有答复，已经催办", told=told, by=by)
        with pytest.raises(StepRefused, match=r"desk\.step\.replied"):
            actions.reply(order_id=orders[-1].pk, words="再答", by=by)
        # What the applicant was told for the one order holds for the other.
        actions.reply(order_id=orders[1].pk, words="同上", by=by)
    done = look(case)
    with logged_in_as("job"), acting(job(DESK)):
        assert [one.act for one in selectors.steps_of(done)].count(Act.EXPLAIN) == 1


def test_the_inbox_lists_by_what_is_due_and_by_light(zhao, on):
    step(accepted(zhao), Act.REVIEW, who="police")
    on(date(2026, 12, 9))
    nightly()
    with acting_in("police"):
        cut = selectors.Cut("990101000000", "990102000000", clock.today(), signal=Signal.RED)
        found, counts = list(selectors.ordered(cut)), selectors.counts(cut)
    assert found
    assert {one.red_on <= date(2026, 12, 9) for one in found} == {True}
    assert counts[Signal.RED] == len(found)
