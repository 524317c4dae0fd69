"""Nobody loses by an office's silence, by one clerk alone, or by a night in which another case failed."""

import shutil
from collections.abc import Callable
from datetime import date

import pytest

from tests.cases import REST, accepted, acting_in, look, nightly, state, step, submitted
from tests.databases import logged_in_as
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK
from tongdeng.audit.types import job
from tongdeng.desk import actions, lifecycle, selectors
from tongdeng.desk.errors import DeadlinesFailed, StepRefused
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, Given, Held, Signal, State
from tongdeng.kernel import clock
from tongdeng.papers import actions as papers
from tongdeng.papers.types import Matter
from tongdeng.work.exports import calendar

MONDAY = date(2026, 11, 23)
LISTED = Given(items=("work_proof", "study_proof"), words="请补交就业证明和就读证明")


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", MONDAY.isoformat())


@pytest.fixture(scope="module")
def zhao(small_county) -> Resident:
    return residents()[0]


@pytest.fixture
def on(monkeypatch) -> Callable[[date], None]:
    """Let it be another day."""
    return lambda day: monkeypatch.setenv("TONGDENG_TODAY", day.isoformat())


# ---- silence ----


def test_who_hands_in_all_that_a_notice_lists_has_supplied_it(zhao):
    case = submitted(zhao)
    step(case, Act.CORRECT, LISTED)
    step(case, Act.NOTE_MATERIALS, Given(materials={"work_proof": Held.GIVEN}))
    assert state(case) is State.CORRECTION_REQUIRED
    step(case, Act.NOTE_MATERIALS, Given(materials={"study_proof": Held.UNNEEDED}), who="police")
    assert state(case) is State.SUBMITTED
    assert look(case).person_due_on is None


def test_nothing_is_deemed_withdrawn_while_nothing_is_missing(zhao, on, monkeypatch):
    whole, lacking = submitted(zhao), submitted(zhao)
    with monkeypatch.context() as before:
        before.setattr(lifecycle, "FOLLOWED_BY", {})  # as it was when people had to press a second button
        for case, papers in ((whole, LISTED.items), (lacking, LISTED.items[:1])):
            step(case, Act.CORRECT, LISTED)
            step(case, Act.NOTE_MATERIALS, Given(materials=dict.fromkeys(papers, Held.GIVEN)))
    on(date(2026, 12, 15))
    seen = look(whole).version
    with logged_in_as("job"), acting(job(DESK)) as by, pytest.raises(StepRefused, match="something_awaited"):
        actions.take_step(case_id=whole, act=Act.DEEM_WITHDRAWN, seen=seen, by=by)
    assert nightly()["supplied"] == 1
    assert state(whole) is State.SUBMITTED
    # Guards the lines above: of the other one a paper is missing, and its term does end.
    assert state(lacking) is State.DEEMED_WITHDRAWN
    seen = look(lacking).version
    with acting_in("clerk") as by:  # and a mistake can be put right
        actions.reopen_case(case_id=lacking, seen=seen, given=Given(reason="mistake"), token="put right", by=by)


def accepted_by_silence(who: Resident, on: Callable[[date], None]) -> int:
    """Return a case that lacks papers of which nobody said a word, taken up."""
    case = submitted(who, Given(materials={"id_card": Held.GIVEN, "housing_proof": Held.GIVEN, **REST.materials}))
    on(date(2026, 12, 1))
    nightly()
    assert state(case) is State.ACCEPTED
    return case


def test_what_silence_accepted_still_takes_what_is_missing(zhao, on):
    case = accepted_by_silence(zhao, on)
    due = look(case).promised_due_on
    step(case, Act.NOTE_MATERIALS, Given(materials={"photo": Held.GIVEN}))
    assert look(case).progress["materials"]["photo"] == "given"
    step(case, Act.REVIEW, who="police")
    step(case, Act.NOTE_MATERIALS, Given(materials={"work_proof": Held.GIVEN}), who="police")
    assert (state(case), look(case).promised_due_on) == (State.UNDER_REVIEW, due)
    with pytest.raises(StepRefused, match="only_adds"):
        step(case, Act.NOTE_MATERIALS, Given(materials={"photo": Held.MISSING}), who="police")


def test_nobody_is_refused_for_want_of_a_proof_that_was_never_asked_for(zhao, on):
    case = accepted_by_silence(zhao, on)
    step(case, Act.REVIEW, who="police")
    unproved = Given(reason="not_proved", words="没有照片")
    with pytest.raises(StepRefused, match="had_time"):
        step(case, Act.REFUSE, unproved, who="police")
    wanted = Given(items=("photo",), words="请补照片")
    with pytest.raises(StepRefused, match="unasked"):
        step(case, Act.ASK_PAPERS, Given(items=("photo", "id_card"), words="请补照片"), who="police")
    step(case, Act.ASK_PAPERS, wanted, who="police")
    with pytest.raises(StepRefused, match="unasked"):
        step(case, Act.ASK_PAPERS, wanted, who="police")  # once
    on(date(2026, 12, 15))  # its last day
    nightly()
    with pytest.raises(StepRefused, match="had_time"):
        step(case, Act.REFUSE, unproved, who="police")
    on(date(2026, 12, 16))
    nightly()
    assert state(case) is State.UNDER_REVIEW  # nothing ends by itself
    step(case, Act.REFUSE, unproved, who="police")  # guards the lines above


