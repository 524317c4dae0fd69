"""What bureaus report about registered residents: counts and money by place, service, age group and sex."""

from collections.abc import Iterator
from random import Random

from tongdeng.synth.divisions import COMMUNITIES, TOWNS
from tongdeng.synth.reach import Reach

_GROUPS = {"0-6": 0.07, "7-15": 0.11, "16-59": 0.6, "60+": 0.22}
# Service: points by which residents are served better, share of each group that is entitled, yuan per head.
_SERVICES: dict[str, tuple[float, dict[str, float], float]] = {
    "HRS-01": (0.03, {"16-59": 0.45}, 6.0),
    "HRS-06": (0.02, {"16-59": 0.12, "60+": 0.03}, 9.0),
    "HRS-07": (0.06, {"16-59": 0.24}, 15.0),
    "HRS-08": (0.08, {"16-59": 0.11}, 15.0),
    "MIB-01": (0.05, {"0-6": 0.99, "7-15": 0.99, "16-59": 0.62, "60+": 0.83}, 670.0),
    "EDU-01": (0.01, {"7-15": 0.21}, 940.0),
    "EDU-03": (0.04, {"0-6": 0.46}, 610.0),
    "HUD-01": (-0.02, {"16-59": 0.03, "60+": 0.01}, 4.0),
    "CIV-07": (-0.01, {"0-6": 0.06, "7-15": 0.06}, 38.0),
    "JUS-04": (0.02, {"16-59": 1.0, "60+": 1.0}, 1.6),
    "HEA-02": (0.03, {"0-6": 1.0, "7-15": 1.0, "16-59": 1.0, "60+": 1.0}, 3.1),
    "HRS-05": (0.02, {"16-59": 0.03}, 820.0),
}  # fmt: skip


def _places(chance: Random) -> list[tuple[str, str]]:
    """Return each place of the return with its town: two towns report by community."""
    by_community = set(chance.sample(TOWNS[3:], 2))
    places = [(town, town) for town in TOWNS if town not in by_community]
    places += [(code, code[:9] + "000") for code in COMMUNITIES if code[:9] + "000" in by_community]
    return sorted(places)


def rows(seed: int, people: int, reach: Reach) -> Iterator[list[str]]:
    """Yield the rows of the return for the year of the reach."""
    chance = Random(f"{seed}:returns")
    draw = chance.random
    year = str(reach.as_of.year)
    residents = max(60_000, 15 * people)
    weights = {town: (2.2 if town[6:9] < "100" else 1.0) * (0.7 + 0.6 * draw()) for town in TOWNS}
    total = sum(weights.values())
    for place, town in _places(chance):
        share = weights[town] / total / (1 if place == town else 15) * (0.9 + 0.2 * draw())
        for service, (better, groups, yuan) in _SERVICES.items():
            for group, entitled in groups.items():
                for sex, half in (("男", 0.51), ("女", 0.49)):
                    due = round(residents * share * _GROUPS[group] * half * entitled)
                    rate = min(0.995, reach.rate(place, service) + better + 0.01 * (draw() - 0.5))
                    served = round(due * rate)
                    yield [year, place, service, group, sex, str(due), str(served), f"{served * yuan:.2f}"]
