"""The figures a second time, from the rolls' rows in plain Python: the slow, obvious path nobody optimised.

Nothing is shared with the system but the law's loader and its reference engine. The rolls are written without a
clerk's mistake, and `truth.csv` says whose each row is, so neither reading nor matching is in question here.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.integration.insight.plain_facts import Person, Row, facts_on, stay_on
from tongdeng.rules.engines import memory
from tongdeng.rules.model import Law, Rhythm, Value, Verdict, Version

COUNTY = "990101000000"
SEALED = "HEA"
CONFIRMED = {"签字", "短信码", "网上"}
Figures = dict[tuple[str, str], tuple[int, int]]  # (measure, division) -> numerator, denominator


@dataclass(slots=True)
class Window:
    """One service for one person once; a closed one has a day, and an outcome, a lapse or neither (missed)."""

    opens_on: date
    due_on: date
    closes_on: date | None = None
    outcome: str = ""
    is_lapsed: bool = False

    def as_known_on(self, day: date) -> "Window":
        """Return the window without what is dated later."""
        if self.closes_on is None or self.closes_on <= day:
            return self
        return Window(self.opens_on, self.due_on)


@dataclass(frozen=True, slots=True)
class Given:
    """A service given, or declined with the person's own confirmation."""

    service: str
    on: date
    outcome: str


@dataclass(slots=True)
class Life:
    """What the plain path found out about one person."""

    facts: dict[date, dict[str, Value]]
    answers: dict[str, dict[date, Verdict]]
    windows: dict[str, list[Window]]
    given: set[Given] = field(default_factory=set)


def read_county(folder: Path, as_at: date) -> dict[str, Person]:
    """Return everyone of the rolls by the key that `truth.csv` gives."""
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        whose = {(row["file"], int(row["row"])): row["person"] for row in csv.DictReader(file)}
    people: dict[str, Person] = defaultdict(lambda: Person(as_at))
    for roll in ("police", "hrss", "education", "housing", "deliveries"):
        with (folder / f"{roll}.csv").open(encoding="utf-8") as file:
            for number, row in enumerate(csv.DictReader(file), 1):
                if key := whose[f"{roll}.csv", number]:
                    people[key].rows(roll).append(row)
    return people


def evaluated_days(day: date) -> list[date]:
    """Return 31 December, each month's end before a day, and the day."""
    ends = [date(day.year, month, 1) - timedelta(1) for month in range(1, day.month + 1)]
    return [*ends, day]


def live(person: Person, law: Law, days: list[date]) -> Life:
    """Return a person's facts, answers, deliveries and windows."""
    life = Life({day: facts_on(person, day) for day in days}, defaultdict(dict), {})
    versions: dict[str, dict[date, Version]] = defaultdict(dict)
    for day in days:
        for service, version in law.in_force_on(day):
            if version.provision != "hukou" and (service.bureau != SEALED or service.extra.get("seal") == "none"):
                versions[service.code][day] = version
                life.answers[service.code][day] = memory.answer(version, life.facts[day], day).answer
    life.given = set(_roll_deliveries(person.rows("deliveries"))) | set(_proved(life.facts, versions))
    for code, by_day in versions.items():
        given = [one for one in life.given if one.service == code]
        # Given outweighs declined on one day.
        given.sort(key=lambda one: (one.on, one.outcome == "declined"))
        life.windows[code] = _windows(by_day[days[-1]], days, life, code, given)
    return life


def _roll_deliveries(rows: Iterable[Row]) -> Iterator[Given]:
    for row in rows:
        if row["结果"] == "提供":
            yield Given(row["事项编码"], date.fromisoformat(row["服务日期"]), "served")
        elif row["谢绝确认"] in CONFIRMED:
            yield Given(row["事项编码"], date.fromisoformat(row["服务日期"]), "declined")


def _proved(facts: Mapping[date, Mapping[str, Value]], versions: dict[str, dict[date, Version]]) -> Iterator[Given]:
    for code, by_day in versions.items():
        for day, version in by_day.items():
            proof = facts[day].get(version.done_when) if version.done_when else None
            if isinstance(proof, date):
                yield Given(code, proof, "served")


def _windows(version: Version, days: list[date], life: Life, code: str, given: list[Given]) -> list[Window]:
    answers = life.answers[code]
    if version.anniversary_of:
        windows = _anniversaries(version, days, life, answers)
    elif version.rhythm is Rhythm.YEARLY:
        windows = _yearly(days, answers)
    elif version.rhythm is Rhythm.ONCE and version.opens_from:
        windows = _by_date(version, days, life, answers)
    elif version.rhythm is Rhythm.ONCE:
        windows = _once(version, days, answers)
    else:
        return []
    if version.rhythm is Rhythm.ONCE:
        # Before the first window; for a plain once service also between a lapse and the next window.
        starts = [window.opens_on for window in windows]
        bound = (min if version.opens_from else max)(starts, default=None)
        early = [one for one in given if (bound is None or one.on < bound) and not _falls_in(windows, one)]
        windows = [Window(one.on, one.on, one.on, one.outcome) for one in early] + windows
        given = [one for one in given if one not in early]
    for one in given:
        _settle(windows, one)
    # A plain once service, and a yearly one for its year, asks for nothing more after an outcome.
    if not version.opens_from and not version.anniversary_of:
        windows.sort(key=lambda window: window.opens_on)
        done = [index for index, window in enumerate(windows) if window.outcome]
        windows = windows[: done[0] + 1] if done else windows
    return windows


