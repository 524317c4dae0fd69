"""How far services reach: each town has its own rate, and each service makes it better or worse."""

from datetime import date, timedelta
from random import Random

from tongdeng.synth.divisions import TOWNS

# Shortfall of a service against its town's: 1 is the town's own, 0.5 half as many people missed.
SHORTFALL = {
    "PSB-01": 0.5, "PSB-02": 1.0, "PSB-03": 1.1, "HRS-01": 1.0, "HRS-06": 1.1, "HRS-07": 1.2, "HRS-08": 1.4,
    "MIB-01": 0.9, "EDU-01": 0.3, "EDU-03": 0.8, "HUD-01": 1.4, "CIV-07": 1.2, "JUS-04": 1.0,
}  # fmt: skip
_STREETS = (0.95, 0.93, 0.915)
_OTHERS = (0.985, 0.965, 0.945, 0.93, 0.915, 0.90, 0.88, 0.855, 0.83, 0.805, 0.78)
# Of the services that are given once, how many had been given before the year began.
_SETTLED = 0.955


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


class Reach:
    """Decides by chance whether and when a service reached a person who was entitled to it."""

    def __init__(self, seed: int, as_of: date) -> None:
        self._chance = Random(f"{seed}:reach")
        self._random = self._chance.random
        self.as_of, self.year_start = as_of, date(as_of.year, 1, 1)
        streets, others = list(_STREETS), list(_OTHERS)
        self._chance.shuffle(streets)
        self._chance.shuffle(others)
        self._rates = {town[:9]: rate for town, rate in zip(TOWNS, streets + others, strict=True)}

    def rate(self, community: str, service: str) -> float:
        """Return the share of entitled people whom the service reaches there."""
        return 1 - (1 - self._rates[community[:9]]) * SHORTFALL.get(service, 1.0)

    def _between(self, first: date, last: date) -> date:
        return first + timedelta(int(self._random() * ((last - first).days + 1)))

    def once(self, community: str, service: str, opened: date, until: date) -> date | None:
        """Return the day on which a service given once was given, or None. `until` is the last day it could be."""
        if opened > until:
            return None
        if opened < self.year_start and self._random() < _SETTLED:
            day = opened + timedelta(int(self._chance.expovariate(1 / 12)))
            return min(day, self.year_start - timedelta(1), until)
        if self._random() >= self.rate(community, service):
            return None
        if opened < self.year_start:
            return self._between(self.year_start, until) if until >= self.year_start else None
        return self._between(opened, min(until, opened + timedelta(25)))

    def this_year(self, community: str, service: str, opened: date, until: date) -> date | None:
        """Return the day of this year on which a yearly service was given, or None.

        Whoever comes during the year is reached from the next month on: rounds are made of lists drawn at month's end.
        """
        first = max(month_end(opened), self.year_start) if opened >= self.year_start else self.year_start
        first = min(first, self.as_of) if opened <= self.as_of else first
        if first > until or self._random() >= self.rate(community, service):
            return None
        return self._between(first, until)
