"""Linkage of a county full of people who are easily taken for one another, by kind of pair, with what is sure of it."""

from collections.abc import Iterator
from itertools import combinations
from math import comb
from pathlib import Path

from tests.bench import strata
from tests.bench.measure import AS_OF

PEOPLE = 40_000
TARGET = 0.005
Pairs = list[tuple[str, str]]


def bench_crowded(folder: Path) -> None:
    """Link a county of thousands of twins and namesakes at two levels of noise, and tell who was made one wrongly."""
    from tests.bench.linkage import read_rolls
    from tongdeng.linkage import runner, settings
    from tongdeng.synth.files import make_county, write_county
    from tongdeng.synth.likeness import CROWDED

    county, _ = make_county(PEOPLE, 1, AS_OF, CROWDED)
    kinds = pairs(county)
    for noise in (1, 2):
        place = folder / f"crowded{noise}"
        write_county(people=PEOPLE, seed=1, out=place, as_of=AS_OF, noise=noise, likeness=CROWDED)
        rows, truth, _ = read_rolls(place)
        judged = strata.rows_of(runner.link(rows, settings.load()).table, rows, truth)
        whole = strata.touching(judged, lambda row: True)
        print(f"a county full of doubles, {len(rows):,} rows, noise {noise}: {whole}")
        for name, found in kinds.items():
            is_aim = name in ("twins", "namesakes of one day")
            print(f"  {name:<40}{told(strata.merged(judged, found), len(found), is_aim=is_aim)}")


def pairs(county: strata.County) -> dict[str, Pairs]:
    """Return the pairs of persons of each hard kind; a pair of two kinds is in both."""
    twins, namesakes = strata.twins(county), strata.namesakes(county)
    homes = {one.key: house for house in county.households for one in house.members}
    under_one_roof = [(a, b) for a, b in namesakes if homes.get(a, a) is homes.get(b, b)]
    return {
        "twins": twins,
        "namesakes of one day": namesakes,
        "of these under one roof": sorted(set(under_one_roof) - set(twins)),
        "roommates": [pair for house in county.households if house.employer for pair in _all_pairs(house.members)],
        "children and their guardians": [(one.key, one.guardian.key) for one in county.people if one.guardian],
        "sisters and brothers": sorted(set(_siblings(county)) - set(twins)),
    }


def _all_pairs(members: list[strata.Person]) -> Iterator[tuple[str, str]]:
    return ((a.key, b.key) for a, b in combinations(members, 2))


def _siblings(county: strata.County) -> Iterator[tuple[str, str]]:
    for house in county.households:
        yield from _all_pairs([one for one in house.members if one.guardian])


def told(wrong: int, of: int, *, is_aim: bool = True) -> str:
    """Say how many pairs were made one, and which share is surely not exceeded, at 95 %."""
    most = upper_bound(wrong, of)
    verdict = "" if not is_aim else "   target 0.5%: shown" if most <= TARGET else "   target 0.5%: NOT SHOWN"
    return f"{wrong:>4} of {of:>7,} pairs made one, {wrong / max(of, 1):.3%}, at most {most:.3%}{verdict}"


def upper_bound(wrong: int, of: int) -> float:
    """Return the one-sided 95 % upper bound of a share after Clopper and Pearson (1934)."""
    low, high = (wrong / of if of else 1.0), 1.0
    for _ in range(60):
        middle = (low + high) / 2
        as_few = sum(comb(of, k) * middle**k * (1 - middle) ** (of - k) for k in range(wrong + 1))
        low, high = (middle, high) if as_few > 0.05 else (low, middle)
    return high
