"""The figures a second time, from the rolls' rows in plain Python: the slow, obvious path nobody optimised.

Nothing is shared with the system but the law's loader and its reference engine. The rolls are written without a
clerk's mistake, and `truth.csv` says whose each row is, so neither reading nor matching is in question here.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from tests import plain_windows
from tests.integration.insight.plain_facts import Person, Row, facts_on, stay_on
from tests.plain_time import Given
from tests.plain_windows import Life, evaluated_days, pair_on
from tongdeng.rules.model import Law

__all__ = ["Life", "Person", "evaluated_days", "figures_on", "live", "read_county", "stay_on"]

COUNTY = "990101000000"
SEALED = "HEA"
CONFIRMED = {"签字", "短信码", "网上"}
Figures = dict[tuple[str, str], tuple[int, int]]  # (measure, division) -> numerator, denominator


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


def live(person: Person, law: Law, days: list[date]) -> Life:
    """Return a person's facts, answers, deliveries and windows."""
    facts = {day: facts_on(person, day) for day in days}
    services = [one for one in law.services.values() if one.bureau != SEALED or one.extra.get("seal") == "none"]
    return plain_windows.live(facts, _roll_deliveries(person.rows("deliveries")), law, services)


def _roll_deliveries(rows: Iterable[Row]) -> Iterator[Given]:
    for row in rows:
        if row["结果"] == "提供":
            yield Given(row["事项编码"], date.fromisoformat(row["服务日期"]), "served")
        elif row["谢绝确认"] in CONFIRMED:
            yield Given(row["事项编码"], date.fromisoformat(row["服务日期"]), "declined")


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
