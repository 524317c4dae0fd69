"""The table of acts by itself, and random walks over it: whatever somebody tries, no invariant breaks."""

import re
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tongdeng.desk import clocks, lifecycle, rules
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.judging import NOT_PROVED, Asking, judge
from tongdeng.desk.lifecycle import BY_ACT, CLOSED, DECIDED, IN_WORK, MOVES, Effect, Guard, Need
from tongdeng.desk.progress import Event, Progress, advance, begin, replay
from tongdeng.desk.types import STATES, Act, Clock, Given, Held, Role, State

PAPERS = ("id_card", "photo", "work_proof")
TERMS = rules.terms_for("PSB-02")
FIRST = date(2026, 9, 14)


def test_every_act_stands_in_the_table_once_and_every_state_is_reached():
    assert sorted(BY_ACT) == sorted(set(Act) - {Act.START})
    assert len(MOVES) == len(BY_ACT)
    assert {State.DRAFT} | {move.after for move in MOVES if move.after} == set(State) == set(STATES)


def test_a_closed_case_goes_nowhere_but_from_done_to_revoked():
    leaving = {(before, after) for _, before, after in lifecycle.transitions() if before in CLOSED and before != after}
    assert leaving == {(State.COMPLETED, State.REVOKED)}


def test_every_open_state_leads_to_an_end():
    reached = set(CLOSED)
    for _ in State:
        reached |= {before for _, before, after in lifecycle.transitions() if after in reached}
    assert reached == set(State)


def test_whoever_asks_a_head_asks_for_an_act_that_can_be_asked_for_there():
    asking = set(BY_ACT[Act.ASK].before)
    for move in MOVES:
        assert not move.is_approved or (set(move.before) <= asking and move.by == (Role.HEAD,)), move.act


def test_what_needs_a_reason_has_reasons():
    assert {move.act.value for move in MOVES if Need.REASON in move.needs} == set(rules.reasons())
    assert NOT_PROVED in rules.reasons()[Act.REFUSE]


@pytest.mark.parametrize("act", [Act.REFUSE, Act.GRANT])
def test_no_decision_stands_without_its_guard(act):
    assert Guard.NO_GAPS in BY_ACT[act].guards


def test_what_the_database_lets_an_applicant_do_is_what_the_table_does():
    migration = import_module("tongdeng.desk.migrations.0001_initial")
    (listed,) = re.findall(r"NEW.act NOT IN \(([^)]*)\)", migration.EVENT_GUARD)
    moves = lifecycle.transitions(Role.APPLICANT)
    assert set(re.findall(r"'(\w+)'", listed)) == {act.value for act, _, _ in moves} | {"start"}
    (pairs,) = re.findall(r"OLD.state, NEW.state\) IN \((.*?)\)\)", migration.CASE_GUARD)
    changing = {(before.value, after.value) for _, before, after in moves if before != after}
    assert set(re.findall(r"\('(\w+)', '(\w+)'", pairs + ")")) == {
        pair for pair in changing if pair[1] != State.WITHDRAWN
    }


def legs(act: Act) -> dict[str, list[list[object]]]:
    terms = {
        Clock.STATUTORY: [[20, "working"]],
        Clock.PROMISED: [[15, "calendar"]],
        Clock.COMPLETENESS: [[5, "working"]],
    }
    more = {Effect.START, Effect.LENGTHEN}
    return {
        clock.value: [[10, "working"]] if effect is Effect.LENGTHEN else terms.get(clock, [[10, "working"]])
        for clock, effect in BY_ACT[act].clocks.items() if effect in more
    }  # fmt: skip


def test_a_head_is_asked_for_acts_of_the_table_alone():
    opened = Event(1, Act.START, Role.CLERK, FIRST, 1, {"materials": {}})
    for act in (Act.START, Act.GRANT):
        given = Given(asked=act, words="请批准")
        ask = Asking(BY_ACT[Act.ASK], given, frozenset(Role), FIRST, 1, TERMS)
        with pytest.raises(StepRefused, match=r"desk\.step\.asked"):
            judge(replace(begin(opened), state=BY_ACT[Act.ASK].before[0]), ask)


