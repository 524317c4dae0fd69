"""A schedule's windows in plain Python: each step from its own date, each delivery to the oldest step that takes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tests.plain_time import Given, Window, shifted
from tongdeng.owed.steps import steps_of
from tongdeng.rules.engines import memory
from tongdeng.rules.model import Schedule, Span, Step, Value, Verdict, Version

FOR_EVER = date.max


@dataclass(slots=True)
class Turn:
    """One turn of a step: open from a day until a day, lapsed before that or not, and the delivery it got."""

    step: Step
    place: int
    opens_on: date
    due_on: date
    gone_on: date
    lapsed_on: date | None = None
    given: Given | None = None

    @property
    def until_on(self) -> date:
        """Return the first day on which it takes no delivery."""
        return min(self.gone_on, self.lapsed_on or FOR_EVER)


def step_windows(
    schedule: Schedule,
    version: Version,
    facts: Mapping[date, Mapping[str, Value]],
    answers: Mapping[date, Verdict],
    given: list[Given],
) -> list[Window]:
    """Return the windows of a person's schedule, oldest first."""
    turns = sorted(_open(schedule, version, facts, answers), key=lambda turn: (turn.opens_on, turn.place))
    for one in given:
        for turn in turns:
            if turn.given is None and turn.opens_on <= one.on < turn.until_on:
                turn.given = one
                break
    named = {step.code for step in steps_of(schedule)}
    windows = [window for turn in turns if (window := _window(turn, turns, named, version, max(facts)))]
    # Of two steps of the same days the one not given yet is the later; then whichever was given later.
    return sorted(windows, key=_order)


def _order(window: Window) -> tuple[date, date, date, str]:
    given_on = window.closes_on if window.outcome and window.closes_on else FOR_EVER
    return window.opens_on, window.due_on, given_on, window.outcome


def _open(
    schedule: Schedule,
    version: Version,
    facts: Mapping[date, Mapping[str, Value]],
    answers: Mapping[date, Verdict],
) -> Iterator[Turn]:
    days = sorted(answers)
    for place, step in enumerate(steps_of(schedule)):
        own = {day: _and(answers[day], _meant(step, facts[day], day)) for day in days}
        for base in sorted({value for day in days if isinstance(value := facts[day].get(step.counted_from), date)}):
            for turn in _turns(step, place, base, version):
                if turn.opens_on > days[-1] or turn.gone_on <= date(days[-1].year, 1, 1):
                    continue
                yes = [
                    day
                    for day in days
                    if own[day] is Verdict.YES
                    and facts[day].get(step.counted_from) == base
                    and turn.opens_on <= day < turn.gone_on
                ]
                if yes:
                    turn.lapsed_on = next((day for day in days if day > yes[0] and own[day] is Verdict.NO), None)
                    yield turn


def _turns(step: Step, place: int, base: date, version: Version) -> Iterator[Turn]:
    every = step.every or Span()
    until = _after(base, step.until) if step.until else FOR_EVER
    for k in range(0, 100 if step.every else 1):
        opens_on = _after(base, _sum(step.opens, every, k))
        if opens_on.year > base.year + 100:
            return
        gone_on = min(until, _after(base, _sum(step.opens, every, k + 1))) if step.every else until
        if step.before:
            due_on = _after(base, _sum(step.before, every, k)) - timedelta(1)
        elif step.every:
            due_on = gone_on - timedelta(1)
        else:
            due_on = opens_on + timedelta(version.due_within)
        yield Turn(step, place, opens_on, due_on, gone_on)


def _window(turn: Turn, turns: list[Turn], named: set[str], version: Version, today: date) -> Window | None:
    """Return the window of a turn; None while it waits for the step before it."""
    if turn.given:
        return Window(turn.opens_on, turn.due_on, turn.given.on, turn.given.outcome)
    opens_on, due_on = turn.opens_on, turn.due_on
    if turn.step.after and turn.step.after[0] in named:
        before = [other.given.on for other in turns if other.step.code == turn.step.after[0] and other.given]
        if not before:
            return None
        later = _after(min(before), turn.step.after[1])
        if later > today or later >= turn.until_on:
            return None
        if later > opens_on:
            opens_on, due_on = later, max(due_on, later + timedelta(version.due_within))
    if turn.lapsed_on and turn.lapsed_on < turn.gone_on:
        return Window(opens_on, due_on, turn.lapsed_on, is_lapsed=True)
    return Window(opens_on, due_on, turn.gone_on if turn.gone_on <= today else None)


def _meant(step: Step, facts: Mapping[str, Value], day: date) -> Verdict:
    if step.only is None:
        return Verdict.YES
    held = memory.evaluate(step.only.tree, facts, day)
    return Verdict.UNKNOWN if held is None else Verdict.YES if held else Verdict.NO


def _and(one: Verdict, other: Verdict) -> Verdict:
    both = (one, other)
    return Verdict.NO if Verdict.NO in both else Verdict.UNKNOWN if Verdict.UNKNOWN in both else Verdict.YES


def _sum(start: Span, every: Span, turns: int) -> Span:
    return Span(start.months + turns * every.months, start.days + turns * every.days)


def _after(base: date, span: Span) -> date:
    return shifted(base, span.months) + timedelta(span.days)