# ---- one clerk alone ----


def test_a_suspended_case_has_a_day_on_which_the_office_looks_again_and_suspending_anew_wins_no_time(zhao, on):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    why = Given(reason="appraisal", words="需要鉴定")
    step(case, Act.SUSPEND, why, who="police")
    first = look(case)
    assert (first.due_on, first.promised_due_on) == (date(2026, 12, 21), None)  # twenty working days
    on(date(2026, 12, 21))
    nightly()
    step(case, Act.RESUME, who="police")
    assert look(case).due_on == look(case).promised_due_on
    step(case, Act.SUSPEND, why, who="police")
    assert look(case).due_on == date(2026, 12, 21)
    on(date(2026, 12, 22))
    nightly()
    with acting_in("police"):
        assert [(one.signal, one.clock) for one in selectors.supervisions_of(case)][-1] == ("yellow", "suspension")
    assert selectors.light_of(look(case), clock.today()) is Signal.YELLOW
    step(case, Act.RESUME, who="police")
    assert selectors.light_of(look(case), clock.today()) is not Signal.YELLOW
    step(case, Act.GRANT, who="police")
    assert look(case).due_on > clock.today()  # to hand over: no other clock is left


def test_nobody_ends_a_case_alone_nor_one_that_is_decided(zhao):
    case, why = submitted(zhao), Given(reason="lapsed", words="已经搬走，申请事项消失")
    for who in ("clerk", "police", "office"):
        with pytest.raises(StepRefused, match=r"role|approved"):
            step(case, Act.TERMINATE, why, who=who)
    step(case, Act.ASK, Given(asked=Act.TERMINATE, words="已经搬走"))
    with pytest.raises(StepRefused, match="role"):
        step(case, Act.TERMINATE, why)
    step(case, Act.TERMINATE, why, who="office")
    with acting_in("clerk"):
        assert "行政复议" in selectors.steps_of(Case.objects.get(pk=case))[-1].remedies
    granted = accepted(zhao)
    for act in (Act.REVIEW, Act.GRANT):
        step(granted, act, who="police")
    with pytest.raises(StepRefused, match="state"):
        step(granted, Act.ASK, Given(asked=Act.TERMINATE, words="已经搬走"), who="police")


def test_the_window_withdraws_only_in_words_and_it_reads_as_what_it_is(zhao):
    case = submitted(zhao)
    with pytest.raises(StepRefused, match="role"):
        step(case, Act.WITHDRAW)
    with pytest.raises(StepRefused, match="words"):
        step(case, Act.WITHDRAW_FOR)
    step(case, Act.WITHDRAW_FOR, Given(words="本人到窗口要求，核对了身份证"))
    assert "窗口" in lifecycle.told(Act.WITHDRAW_FOR).zh
    seen = look(case).version
    with acting_in("clerk") as by:  # whoever did not ask for it is heard
        actions.reopen_case(case_id=case, seen=seen, given=Given(reason="mistake"), token="not mine", by=by)


# ---- what the night does ----


def test_a_day_off_that_the_county_declares_on_the_day_itself_stops_no_night(zhao, on, settings, tmp_path):
    case = submitted(zhao)  # due on the 30th
    shutil.copytree(settings.TONGDENG_LAW, tmp_path / "law")
    settings.TONGDENG_LAW = tmp_path / "law"
    on(date(2026, 12, 1))
    (tmp_path / "law" / "working_days" / "2026.toml").write_text("off = [2026-11-30]\n")  # a typhoon
    try:
        done = nightly()  # nobody has told the worker to look
        assert (state(case), look(case).due_on, done["failed"]) == (State.SUBMITTED, date(2026, 12, 1), 0)
        on(date(2026, 12, 2))
        nightly()
        assert state(case) is State.ACCEPTED
    finally:
        calendar.look_again()


def test_a_case_that_cannot_be_dealt_with_holds_up_no_other(zhao, on, monkeypatch):
    first, broken, last = submitted(zhao), submitted(zhao), submitted(zhao)
    on(date(2026, 12, 1))

    def fails(*, matter: Matter, issue=papers.issue_paper, **more: object) -> object:
        if matter.id == broken:
            raise RuntimeError("the lights went out")
        return issue(matter=matter, **more)

    with monkeypatch.context() as tonight:
        tonight.setattr(papers, "issue_paper", fails)
        with pytest.raises(DeadlinesFailed) as raised:
            nightly()
    assert (state(first), state(broken), state(last)) == (State.ACCEPTED, State.SUBMITTED, State.ACCEPTED)
    assert raised.value.counts["failed"] == 1
    assert raised.value.place == f"desk_case {broken}"
    assert nightly()["failed"] == 0
    assert state(broken) is State.ACCEPTED