def refused(now: Progress, act: Act, given: Given, role: Role = Role.CLERK) -> str:
    """Return why an act is refused; empty where it is not."""
    try:
        judge(now, Asking(BY_ACT[act], given, frozenset({role}), FIRST, 1, TERMS))
    except StepRefused as refusal:
        return refusal.code.removeprefix("desk.step.")
    return ""


HERE = Progress(State.ACCEPTED, materials=dict.fromkeys(PAPERS, Held.GIVEN))


def test_what_is_here_does_not_become_missing_by_an_act_that_notes_no_papers():
    lost = Given(words="说明", materials={"photo": Held.MISSING})
    for act in (Act.REVIEW, Act.INQUIRE, Act.NOTE_MATERIALS):
        assert refused(HERE, act, lost), act
    assert [refused(HERE, act, Given(words="说明")) for act in (Act.REVIEW, Act.INQUIRE)] == ["", ""]
    lacking, more = replace(HERE, materials={"photo": Held.MISSING}), Given(materials={"photo": Held.GIVEN})
    assert refused(lacking, Act.NOTE_MATERIALS, more) == ""


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CLERK])
def test_a_word_in_place_of_a_paper_is_given_by_its_own_act_in_words(role: Role):
    drafted = Progress(materials=dict.fromkeys(PAPERS, Held.MISSING))
    for paper in PAPERS:
        word = Given(words="本人在本县就业", materials={paper: Held.COMMITTED})
        assert refused(drafted, Act.NOTE_MATERIALS, word, role) == "said"
        assert refused(drafted, Act.COMMIT, word, role) == ("" if paper == "work_proof" else "may_commit")
    gap = replace(HERE, state=State.ACCEPTED_WITH_GAPS, materials={"photo": Held.PROMISED})
    for held, why in ((Held.COMMITTED, "said"), (Held.GIVEN, "")):
        assert refused(gap, Act.CLOSE_GAPS, Given(materials={"photo": held}), role) == why


GIVEN = st.builds(
    Given,
    reason=st.sampled_from(["", *sorted({code for one in rules.reasons().values() for code in one})]),
    words=st.sampled_from(["", "说明"]),
    materials=st.dictionaries(st.sampled_from(PAPERS), st.sampled_from(list(Held)), max_size=3),
    items=st.lists(st.sampled_from(PAPERS), unique=True).map(tuple),
    organ=st.sampled_from(["", "HRS"]),
    officials=st.sampled_from([(), (1,), (1, 2)]),
    stars=st.integers(0, 6),
    asked=st.sampled_from([None, Act.EXTEND, Act.CORRECT_AGAIN, Act.REVOKE, Act.TERMINATE, Act.GRANT]),
)
FULL = Given(words="说明", items=("photo",), organ="HRS", officials=(1, 2), stars=3)


