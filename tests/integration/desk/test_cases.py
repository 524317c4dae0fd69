"""Cases in the database: from a draft to done, once for each request, never past somebody else's step."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import IntegrityError, connections

from tests.cases import (
    ALL_GIVEN,
    PERMIT,
    REST,
    accepted,
    acting_in,
    begin,
    counts_as_given,
    events,
    look,
    nightly,
    state,
    step,
    submitted,
)
from tests.databases import logged_in_as, owner_here
from tests.posts import COUNTY, staffed
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK
from tongdeng.audit.types import command, job
from tongdeng.delivery.models import Delivery
from tongdeng.desk import actions, selectors
from tongdeng.desk.errors import CaseRefused, StepRefused
from tongdeng.desk.models import Case
from tongdeng.desk.progress import replay
from tongdeng.desk.types import Act, Clock, Given, Held, Kind, State
from tongdeng.org import actions as org
from tongdeng.org.types import PostKind

SAME_DAY, HEALTH = "HRS-01", "HEA-01"
MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", MONDAY.isoformat())


@pytest.fixture(scope="module")
def people(small_county) -> list[Resident]:
    return residents()


@pytest.fixture(scope="module")
def zhao(people) -> Resident:
    return people[0]


@pytest.fixture
def on(monkeypatch) -> Callable[[date], None]:
    """Let it be another day."""
    return lambda day: monkeypatch.setenv("TONGDENG_TODAY", day.isoformat())


# ---- from the draft to done ----


def test_a_case_goes_from_the_draft_to_done_and_the_service_is_recorded(zhao, on):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    with logged_in_as("job"), acting(job(DESK)):
        faces = {face.clock: face for face in selectors.clocks_of(Case.objects.get(pk=case), MONDAY)}
    assert faces[Clock.STATUTORY].due_on == date(2026, 12, 8)  # 15 calendar days by the permit's own law
    assert faces[Clock.PROMISED].due_on == date(2026, 12, 7)  # 10 working days
    step(case, Act.GRANT, who="police")
    step(case, Act.ISSUE, who="police")
    on(date(2026, 11, 25))
    step(case, Act.SERVE)
    step(case, Act.COMPLETE)
    done = look(case)
    assert (done.state, done.closed_on, done.due_on) == ("completed", date(2026, 11, 25), None)
    with logged_in_as("job"), acting(job(DESK)):
        given = Delivery.objects.get(pk=done.record_id)
        assert (given.service, given.outcome, given.person_id) == (PERMIT, "served", zhao.person_id)


def test_what_is_done_while_one_waits_is_done_in_one_go(people):
    case = begin(people[1], SAME_DAY, Kind.SAME_VISIT).id
    with acting_in("clerk") as by:
        papers = dict.fromkeys(selectors.progress_of(Case.objects.get(pk=case)).materials, Held.GIVEN)
        seen = actions.take_step(case_id=case, act=Act.NOTE_MATERIALS, seen=1, given=Given(materials=papers), by=by)
        seen = actions.take_step(case_id=case, act=Act.SUBMIT, seen=seen, by=by)
        actions.finish_now(case_id=case, seen=seen, token="now", by=by)
    assert state(case) is State.COMPLETED


def test_the_window_does_not_decide_what_takes_its_time(zhao):
    with pytest.raises(CaseRefused, match="not done while one waits"):
        begin(zhao, PERMIT, Kind.SAME_VISIT)
    case = accepted(zhao)
    step(case, Act.REVIEW)
    with pytest.raises(StepRefused, match=r"desk\.step\.role"):
        step(case, Act.GRANT)


def test_a_health_service_is_applied_for_at_the_institution(zhao):
    with pytest.raises(CaseRefused, match=r"desk\.case\.sealed"):
        begin(zhao, HEALTH)


def test_the_events_make_the_row(zhao):
    case = accepted(zhao)
    with logged_in_as("job"), acting(job(DESK)):
        assert replay(selectors.happened(case)).as_json() == Case.objects.get(pk=case).progress
        assert selectors.differing([Case.objects.get(pk=case)]) == []


def test_a_row_that_somebody_wrote_past_the_actions_is_found_and_nothing_is_built_on_it(zhao):
    case = accepted(zhao)
    with owner_here() as owner:
        owner.execute("ALTER TABLE desk_case DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
        owner.execute("UPDATE desk_case SET progress = jsonb_set(progress, '{corrections}', '7') WHERE id = %s", [case])
        owner.execute("ALTER TABLE desk_case ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    assert nightly()["differing"] == 1
    with logged_in_as("job"), acting(job(DESK)):
        Case.objects.filter(pk=case).update(progress=replay(selectors.happened(case)).as_json())
    assert nightly()["differing"] == 0


def test_a_declined_service_stands_in_the_way_of_no_other(people):
    case = begin(people[2]).id
    step(case, Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    refused = submitted(people[2])
    step(refused, Act.NOT_ACCEPT, Given(reason="not_open", words="还没有住满半年"), who="police")
    assert begin(people[2]).is_new
    assert begin(people[2], "HUD-02").is_new


# ---- one request, one case; one version, one step ----


def test_the_same_request_sent_twice_makes_one_case_and_shows_the_same_code(zhao):
    first, second = begin(zhao, token="twice"), begin(zhao, token="twice")
    assert (first.id, first.code, first.number) == (second.id, second.code, second.number)
    assert (first.is_new, second.is_new) == (True, False)


def test_a_key_that_was_used_for_another_case_is_refused(zhao, people):
    begin(zhao, token="taken")
    with pytest.raises(CaseRefused, match=r"desk\.case\.token"):
        begin(people[1], token="taken")


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Do these at the same time, each on its own connection; what was raised is returned."""
    together = Barrier(len(jobs), timeout=60)

    def one(work: Callable[[], object]) -> object:
        try:
            together.wait()
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))


