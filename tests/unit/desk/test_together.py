"""A package by its cases: whatever happens to them in whatever order, it says what they make of it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tongdeng.desk import lifecycle
from tongdeng.desk.actions.rows import columns, lights_now
from tongdeng.desk.lifecycle import BY_ACT, CLOSED, Effect
from tongdeng.desk.progress import Event, Progress, advance, begin, replay
from tongdeng.desk.together import STAGES, Part, Stage, may_begin, together
from tongdeng.desk.types import Act, Clock, Leg, Role, Signal, State

FIRST = date(2026, 9, 14)
OWN = (Leg(12, "working"),)
TERMS = {Clock.STATUTORY: [[20, "working"]], Clock.PROMISED: [[15, "calendar"]]}


def legs(act: Act) -> dict[str, list[list[object]]]:
    wanted = {Effect.START, Effect.LENGTHEN}
    return {
        one.value: TERMS.get(one, [[5, "working"]])
        for one, effect in BY_ACT[act].clocks.items() if effect in wanted
    }  # fmt: skip


def part(now: Progress) -> Part:
    """Return what the row of a case says."""
    row = columns(now)
    days = (
        "promised_due_on", "statutory_due_on", "person_due_on", "closed_on", "amber_on", "yellow_on", "red_on",
    )  # fmt: skip
    return Part(now.state, *(row[name] for name in days))


class Walk(RuleBasedStateMachine):
    """The departments and the person act on the cases of a package, each when it pleases them."""

    @initialize(size=st.integers(1, 5), legs=st.sampled_from([(), OWN]))
    def start(self, size: int, legs: tuple[Leg, ...]) -> None:
        self.day, self.legs, self.sent_on = FIRST, legs, None
        first = Event(1, Act.START, Role.CLERK, FIRST, 1, {"materials": {"photo": "missing"}})
        self.events = [[first] for _ in range(size)]
        self.cases = [begin(first) for _ in range(size)]

    def now(self):
        return together(map(part, self.cases), sent_on=self.sent_on, legs=self.legs)

    def do(self, at: int, act: Act) -> None:
        before = self.cases[at]
        data = {"legs": legs(act), "items": ["photo"], "stars": 3, "asked": Act.EXTEND.value}
        data["until"] = (self.day + timedelta(days=14)).isoformat()
        if act is Act.ACCEPT_WITH_GAPS:
            data["materials"] = {"photo": "promised"}
        event = Event(before.version + 1, act, Role.HANDLER, self.day, 1, data)
        self.cases[at] = advance(before, event)
        self.events[at].append(event)

    @rule(data=st.data())
    def something_happens_to_one(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.cases) - 1))
        moves = [one for one in lifecycle.moves_from(self.cases[at].state) if one.act is not Act.SUBMIT or self.sent_on]
        if moves:
            self.do(at, data.draw(st.sampled_from(moves)).act)

    @rule()
    def it_is_sent(self) -> None:
        if self.sent_on is None:
            self.sent_on = self.day
            for at, case in enumerate(self.cases):
                if case.state is State.DRAFT:
                    self.do(at, Act.SUBMIT)

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        before = self.now()
        self.day += timedelta(days=days)
        assert self.now() == before  # nothing but an act changes it

    @invariant()
    def it_is_over_when_each_of_them_is(self) -> None:
        now, over = self.now(), [case.state in CLOSED for case in self.cases]
        assert (now.is_open, now.closed, now.parts) == (not all(over), sum(over), len(over))
        assert (now.closed_on is None) == now.is_open
        assert now.closed_on == (None if now.is_open else max(case.closed_on for case in self.cases))

    @invariant()
    def what_it_says_is_true_of_its_cases(self) -> None:
        now, states = self.now(), [case.state for case in self.cases]
        left = [part(case) for case in self.cases if case.state not in CLOSED]
        expected = {
            Stage.DRAFT: self.sent_on is None and set(states) <= {State.DRAFT, *CLOSED},
            Stage.WAITS: any(one.person_due_on for one in left),
            Stage.STANDS_STILL: {one.state for one in left} <= {State.DRAFT, State.SUSPENDED},
            Stage.DONE: State.COMPLETED in states and not left,
            Stage.WITHDRAWN: set(states) <= {State.WITHDRAWN, State.DEEMED_WITHDRAWN},
            Stage.ENDED: not left and State.COMPLETED not in states,
            Stage.UNDER_WAY: bool(left),
        }
        assert expected[now.stage], now.stage
        assert (now.stage is Stage.DONE) == now.may_rate == expected[Stage.DONE]
        assert (now.stage is Stage.WAITS) == expected[Stage.WAITS]

    @invariant()
    def no_case_is_due_after_it_and_it_names_no_day_while_one_stands_still(self) -> None:
        now, left = self.now(), [part(case) for case in self.cases if case.state not in CLOSED]
        days = [one.promised_due_on or one.statutory_due_on for one in left]
        if any(one.state in (State.SUSPENDED, State.CORRECTION_REQUIRED) for one in left):
            assert now.due_on is None
        elif any(days):
            assert now.due_on >= max(day for day in days if day)
        elif not left:
            assert now.due_on is None

    @invariant()
    def its_light_is_the_worst_one_of_the_open_parts(self) -> None:
        shown = [lights_now(case).on(self.day) for case in self.cases if case.state not in CLOSED]
        assert self.now().light_on(self.day) is max(shown, key=list(Signal).index, default=Signal.GREEN)

    @invariant()
    def it_can_be_computed_again_from_the_events_in_any_order_of_the_cases(self) -> None:
        again = [part(replay(events)) for events in reversed(self.events)]
        assert together(again, sent_on=self.sent_on, legs=self.legs) == self.now()


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_the_light_of_a_package_goes_with_the_part_that_is_over():
    late = Part(State.UNDER_REVIEW, amber_on=FIRST, yellow_on=FIRST + timedelta(days=2))
    on_time = Part(State.UNDER_REVIEW, amber_on=FIRST + timedelta(days=3))
    now = together([late, on_time], sent_on=FIRST)
    lights = [now.light_on(FIRST + timedelta(days=days)) for days in (-1, 0, 1, 2, 3)]
    assert lights == [Signal.GREEN, Signal.AMBER, Signal.AMBER, Signal.YELLOW, Signal.YELLOW]
    left = together([replace(late, state=State.COMPLETED, closed_on=FIRST), on_time], sent_on=FIRST)
    assert [left.light_on(FIRST + timedelta(days=days)) for days in (2, 3)] == [Signal.GREEN, Signal.AMBER]


def test_every_stage_is_said_in_both_languages():
    assert STAGES.keys() == set(Stage)
    assert all(text.zh and text.en for text in STAGES.values())


@given(st.lists(st.sampled_from(list(State)), min_size=1, max_size=5))
def test_what_waits_begins_when_what_came_before_is_over_however_it_ended(states):
    names = [f"S{at}" for at in range(len(states))]
    order = {names[0]: (), **{later: (before,) for before, later in pairwise(names)}}
    begun = may_begin(order, dict(zip(names, states, strict=True)))
    for at, (name, state) in enumerate(zip(names, states, strict=True)):
        is_free = at == 0 or states[at - 1] in CLOSED
        assert (name in begun) == (state is State.DRAFT and is_free)
