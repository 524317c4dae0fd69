"""What happens to cases and their people beside the straight way: two steps at once, a law that changed, a merge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.db import connections

from tests.cases import accepted, acting_in, begin, look, step, submitted
from tests.databases import is_done_first, logged_in_as, owner_here
from tests.files import pdf
from tests.packages import INSURANCE, REGISTRATION
from tests.packages import begin as begin_package
from tests.packages import cases_of_package as parts
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, NOTIFY, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import actions, selectors
from tongdeng.desk.actions import opening
from tongdeng.desk.errors import CaseRefused, StepRefused
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, Given, Held, Kind
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
    monkeypatch.setattr(selectors, "lock_parts", selectors.parts_of)
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


# ---- papers and names ----


MINOR = ("photo", "work_proof", "study_proof")


def with_gaps(who: Resident) -> int:
    """Return a case that was accepted while three papers were promised."""
    case = submitted(who, Given(materials=dict.fromkeys(("id_card", "housing_proof"), Held.GIVEN)))
    step(case, Act.ACCEPT_WITH_GAPS, Given(words="十日内补交"))
    return case


def kept_of(case: int) -> list[str]:
    with logged_in_as("job"), acting(job(DESK)):
        return [one.material for one in selectors.documents_of(Case.objects.get(pk=case))]


def test_what_was_promised_is_taken_until_the_case_is_over_and_then_no_more(zhao: Resident) -> None:
    case = with_gaps(zhao)
    assert set(selectors.progress_of(look(case)).gaps) == {*MINOR}
    with acting_in("clerk") as by:
        actions.hand_in(case_id=case, material="photo", data=pdf(), by=by)
    step(case, Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    with acting_in("clerk") as by, pytest.raises(StepRefused, match=r"desk\.step\.closed"):
        actions.hand_in(case_id=case, material="work_proof", data=pdf(), by=by)
    assert kept_of(case) == ["photo"]


def test_a_part_of_a_package_that_is_over_takes_nothing_more(zhao: Resident) -> None:
    joint = begin_package(zhao, "PSB-02", token="papers").id
    case = parts(joint)["PSB-02"]
    given = [code for code in selectors.progress_of(look(case)).missing if code not in MINOR]
    step(case, Act.NOTE_MATERIALS, Given(materials=dict.fromkeys(given, Held.GIVEN)))
    step(case, Act.ACCEPT_WITH_GAPS, Given(words="十日内补交"))
    step(case, Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    with acting_in("clerk") as by, pytest.raises(StepRefused, match=r"desk\.step\.closed"):
        actions.hand_in_for_all(joint_id=joint, material="work_proof", data=pdf(), by=by)
    assert kept_of(case) == []


def test_what_is_given_to_nobody_known_is_refused_in_words(zhao: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    case = accepted(zhao)
    for act in (Act.REVIEW, Act.GRANT, Act.ISSUE, Act.SERVE):
        step(case, act, who="police")
    before = look(case).version
    with monkeypatch.context() as patch:
        patch.setattr("tongdeng.people.selectors.names_of", lambda persons: {})  # a roll was taken back, with the entry
        with pytest.raises(StepRefused, match=r"desk\.step\.name"):
            step(case, Act.COMPLETE)
    assert look(case).version == before
    step(case, Act.COMPLETE)
    assert look(case).record_id is not None


# ---- whoever speaks for somebody, and no longer does ----


def entrusted(whom: int, giver: Resident, agent: Resident) -> None:
    """Let somebody entrust a service, of their own or of a child's, and the other agree."""
    with acting(Actor(RESIDENT, origin="portal"), person=giver.person_id) as by:
        about = next(one for one in privacy.own_persons() if one.person_id == whom)
        code = proxies.appoint(
            about=about, granter=giver.person_id, services=["PSB-02"], until=today() + timedelta(days=30),
            is_staff=False, by=by,
        )  # fmt: skip
    with acting(Actor(RESIDENT, origin="portal"), person=agent.person_id) as by:
        proxies.take_up(code=code, name=agent.name, by=by)


def today() -> date:
    """Return the day by the clock by which the database judges a mandate."""
    return datetime.now(clock.CHINA).date()


def owner_sets(table: str, assignment: str, *values: object) -> None:
    """Change a table past all guards."""
    with owner_here() as owner:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        owner.execute(f"UPDATE {table} SET {assignment}", values)
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER; ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def test_a_proxy_speaks_until_the_last_day_and_no_longer(zhao: Resident) -> None:
    agent = residents()[1]
    assert not speaks(agent, zhao.person_id)
    entrusted(zhao.person_id, zhao, agent)
    assert (speaks(agent, zhao.person_id), speaks(zhao, agent.person_id)) == (True, False)
    for day, still in ((today(), True), (today() - timedelta(days=1), False)):
        owner_sets("privacy_proxy", "until_on = %s", day)
        assert speaks(agent, zhao.person_id) is still, day


def test_from_fourteen_on_nobody_acts_for_a_child_upon_the_guardians_word(zhao: Resident) -> None:
    agent, child = residents()[2], zhao.child
    assert child is not None
    entrusted(child, zhao, agent)
    entrusted(zhao.person_id, zhao, agent)
    assert (speaks(agent, child), speaks(zhao, child)) == (True, True)
    owner_sets("people_identity", "born_on = %s - interval '14 years' WHERE person_id = %s", today(), child)
    assert (speaks(agent, child), speaks(zhao, child)) == (False, False)
    assert speaks(agent, zhao.person_id)  # what somebody entrusted of their own stays


def speaks(one: Resident, other: int) -> bool:
    with logged_in_as("job"), acting(job(NOTIFY)):
        return contacts.speaks_for(one.person_id, other)
