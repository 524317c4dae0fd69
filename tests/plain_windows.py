"""Windows a second time, in plain Python, from facts and deliveries: the slow, obvious path nobody optimised.

Nothing is shared with the system but the law's loader, its reference engine, and what the steps of a schedule are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.plain_steps import step_windows
from tests.plain_time import Given, Window, shifted
from tongdeng.rules.engines import memory
from tongdeng.rules.model import Law, Rhythm, Service, Value, Verdict, Version

MONTHS = {Rhythm.YEARLY: 12, Rhythm.QUARTERLY: 3, Rhythm.MONTHLY: 1}
Facts = Mapping[date, Mapping[str, Value]]
Answers = Mapping[date, Verdict]


@dataclass(slots=True)
class Life:
    """What the plain path found out about one person."""

    facts: Facts
    answers: dict[str, dict[date, Verdict]]
    windows: dict[str, list[Window]]
    given: set[Given] = field(default_factory=set)


def evaluated_days(day: date) -> list[date]:
    """Return 31 December, each month's end before a day, and the day."""
    ends = [date(day.year, month, 1) - timedelta(1) for month in range(1, day.month + 1)]
    return [*ends, day] if ends[-1] != day else ends


def live(facts: Facts, delivered: Iterable[Given], law: Law, services: Sequence[Service]) -> Life:
    """Return a person's answers, deliveries and windows of some services, from the facts of the evaluated days."""
    life = Life(facts, defaultdict(dict), {}, set(delivered))
    days = sorted(facts)
    for service in services:
        versions = {day: version for day in days if (version := service.version_on(day))}
        if not versions or all(version.provision == "hukou" for version in versions.values()):
            continue
        for day, version in versions.items():
            life.answers[service.code][day] = memory.answer(version, facts[day], day).answer
        life.given |= set(_proved(facts, service.code, versions))
        given = [one for one in life.given if one.service == service.code]
        # Given outweighs declined on one day.
        given.sort(key=lambda one: (one.on, one.outcome == "declined", one.record))
        life.windows[service.code] = _windows(law, versions, life, service.code, given)
    return life


def _proved(facts: Facts, code: str, versions: Mapping[date, Version]) -> Iterator[Given]:
    for day, version in versions.items():
        proof = facts[day].get(version.done_when) if version.done_when else None
        if isinstance(proof, date):
            yield Given(code, proof, "served")


def _windows(
    law: Law, versions: Mapping[date, Version], life: Life, code: str, given: list[Given]
) -> list[Window]:  # fmt: skip
    days = list(versions)
    version, answers = versions[days[-1]], life.answers[code]
    if version.anniversary_of:
        windows = _anniversaries(version, days, life, answers)
    elif version.rhythm in MONTHS:
        return _periods(MONTHS[version.rhythm], days, answers, given)
    elif version.rhythm is Rhythm.ONCE and version.opens_from:
        windows = _by_date(version, days, life, answers)
    elif version.rhythm is Rhythm.ONCE:
        windows = _once(version, days, answers)
    elif version.rhythm is Rhythm.SCHEDULE:
        return step_windows(law.schedules[version.schedule], version, life.facts, answers, given)
    else:
        return []
    if version.rhythm is Rhythm.ONCE:
        windows, given = _with_early(windows, given, of_date=bool(version.opens_from))
    for one in given:
        settle(windows, one)
    # A plain once service asks for nothing more after an outcome.
    is_plain = version.rhythm is Rhythm.ONCE and not version.opens_from
    return _until_done(windows) if is_plain else windows


def _with_early(windows: list[Window], given: list[Given], *, of_date: bool) -> tuple[list[Window], list[Given]]:
    """Return the windows with the one that an early delivery makes, and the deliveries left.

    It lies before the first window; of a plain once service also between a lapse and the next window. It is one: what
    comes after it is no longer before the first window, and counts in none.
    """
    starts = [window.opens_on for window in windows]
    bound = (min if of_date else max)(starts, default=None)
    early = [one for one in given if (bound is None or one.on < bound) and not _falls_in(windows, one)]
    own = [Window(one.on, one.on, one.on, one.outcome) for one in early[:1]]
    return own + windows, [one for one in given if one not in early]


def _until_done(windows: list[Window]) -> list[Window]:
    windows.sort(key=lambda window: window.opens_on)
    done = [index for index, window in enumerate(windows) if window.outcome]
    return windows[: done[0] + 1] if done else windows