def _falls_in(windows: list[Window], given: Given) -> bool:
    return any(w.opens_on <= given.on and (w.closes_on is None or given.on < w.closes_on) for w in windows)


def _settle(windows: list[Window], given: Given) -> None:
    for window in windows:
        is_open = window.opens_on <= given.on and (window.closes_on is None or given.on < window.closes_on)
        if is_open and not window.outcome:
            window.outcome, window.closes_on, window.is_lapsed = given.outcome, given.on, False
            return


def _lapse(windows: list[Window], day: date) -> None:
    for window in windows:
        if window.closes_on is None or window.closes_on > day:
            window.closes_on, window.is_lapsed = day, True


def _is_open(windows: list[Window]) -> bool:
    return bool(windows) and not windows[-1].is_lapsed


def _once(version: Version, days: list[date], answers: dict[date, Verdict]) -> list[Window]:
    windows: list[Window] = []
    for day in days:
        if answers[day] is Verdict.NO:
            _lapse(windows, day)
        elif answers[day] is Verdict.YES and not _is_open(windows):
            windows.append(Window(day, day + timedelta(version.due_within)))
    return windows


def _by_date(version: Version, days: list[date], life: Life, answers: dict[date, Verdict]) -> list[Window]:
    windows: list[Window] = []
    seen: set[date] = set()
    for day in days:
        if answers[day] is Verdict.NO:
            _lapse(windows, day)
        elif answers[day] is Verdict.YES:
            start = life.facts[day].get(version.opens_from)
            opens_on = start if isinstance(start, date) else day
            if opens_on in seen or (start is None and _is_open(windows)):
                continue
            seen.add(opens_on)
            if _is_open(windows):
                windows[-1].closes_on = opens_on
            windows.append(Window(opens_on, opens_on + timedelta(version.due_within)))
    return windows


def _yearly(days: list[date], answers: dict[date, Verdict]) -> list[Window]:
    windows: list[Window] = []
    year = days[-1].year
    for day in days:
        if answers[day] is Verdict.NO:
            _lapse(windows, day)
        elif answers[day] is Verdict.YES and not _is_open(windows):
            windows.append(Window(max(day, date(year, 1, 1)), date(year, 12, 31)))
    return windows


def _anniversaries(version: Version, days: list[date], life: Life, answers: dict[date, Verdict]) -> list[Window]:
    windows: list[Window] = []
    months = version.opens_before["months"]
    for day in days:
        base = life.facts[day].get(version.anniversary_of)
        if answers[day] is Verdict.NO:
            _lapse(windows, day)
        if answers[day] is not Verdict.YES or not isinstance(base, date):
            continue
        dues = [shifted(base, 12 * count) for count in range(1, day.year - base.year + 2)]
        opened = [due for due in dues if shifted(due, -months) <= day]
        if opened and not (windows and windows[-1].due_on == opened[-1]):
            opens_on = shifted(opened[-1], -months)
            if _is_open(windows):
                windows[-1].closes_on = opens_on
            windows.append(Window(opens_on, opened[-1]))
    return windows


def shifted(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    after = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(day.day - 1), after - timedelta(1))


def pair_on(windows: list[Window], answer: Verdict, day: date) -> str | None:
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
    outcome = decided[-1].outcome if decided else ""
    if not outcome and answer is Verdict.UNKNOWN:
        return None
    return outcome or "owed"


def divisions_of(community: str) -> tuple[str, str, str]:
    """Return the county, the town and the community itself."""
    return COUNTY, community[:9] + "000", community


def figures_on(people: Mapping[str, Person], lives: Mapping[str, Life], day: date) -> Figures:
    """Return S1a, S1b, S1c and S9 of every division where somebody counts."""
    above: Counter[tuple[str, str]] = Counter()
    below: Counter[tuple[str, str]] = Counter()

    def count(measure: str, community: str, is_good: bool) -> None:
        for division in divisions_of(community):
            below[measure, division] += 1
            above[measure, division] += is_good

    for key, person in people.items():
        life = lives[key]
        stay = stay_on(person, day)
        if not person.is_from_outside():
            continue
        for arrival in person.arrivals():
            if (arrival.starts_on.year, arrival.starts_on.month) == (day.year, day.month) and arrival.starts_on <= day:
                seen_on = arrival.registered_on or person.as_at
                count("S9", arrival.community, (seen_on - arrival.starts_on).days <= 7)
        if stay is None:
            continue
        for code, windows in life.windows.items():
            if pair := pair_on(windows, life.answers[code][day], day):
                count("S1a", stay.community, pair != "owed")
                count("S1b", stay.community, pair == "served")
        months = life.facts[day]["residence_months"]
        if isinstance(months, int) and months >= 6:
            year = [one for one in life.given if one.outcome == "served" and date(day.year, 1, 1) <= one.on <= day]
            count("S1c", stay.community, bool(year))
    return {key: (above[key], below[key]) for key in below}
