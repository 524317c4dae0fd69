"""Windows and what counts on each day, in bulk and plainly, of invented people; and facts of one person and of all."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings as project
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import plain_windows
from tests.bench import scale
from tests.generative.test_engines_agree import EXAMPLES, thorough
from tests.plain_time import Given
from tongdeng.owed import windows
from tongdeng.rules import loader
from tongdeng.rules.model import Law, Verdict
from tongdeng.snapshots import extract, one, reader

PEOPLE = 30
SETTLES = ("served", "declined")
Pairs = dict[tuple[int, str, date], str]  # person, service, day -> how it counts
# Days on which much happens: ends of months, the first of the year, a leap day; and any other.
DAYS = st.sampled_from([date(2026, 1, 31), date(2026, 11, 23), date(2026, 1, 1), date(2024, 2, 29), date(2025, 12, 31)])


@dataclass(frozen=True)
class County:
    """Some invented people, their tables read row by row, and everything found out in bulk for one day."""

    link: Any
    law: Law
    as_of: date
    rows: dict[str, dict[Any, list[dict[str, Any]]]]
    facts: dict[int, dict[date, dict[str, Any]]]


@lru_cache(maxsize=1)
def the_law() -> Law:
    """Return the repository's law."""
    return loader.load(project.TONGDENG_LAW)


def county(first: int, as_of: date, folder: Path, *, told_only: bool = False) -> County:
    """Return some people determined as of a day; or only the facts of them."""
    law = the_law()
    services = [code for code, of in law.services.items() if windows.kind_of(of.versions[-1]) != "event"]
    scale.invent(folder / "snapshot", PEOPLE, services, first)
    link = reader.connect("512MB")
    reader.open_folder(link, folder / "snapshot", extract.TABLES)
    if told_only:
        reader.compute_facts(link, windows.evaluated_days(as_of), scale.COUNTY)
    else:
        windows.determine(link, law, as_of, scale.COUNTY)
    rows: dict[str, dict[Any, list[dict[str, Any]]]] = {}
    for table in extract.TABLES:
        rows[table] = defaultdict(list)
        for row in reader.rows(link, f"FROM {table}"):
            rows[table][row.get("n")].append(row)
    facts: dict[int, dict[date, dict[str, Any]]] = defaultdict(dict)
    for row in reader.rows(link, "FROM facts"):
        facts[row["n"]][row["day"]] = row
    return County(link, law, as_of, rows, facts)


def in_bulk(of: County) -> Pairs:
    """Return how each pair counts on each evaluated day of the year."""
    found: Pairs = {}
    days = windows.evaluated_days(of.as_of)
    counted = "SELECT n, service, outcome, days, settled FROM counted_kept JOIN service_number USING (s)"
    for n, service, outcome, mask, settled in of.link.execute(counted).fetchall():
        for i, day in enumerate(days):
            if mask >> i & 1:
                assert (n, service, day) not in found, "a pair counts twice"
                found[n, service, day] = outcome if settled >> i & 1 else "owed"
    return found


def plainly(of: County) -> Pairs:
    """Return the same of the plain path."""
    found: Pairs = {}
    for n, facts in of.facts.items():
        life = plain_windows.live(facts, delivered(of, n), of.law, list(of.law.services.values()))
        for code, own in life.windows.items():
            for day in facts:
                answer = life.answers[code].get(day, Verdict.NO)
                # What was owed by registration then is nobody's here to be measured by.
                if (version := of.law.services[code].version_on(day)) and version.provision == "hukou":
                    continue
                if day.year == of.as_of.year and (pair := plain_windows.pair_on(own, answer, day)):
                    found[n, code, day] = pair
    return found


def delivered(of: County, n: int) -> Iterator[Given]:
    """Yield what a person was given by the day."""
    for row in of.rows["delivery"][n]:
        if row["outcome"] in SETTLES and row["on_day"] <= of.as_of:
            yield Given(row["service"], row["on_day"], row["outcome"], row["record"])


@settings(thorough, max_examples=max(EXAMPLES // 50, 3))
@given(st.integers(1, 10**6), DAYS | st.dates(date(2024, 1, 1), date(2027, 12, 31)))
@example(1, date(2024, 10, 1))  # in that year a service that was owed by registration came to be owed by residence
def test_bulk_and_plain_count_the_same_pairs_on_every_day(first: int, as_of: date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        some = county(first, as_of, Path(folder))
        bulk, plain = in_bulk(some), plainly(some)
        some.link.close()
    differing = {key: (bulk.get(key), plain.get(key)) for key in bulk.keys() | plain.keys()}
    assert {key: both for key, both in sorted(differing.items()) if both[0] != both[1]} == {}
    assert bulk


@settings(thorough, max_examples=max(EXAMPLES // 30, 5))
@given(st.integers(1, 10**6), DAYS)
def test_one_person_alone_has_the_facts_of_everyone(first: int, as_of: date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        some = county(first, as_of, Path(folder), told_only=True)
        for n, facts in some.facts.items():
            own = {table: some.rows[table][None if table == "source_roll" else n] for table in one.COLUMNS}
            assert {row["day"]: row for row in one.facts_on(own, facts, scale.COUNTY)} == facts
        some.link.close()


def test_a_delivery_less_is_seen(tmp_path: Path) -> None:
    # Guards the tests above: equal numbers of nothing would prove nothing.
    some = county(1, date(2026, 11, 23), tmp_path)
    bulk, whole = in_bulk(some), plainly(some)
    n, service, _ = next(key for key, outcome in whole.items() if outcome == "served")
    some.rows["delivery"][n] = [row for row in some.rows["delivery"][n] if row["service"] != service]
    assert bulk == whole != plainly(some)
