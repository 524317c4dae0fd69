"""What happens to cases and their people beside the straight way: two steps at once, a law that changed, a merge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.db import connections

from tests.cases import acting_in, begin, look, step
from tests.databases import is_done_first, logged_in_as, owner_here
from tests.packages import INSURANCE, REGISTRATION
from tests.packages import begin as begin_package
from tests.packages import cases_of_package as parts
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, NOTIFY, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import actions
from tongdeng.desk.actions import opening
from tongdeng.desk.errors import CaseRefused
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, Given, Kind
from tongdeng.kernel import clock
from tongdeng.notify import selectors as notify
from tongdeng.notify.exports import contacts, languages
from tongdeng.privacy import actions as proxies
from tongdeng.privacy import selectors as privacy
from tongdeng.rules.model import Term

QUICK = "HRS-01"


@pytest.fixture(scope="module")
def zhao(small_county: Any) -> Resident:
    return residents()[0]


# ---- two steps of one package at once ----


def said_of(joint: int, person: int) -> str:
    """Return all that the person was told of a package."""
    with logged_in_as("job"), acting(job(DESK)):
        found = [one for one in notify.letters_of([person]) if (one.about.kind, one.about.id) == ("desk.joint", joint)]
        return " ".join(languages.worded(one.kind, one.fields, "zh")[1] for one in found)


def beside(work: Callable[[], object]) -> tuple[Thread, Signal]:
    """Begin some work on a connection of its own; the signal says that it is done."""
    done = Signal()

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()
            done.set()

    thread = Thread(target=run)
    thread.start()
    return thread, done


def asked_in_both_while_it_is_told(who: Resident, token: str) -> str:
    """Ask a question in one part, and let it be committed after that of the other part was; say what was told."""
    joint = begin_package(who, REGISTRATION, INSURANCE, token=token).id
    made, under_way, may_end = parts(joint), Signal(), Signal()

    def slowly() -> None:
        with acting_in("clerk") as by:
            seen = Case.objects.get(pk=made[REGISTRATION]).version
            given = Given(words="第一个问题")
            actions.take_step(case_id=made[REGISTRATION], act=Act.INQUIRE, seen=seen, given=given, by=by)
            under_way.set()
            may_end.wait(60)

    first, _ = beside(slowly)
    assert under_way.wait(60)
    step(made[INSURANCE], Act.INQUIRE, Given(words="第二个问题"))
    with logged_in_as("job"):
        telling, done = beside(lambda: actions.tell_news(joint_id=joint, by=job(DESK)))
        is_done_first(done)
        may_end.set()
        first.join(60)
        telling.join(60)
        actions.tell_news(joint_id=joint, by=job(DESK))
    return said_of(joint, who.person_id)


def test_of_two_steps_at_once_the_person_of_a_package_is_told_both(zhao: Resident) -> None:
    told = asked_in_both_while_it_is_told(zhao, "both")
    assert "第二个问题" in told
    assert "第一个问题" in told


def test_without_waiting_for_what_is_under_way_one_would_never_be_told(
    zhao: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Guards the test above: should nothing be lost like this, that one proves nothing.
    monkeypatch.setattr(actions.tending.selectors, "lock_parts", actions.tending.selectors.parts_of)
    told = asked_in_both_while_it_is_told(zhao, "one lost")
    assert "第二个问题" in told
    assert "第一个问题" not in told


# ---- taken up again ----


def ended(who: Resident, kind: Kind = Kind.PROMISED, service: str = "PSB-02") -> int:
    """Return a case that was withdrawn at the window."""
    case = begin(who, service, kind).id
    step(case, Act.SUBMIT)
    step(case, Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    return case


def again(case: int, token: str) -> int:
    with acting_in("clerk") as by:
        seen = Case.objects.get(pk=case).version
        return actions.reopen_case(case_id=case, seen=seen, given=Given(reason="mistake"), token=token, by=by).id


def test_what_was_done_while_one_waited_is_taken_up_though_it_takes_its_time_now(
    zhao: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    same, other = (ended(zhao, Kind.SAME_VISIT, QUICK) for _ in range(2))
    assert look(again(same, "same law")).kind == Kind.SAME_VISIT
    real = opening.version_of
    monkeypatch.setattr(opening, "version_of", lambda service: replace(real(service), promised=Term(5, "working")))
    assert look(again(other, "other law")).kind == Kind.PROMISED


def test_two_cases_taken_up_again_without_a_key_are_not_taken_for_one(zhao: Resident) -> None:
    for case in (ended(zhao), ended(zhao)):
        with pytest.raises(CaseRefused, match=r"desk\.case\.token"):
            again(case, "")
    one, two = ended(zhao), ended(zhao)
    assert again(one, "one") != again(two, "two")


# ---- whoever speaks for somebody, and no longer does ----


def test_a_proxy_speaks_until_the_last_day_and_no_longer(zhao: Resident) -> None:
    agent, today = residents()[1], datetime.now(clock.CHINA).date()  # the database judges a mandate by its own clock
    with acting(Actor(RESIDENT, origin="portal"), person=zhao.person_id) as by:
        me = next(one for one in privacy.own_persons() if one.is_self)
        code = proxies.appoint(
            about=me, granter=zhao.person_id, services=["PSB-02"], until=today + timedelta(days=30), is_staff=False,
            by=by,
        )  # fmt: skip
    assert not speaks(agent, zhao)
    with acting(Actor(RESIDENT, origin="portal"), person=agent.person_id) as by:
        proxies.take_up(code=code, name=agent.name, by=by)
    assert (speaks(agent, zhao), speaks(zhao, agent)) == (True, False)
    for day, still in ((today, True), (today - timedelta(days=1), False)):
        with owner_here() as owner:
            owner.execute(
                "ALTER TABLE privacy_proxy DISABLE TRIGGER USER; ALTER TABLE privacy_proxy NO FORCE ROW LEVEL SECURITY"
            )
            owner.execute("UPDATE privacy_proxy SET until_on = %s", [day])
            owner.execute(
                "ALTER TABLE privacy_proxy ENABLE TRIGGER USER; ALTER TABLE privacy_proxy FORCE ROW LEVEL SECURITY"
            )
        assert speaks(agent, zhao) is still, day


def speaks(one: Resident, other: Resident) -> bool:
    with logged_in_as("job"), acting(job(NOTIFY)):
        return contacts.speaks_for(one.person_id, other.person_id)