class Walk(RuleBasedStateMachine):
    """Somebody tries one act after another, on one day after another, with whatever they have at hand."""

    @initialize()
    def start(self) -> None:
        self.day = FIRST
        self.events = [Event(1, Act.START, Role.CLERK, FIRST, 1, {"materials": dict.fromkeys(PAPERS, "missing")})]
        self.now: Progress = begin(self.events[0])
        self.used: dict[Clock, tuple[date, int]] = {}

    def data(self, act: Act, given: Given) -> dict[str, object]:
        papers = dict(given.materials)
        if act is Act.COMMIT:
            papers = dict.fromkeys(papers, Held.COMMITTED)
        if act in (Act.CORRECT, Act.CORRECT_AGAIN):
            papers = dict.fromkeys(given.items, Held.MISSING)
        if act is Act.ACCEPT_WITH_GAPS:
            papers = dict.fromkeys(self.now.missing, Held.PROMISED)
        data = {"materials": {code: held.value for code, held in papers.items()}, "items": list(given.items)}
        if act is Act.ASK_PAPERS:
            return {"items": list(given.items), "until": (self.day + timedelta(days=10)).isoformat()}
        if act is Act.DEEM_ACCEPTED:
            data["since"] = self.now.received_on.isoformat()
        return {**data, "stars": given.stars, "asked": given.asked and given.asked.value, "legs": legs(act)}

    def attempt(self, act: Act, given: Given, role: Role, staff: int) -> None:
        before, move = self.now, BY_ACT[act]
        try:
            judge(before, Asking(move, given, frozenset({role}), self.day, staff, TERMS))
        except StepRefused as refusal:
            refused = all(refusal.fact)  # in both languages
        else:
            refused = None
        assert refused in (True, None)
        if refused:
            return
        event = Event(before.version + 1, act, role, self.day, staff, self.data(act, given))
        self.now = advance(before, event)
        self.events.append(event)
        assert (before.state in move.before, role in move.by) == (True, True)
        if act in (Act.GRANT, Act.REFUSE):
            assert (before.gaps, before.is_verifying) == ((), False)
        if act is Act.CORRECT:
            assert before.corrections == 0
        if act is Act.REFUSE and given.reason == NOT_PROVED:
            assert not before.unasked
        if before.state in IN_WORK:
            assert set(self.now.missing) <= set(before.missing)
        if before.is_closed:
            assert self.now.closed_on == before.closed_on

    @rule(act=st.sampled_from(list(BY_ACT)), given=GIVEN, role=st.sampled_from(list(Role)), staff=st.integers(1, 2))
    def try_anything(self, act: Act, given: Given, role: Role, staff: int) -> None:
        self.attempt(act, given, role, staff)

    @rule(data=st.data(), staff=st.integers(1, 2))
    def try_what_the_state_allows(self, data: st.DataObject, staff: int) -> None:
        move = data.draw(st.sampled_from(list(lifecycle.moves_from(self.now.state)) or list(MOVES)))
        reasons = sorted(rules.reasons().get(move.act.value, {""}))
        wanted = (
            self.now.asked[0]
            if self.now.asked
            else data.draw(st.sampled_from([Act.EXTEND, Act.CORRECT_AGAIN, Act.REVOKE, Act.TERMINATE]))
        )
        papers = dict.fromkeys(PAPERS, Held.GIVEN) if move.notes_papers else {}
        papers = {"work_proof": Held.COMMITTED} if move.act is Act.COMMIT else papers
        given = Given(
            reason=reasons[0], words=FULL.words, items=FULL.items, organ=FULL.organ, officials=FULL.officials,
            stars=FULL.stars, asked=wanted, materials=papers,
        )  # fmt: skip
        self.attempt(move.act, given, move.by[0], staff)

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days=days)
        late = {State.SUBMITTED: Act.DEEM_ACCEPTED}.get(self.now.state, Act.DEEM_WITHDRAWN)
        self.attempt(late, Given(), Role.JOB, 0)

    @invariant()
    def the_events_make_the_row(self) -> None:
        if hasattr(self, "now"):
            assert replay(self.events) == self.now
            assert Progress.of_json(self.now.as_json()) == self.now

    @invariant()
    def one_notice_one_extension_and_two_clocks_that_end_together(self) -> None:
        if not hasattr(self, "now"):
            return
        acts = [event.act for event in self.events]
        assert acts.count(Act.EXTEND) <= 1
        assert acts.count(Act.CORRECT) <= 1
        assert Act.ASK in acts or not {Act.CORRECT_AGAIN, Act.TERMINATE} & {*acts}
        runs = self.now.runs
        assert (Clock.STATUTORY in runs) == (Clock.PROMISED in runs)
        if self.now.state in (*DECIDED, State.DELIVERING, *CLOSED):
            assert all(runs[one].stopped_on for one in (Clock.STATUTORY, Clock.PROMISED) if one in runs)
        if self.now.is_closed:
            assert self.now.closed_on is not None

    @invariant()
    def no_clock_runs_backward(self) -> None:
        if not hasattr(self, "now"):
            return
        for clock, run in self.now.runs.items():
            start, counted = self.used.get(clock, (run.started_on, 0))
            used = clocks.used(run, self.day - timedelta(days=1))  # a day that is not over may yet turn out suspended
            assert start != run.started_on or used >= counted, clock
            self.used[clock] = (run.started_on, used)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