def test_eight_clicks_at_once_make_one_case(zhao):
    staffed("clerk")
    made = at_once([lambda: begin(zhao, token="eight")] * 8)
    assert len({one.number for one in made}) == 1
    assert sum(one.is_new for one in made) == 1


def test_of_two_clerks_who_act_on_one_version_the_second_is_told_what_the_first_did(zhao):
    case = submitted(zhao)
    step(case, Act.NOTE_MATERIALS, REST)
    seen = look(case).version
    staffed("police")
    found = at_once([
        lambda: step(case, Act.ACCEPT, seen=seen),
        lambda: step(case, Act.NOT_ACCEPT, Given(reason="not_ours", words="不属于本局"), who="police", seen=seen),
    ])  # fmt: skip
    (refused,) = [one for one in found if isinstance(one, StepRefused)]
    assert refused.code == "desk.step.outdated"
    assert [one for one in found if isinstance(one, int)] == [seen + 1]
    assert len(events(case)) == seen + 1


def test_without_the_lock_and_the_version_two_steps_would_meet(zhao, monkeypatch):
    # Guards the test above: this is how it looks when nobody holds the row. The database refuses the second event.
    case = submitted(zhao)
    step(case, Act.NOTE_MATERIALS, REST)
    seen, both = look(case).version, Barrier(2, timeout=60)

    def unlocked(case_id: int) -> Case:
        found = Case.objects.get(pk=case_id)
        both.wait()
        return found

    monkeypatch.setattr(selectors, "lock_case", unlocked)
    found = at_once([lambda: step(case, Act.ACCEPT, seen=seen)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["IntegrityError", "int"]
    assert any(isinstance(one, IntegrityError) for one in found)


def test_the_same_act_sent_twice_is_one_act(zhao):
    case = begin(zhao).id
    with acting_in("clerk") as by:
        first = actions.take_step(case_id=case, act=Act.SUBMIT, seen=1, by=by, token="click")
        assert actions.take_step(case_id=case, act=Act.SUBMIT, seen=1, by=by, token="click") == first == 2


def test_a_refused_act_leaves_no_trace(zhao):
    case = submitted(zhao)
    before = look(case).progress
    with pytest.raises(StepRefused, match=r"desk\.step\.nothing_missing"):
        step(case, Act.ACCEPT)
    assert look(case).progress == before
    assert look(case).version == len(events(case))


# ---- corrections, gaps, time ----


def test_one_notice_lists_everything_and_a_second_needs_a_reason_and_a_head(zhao):
    case = submitted(zhao)
    listed = Given(items=("work_proof", "study_proof"), words="请补交就业证明和就读证明")
    step(case, Act.CORRECT, listed)
    assert look(case).person_due_on == date(2026, 12, 14)
    with pytest.raises(StepRefused, match=r"desk\.step\.listed_supplied"):
        step(case, Act.SUPPLY)
    step(case, Act.SUPPLY, Given(materials=dict.fromkeys(listed.items, Held.GIVEN)))
    with pytest.raises(StepRefused, match=r"desk\.step\.not_corrected"):
        step(case, Act.CORRECT, listed)
    again = Given(reason="unreadable", items=("photo",), words="相片看不清")
    step(case, Act.ASK, Given(asked=Act.CORRECT_AGAIN, words="相片看不清"), who="police")
    with pytest.raises(StepRefused, match=r"desk\.step\.approved"):
        step(case, Act.CORRECT_AGAIN, again, who="police")  # not by who asked
    step(case, Act.CORRECT_AGAIN, again, who="office")
    assert state(case) is State.CORRECTION_REQUIRED


def test_with_gaps_the_clocks_run_and_only_the_decision_waits(zhao):
    case = submitted(zhao)
    step(case, Act.ACCEPT_WITH_GAPS, Given(words="十个工作日内补交就业证明、就读证明"))
    assert look(case).promised_due_on == date(2026, 12, 7)
    step(case, Act.REVIEW, who="police")
    with pytest.raises(StepRefused, match="only_adds"):  # a promise is kept by its own act, all at once
        step(case, Act.NOTE_MATERIALS, Given(materials={"work_proof": Held.GIVEN}))
    with pytest.raises(StepRefused, match=r"desk\.step\.no_gaps"):
        step(case, Act.GRANT, who="police")
    step(case, Act.CLOSE_GAPS, Given(materials=dict.fromkeys(("work_proof", "study_proof"), Held.GIVEN)))
    step(case, Act.GRANT, who="police")
    assert state(case) is State.DECIDED_GRANTED


def test_a_main_paper_cannot_be_a_gap(zhao):
    case = submitted(zhao, Given(materials={"photo": Held.GIVEN}))
    with pytest.raises(StepRefused, match=r"desk\.step\.only_minor_missing"):
        step(case, Act.ACCEPT_WITH_GAPS, Given(words="后补"))


def test_what_was_promised_and_never_came_is_deemed_withdrawn(zhao, on):
    case = submitted(zhao)
    step(case, Act.ACCEPT_WITH_GAPS, Given(words="后补"))
    on(date(2026, 12, 8))
    nightly()
    assert state(case) is State.DEEMED_WITHDRAWN


def test_silence_accepts_from_the_day_of_receipt_and_both_clocks_run_from_the_day_after_it(zhao, on):
    on(date(2026, 11, 21))  # a Saturday: day 0
    case = submitted(zhao)
    assert look(case).due_on == date(2026, 11, 27)
    on(date(2026, 11, 27))
    nightly()
    assert state(case) is State.SUBMITTED
    on(date(2026, 11, 28))
    with pytest.raises(StepRefused, match=r"desk\.step\.in_time"):
        step(case, Act.CORRECT, Given(items=("photo",), words="缺相片"))  # too late to ask for anything
    nightly()
    now = look(case)
    assert (now.state, now.statutory_due_on, now.promised_due_on) == (
        "accepted", date(2026, 12, 6), date(2026, 12, 4),
    )  # fmt: skip


def test_suspended_time_does_not_count_and_more_time_is_given_once(zhao, on):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    on(date(2026, 11, 25))
    step(case, Act.SUSPEND, Given(reason="appraisal", words="需要鉴定"), who="police")
    assert look(case).promised_due_on is None
    on(date(2026, 12, 2))
    step(case, Act.RESUME, who="police")
    assert look(case).promised_due_on == date(2026, 12, 14)
    assert look(case).statutory_due_on == date(2026, 12, 15)
    step(case, Act.ASK, Given(asked=Act.EXTEND, words="外地未答复"), who="police")
    more = Given(reason="other_place", words="等外地答复")
    step(case, Act.EXTEND, more, who="office")
    assert look(case).statutory_due_on == date(2026, 12, 29)
    assert look(case).promised_due_on == date(2026, 12, 14)  # what was promised stays promised
    with pytest.raises(StepRefused, match=r"desk\.step\.not_extended"):
        step(case, Act.ASK, Given(asked=Act.EXTEND, words="再延"), who="police")


def test_a_refusal_says_why_and_where_to_turn(zhao):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    with pytest.raises(StepRefused, match=r"desk\.step\.reason"):
        step(case, Act.REFUSE, Given(words="不符合"), who="police")
    step(case, Act.REFUSE, Given(reason="not_entitled", words="居住未满半年"), who="police")
    with acting_in("police"):
        last = selectors.steps_of(Case.objects.get(pk=case))[-1]
    assert last.words == "居住未满半年"
    assert "行政复议" in last.remedies


def test_two_officials_verify_on_site_and_no_decision_comes_before_their_word(zhao):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    first = staffed("police").staff_id
    with pytest.raises(StepRefused, match=r"desk\.step\.officials"):
        step(case, Act.VERIFY, Given(officials=(first, first)), who="police")
    second = org.add_staff(
        login="police-second", name="李强", kind=PostKind.POLICE, division=COUNTY, titles=("岗位", "Post"), bureau=None,
        password="a-good-password", by=command("setup"),
    ).pk  # fmt: skip
    with pytest.raises(StepRefused, match=r"desk\.step\.colleagues"):
        step(case, Act.VERIFY, Given(officials=(first, staffed("clerk").staff_id)), who="police")
    step(case, Act.VERIFY, Given(officials=(first, second)), who="police")
    with pytest.raises(StepRefused, match=r"desk\.step\.not_verifying"):
        step(case, Act.GRANT, who="police")
    step(case, Act.FIND, Given(words="确实居住在此"), who="police")
    step(case, Act.GRANT, who="police")


def test_a_false_word_revokes_what_it_got_with_a_second_person_and_a_reopened_case_keeps_the_first(zhao):
    case = begin(zhao).id
    step(case, Act.COMMIT, Given(materials={"work_proof": Held.COMMITTED}, words="本人在本县就业，如不属实愿意撤销"))
    with pytest.raises(StepRefused, match=r"desk\.step\.may_commit"):
        step(case, Act.COMMIT, Given(materials={"id_card": Held.COMMITTED}, words="本人保证"))
    step(case, Act.NOTE_MATERIALS, Given(materials={**ALL_GIVEN.materials, "study_proof": Held.UNNEEDED}))
    step(case, Act.SUBMIT)
    step(case, Act.ACCEPT)
    for act in (Act.REVIEW, Act.GRANT, Act.ISSUE, Act.SERVE, Act.COMPLETE):
        step(case, act, who="police")
    entered = look(case).record_id
    assert counts_as_given(entered)
    step(case, Act.ASK, Given(asked=Act.REVOKE, words="核查不属实"), who="police")
    step(case, Act.REVOKE, Given(reason="false_commitment", words="单位查无此人"), who="office")
    first = look(case)
    assert (counts_as_given(entered), first.record_id) == (False, None)  # what was taken from somebody is owed again
    with acting_in("clerk") as by:
        again = actions.reopen_case(
            case_id=case, seen=first.version, given=Given(reason="new_fact"), token="again", by=by
        )
    assert look(again.id).reopens_id == case
    assert state(case) is State.REVOKED
    assert look(again.id).state == "submitted"  # the office's time runs: nobody waits for a draft that nobody sees
    assert look(again.id).due_on is not None
    assert look(again.id).progress["materials"]["work_proof"] == "missing"  # an untrue word stands in for nothing
    assert look(again.id).progress["materials"]["photo"] == "known"
    with acting_in("clerk") as by:  # the same form again
        same = actions.reopen_case(
            case_id=case, seen=first.version, given=Given(reason="new_fact"), token="again", by=by
        )
    assert (same.id, look(again.id).version) == (again.id, 2)
