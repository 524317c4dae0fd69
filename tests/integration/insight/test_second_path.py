"""The system's figures against a second computation in plain Python, made from the same rolls and the same law."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from tests.integration.insight import plain
from tongdeng.cli import figures
from tongdeng.intake import actions as intake
from tongdeng.rules import loader
from tongdeng.rules.model import Law
from tongdeng.synth.files import write_county

AS_OF = date(2026, 11, 23)
ROLLS = ("police", "hrss", "education", "housing", "deliveries", "residents-return")
MEASURES = ("S1a", "S1b", "S1c", "S9")
LEVELS = "county,town,community"
MONTHS = plain.evaluated_days(AS_OF)[1:]  # each month's end of the year, then the day itself


@dataclass(frozen=True)
class BothPaths:
    """What the two paths found: by day, the figures of every division."""

    system: dict[date, plain.Figures]
    plain: dict[date, plain.Figures]
    people: dict[str, plain.Person]
    law: Law


def said_by_the_command(*, months: bool) -> dict[date, plain.Figures]:
    """Return what `tongdeng measures --json` prints, by day."""
    said = io.StringIO()
    with redirect_stdout(said):
        figures.measures(as_of=AS_OF.isoformat(), by=LEVELS, months=months, as_json=True)
    found: dict[date, plain.Figures] = {}
    for row in json.loads(said.getvalue()):
        by_division = found.setdefault(date.fromisoformat(row["as_of"]), {})
        by_division[row["code"], row["division"]] = (row["numerator"], row["denominator"])
    return found


def plainly(people: dict[str, plain.Person], law: Law, days: list[date]) -> dict[date, plain.Figures]:
    """Return the figures of the plain path."""
    lives = {key: plain.live(person, law, plain.evaluated_days(AS_OF)) for key, person in people.items()}
    return {day: plain.figures_on(people, lives, day) for day in days}


@pytest.fixture(scope="module")
def both(database: str, job_login: Callable[..., object], tmp_path_factory: pytest.TempPathFactory) -> BothPaths:
    folder: Path = tmp_path_factory.mktemp("second-path")
    write_county(people=400, seed=7, out=folder, as_of=AS_OF, noise=0)
    with pytest.MonkeyPatch.context() as patch, job_login("intake") as by:
        patch.setenv("TONGDENG_TODAY", AS_OF.isoformat())
        for source in ROLLS:
            path = folder / f"{source}.csv"
            batch = intake.receive_roll(source=source, path=path, as_at=AS_OF, by=by)
            intake.import_roll(batch_id=batch, path=path, by=by)
        with redirect_stdout(io.StringIO()):
            figures.determine(as_of=AS_OF.isoformat(), engine="duckdb", as_json=True)
        system = said_by_the_command(months=True)
        assert said_by_the_command(months=False) == {AS_OF: system[AS_OF]}
    people, law = plain.read_county(folder, AS_OF), loader.load(settings.TONGDENG_LAW)
    return BothPaths(system, plainly(people, law, MONTHS), people, law)


def differences(system: plain.Figures, second: plain.Figures, measures: tuple[str, ...]) -> list[str]:
    """Return a line for each division where the paths disagree; a division where nobody counts says 0 of 0."""
    keys = sorted(key for key in system.keys() | second.keys() if key[0] in measures)
    pairs = [(key, system.get(key), second.get(key, (0, 0))) for key in keys]
    return [f"{key}: system {one}, plain {other}" for key, one, other in pairs if one != other]


@pytest.mark.parametrize("measure", MEASURES)
def test_both_paths_find_the_same_numbers_in_every_division(both: BothPaths, measure: str) -> None:
    assert differences(both.system[AS_OF], both.plain[AS_OF], (measure,)) == []


@pytest.mark.parametrize("day", MONTHS, ids=str)
def test_both_paths_find_the_same_numbers_at_every_months_end(both: BothPaths, day: date) -> None:
    assert differences(both.system[day], both.plain[day], MEASURES) == []


def test_every_division_of_the_map_has_a_figure(both: BothPaths) -> None:
    for measure in MEASURES:
        divisions = {division for code, division in both.system[AS_OF] if code == measure}
        assert len(divisions) == 1 + 14 + 210


def test_there_is_something_to_count(both: BothPaths) -> None:
    # Guards the tests above: equal numbers of an empty county would prove nothing.
    good, all_pairs = both.plain[AS_OF]["S1a", plain.COUNTY]
    given, _ = both.plain[AS_OF]["S1b", plain.COUNTY]
    assert all_pairs > 1000
    assert all_pairs > good > given


def test_one_delivery_less_would_be_seen(both: BothPaths) -> None:
    # Guards the tests above: the comparison must be fine enough for one service of one person.
    rows = next(
        person.rows("deliveries")
        for person in both.people.values()
        if person.is_from_outside()
        and plain.stay_on(person, AS_OF)
        and any(row["事项编码"] == "JUS-04" and row["结果"] == "提供" for row in person.rows("deliveries"))
    )
    kept = list(rows)
    rows[:] = [row for row in kept if row["事项编码"] != "JUS-04"]
    try:
        fewer = plainly(both.people, both.law, [AS_OF])[AS_OF]
    finally:
        rows[:] = kept
    numerator, denominator = both.plain[AS_OF]["S1b", plain.COUNTY]
    assert fewer["S1b", plain.COUNTY] == (numerator - 1, denominator)