def _falls_in(windows: list[Window], given: Given) -> bool:
    return any(window.takes(given.on) for window in windows)


def settle(windows: list[Window], given: Given) -> None:
    """Let a delivery settle the oldest window that takes it."""
    for window in windows:
        if window.takes(given.on) and not window.outcome:
            window.outcome, window.closes_on, window.is_lapsed = given.outcome, given.on, False
            return


def _lapse(windows: list[Window], day: date) -> None:
    for window in windows:
        if window.closes_on is None or window.closes_on > day:
            window.closes_on, window.is_lapsed = day, True


def _is_open(windows: list[Window]) -> bool:
    return bool(windows) and not windows[-1].is_lapsed


def _once(version: Version, days: list[date], answers: Answers) -> list[Window]:
    windows: list[Window] = []
    for day in days:
        if answers[day] is Verdict.NO:
            _lapse(windows, day)
        elif answers[day] is Verdict.YES and not _is_open(windows):
            windows.append(Window(day, day + timedelta(version.due_within)))
    return windows


def _by_date(version: Version, days: list[date], life: Life, answers: Answers) -> list[Window]:
    windows: list[Window] = []
    seen: set[date] = set()
    for day in days:
        if answers[day] is Verdict.NO:
            _lapse(windows, day)
        elif answers[day] is Verdict.YES:
            start = life.facts[day].get(version.opens_from)
            if not isinstance(start, date) or start in seen:
                continue
            seen.add(start)
            if _is_open(windows):
                windows[-1].closes_on = start
            windows.append(Window(start, start + timedelta(version.due_within)))
    return windows


def _periods(months: int, days: list[date], answers: Answers, given: list[Given]) -> list[Window]:
    """Return a window for each calendar period; after an outcome a period asks for nothing more."""
    found: list[Window] = []
    for first_month in range(1, days[-1].month + 1, months):
        first = date(days[-1].year, first_month, 1)
        last = shifted(first, months) - timedelta(1)
        own: list[Window] = []
        # The evaluated day before a period stands for its opening state.
        for day in [day for day in days if first - timedelta(1) <= day <= last]:
            if answers[day] is Verdict.NO:
                _lapse(own, day)
            elif answers[day] is Verdict.YES and not _is_open(own):
                own.append(Window(max(day, first), last))
        for window in own:
            window.ends_on = last + timedelta(1)
        for one in given:
            settle(own, one)
        found += _until_done(own)
    return found


def _anniversaries(version: Version, days: list[date], life: Life, answers: Answers) -> list[Window]:
    """Return a window for each turn; it opens with its turn, or when the person comes to be entitled within it."""
    windows: dict[date, Window] = {}  # by anniversary
    months = version.opens_before["months"]
    for day in days:
        base = life.facts[day].get(version.anniversary_of)
        if answers[day] is Verdict.NO:
            _lapse(list(windows.values()), day)
        if answers[day] is not Verdict.YES or not isinstance(base, date):
            continue
        dues = [shifted(base, 12 * count) for count in range(1, day.year - base.year + 2)]
        opened = [due for due in dues if shifted(due, -months) <= day]
        if not opened or opened[-1] in windows:
            continue
        turn_on = shifted(opened[-1], -months)
        opens_on = turn_on if not any(turn_on <= before < day for before in days) else day
        for window in windows.values():
            if window.closes_on is None:
                window.closes_on = turn_on
        windows[opened[-1]] = Window(opens_on, max(opened[-1], opens_on))
    return list(windows.values())


def pair_on(windows: Iterable[Window], answer: Verdict, day: date) -> str | None:
    """Return how one person's one service counts on a day: served, declined, owed, or None where it does not."""
    known = [window.as_known_on(day) for window in windows if window.opens_on <= day]
    january = date(day.year, 1, 1)
    touching = [
        window for window in known if not window.is_lapsed and (window.closes_on is None or window.closes_on >= january)
    ]
    decided = [window for window in touching if window.due_on <= day or window.outcome]
    still_open = [window for window in touching if window.closes_on is None]
    if not decided and not still_open:
        return None
    chosen = decided[-1] if decided else still_open[-1]
    # Unknown today is outside; a window that ran out before stays and counts.
    if chosen.closes_on is None and answer is Verdict.UNKNOWN:
        return None
    return chosen.outcome or "owed"
