"""From fits between persons to joins and doubts, when some of them have been in a register before.

Who bears a valid number and who was there before is an anchor: two anchors are one person only where a bearer who is
new meets somebody without a number. Everybody else belongs to the anchor reached by the widest path (that whose weakest
fit is the strongest), if that is clearly wider than the path to any other. The order of the fits does not matter.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_DOUBTS = 3  # questions about one person: whoever fits more than that is asked about the best


class Fit(NamedTuple):
    """How well two persons fit, by their best rows; `comparisons` are (name, level, weight)."""

    left: int
    right: int
    left_row: int
    right_row: int
    weight: float
    probability: float
    comparisons: tuple[tuple[str, str, float], ...] = ()

    def other(self, person: int) -> int:
        """Return the person at the other end."""
        return self.right if person == self.left else self.left

    def row_of(self, person: int) -> int:
        """Return the row by which a person fits."""
        return self.left_row if person == self.left else self.right_row


@dataclass(frozen=True, slots=True)
class Party:
    """A person among those compared. `rank` decides whose id two new ones keep; it must not depend on chance."""

    is_new: bool
    has_number: bool
    rank: str = ""


class Doubtful(NamedTuple):
    """Two persons, as they are after all joins, who may be one, and by which fit."""

    person: int
    other: int
    fit: Fit


@dataclass(slots=True)
class Verdict:
    """Who takes whose id, by which fit, and what a clerk must be asked. Doubts come heaviest first."""

    joined: dict[int, int] = field(default_factory=dict)
    by: dict[int, Fit] = field(default_factory=dict)
    doubts: list[Doubtful] = field(default_factory=list)
    proposals: list[Fit] = field(default_factory=list)  # two who were both there before

    def now(self, person: int) -> int:
        """Return who a person is after all joins."""
        while (to := self.joined.get(person)) is not None:
            person = to
        return person


def apart(pairs: Iterable[tuple[int, int]], most: int) -> Iterator[set[int]]:
    """Yield the persons of these pairs in sets of at most so many, unless more hang together: no pair is torn apart."""
    above: dict[int, int] = {}

    def root(person: int) -> int:
        while (to := above.setdefault(person, person)) != person:
            above[person] = person = above[to]
        return person

    for left, right in pairs:
        above[root(left)] = root(right)
    together: dict[int, list[int]] = defaultdict(list)
    for person in list(above):
        together[root(person)].append(person)
    batch: set[int] = set()
    for persons in together.values():
        if batch and len(batch) + len(persons) > most:
            yield batch
            batch = set()
        batch.update(persons)
    if batch:
        yield batch


def decide(
    fits: Iterable[Fit], parties: Mapping[int, Party], *, threshold: float, margin: float, zone: float
) -> Verdict:
    """Return what becomes of the new persons. `zone` is how far below the threshold a fit still is a question."""
    return _Table(fits, parties, threshold, margin, zone).verdict()


class _Table:
    def __init__(
        self, fits: Iterable[Fit], parties: Mapping[int, Party], threshold: float, margin: float, zone: float
    ) -> None:
        self._parties, self._threshold, self._margin, self._line = parties, threshold, margin, threshold - zone
        self._found = Verdict()
        self._settled: set[int] = set()
        self._fits: list[Fit] = []
        self._by_person: dict[int, list[Fit]] = defaultdict(list)
        for fit in sorted(fits, key=self._order):
            left, right = parties[fit.left], parties[fit.right]
            if left.has_number and right.has_number:
                continue
            if not (left.is_new or right.is_new):
                if fit.weight >= threshold:
                    self._found.proposals.append(fit)
                continue
            self._fits.append(fit)
            self._by_person[fit.left].append(fit)
            self._by_person[fit.right].append(fit)

    def _order(self, fit: Fit) -> tuple[float, list[str]]:
        return -fit.weight, sorted(self._parties[person].rank for person in (fit.left, fit.right))

    def verdict(self) -> Verdict:
        self._seat_bearers()
        self._seat_the_free()
        self._join_the_rest()
        self._ask()
        return self._found

    def _is_anchor(self, person: int) -> bool:
        party = self._parties[person]
        return party.has_number or not party.is_new

    def _join(self, person: int, to: int, by: Fit, *, is_settled: bool) -> None:
        self._found.joined[person] = to
        self._found.by[person] = by
        if is_settled:
            self._settled.add(person)

    def _clearly_best(self, person: int) -> Fit | None:
        """Return a person's best fit with an anchor, unless it is too weak or another is nearly as good."""
        fits = [fit for fit in self._by_person[person] if self._is_anchor(fit.other(person))]
        if not fits or fits[0].weight < self._threshold:
            return None
        return None if len(fits) > 1 and fits[1].weight > fits[0].weight - self._margin else fits[0]

    def _seat_bearers(self) -> None:
        """Let each new bearer of a number be who was there without one, if each is clearly the other's best."""
        for fit in self._fits:
            if not (self._is_anchor(fit.left) and self._is_anchor(fit.right)):
                continue
            new, old = (fit.left, fit.right) if self._parties[fit.left].is_new else (fit.right, fit.left)
            if self._clearly_best(new) is fit and self._clearly_best(old) is fit:
                self._join(new, old, fit, is_settled=True)

    def _seat_the_free(self) -> None:
        """Let each new person without a number be the anchor that is clearly the nearest."""
        reached: dict[int, dict[int, tuple[float, Fit]]] = defaultdict(dict)
        seats: dict[int, list[int]] = defaultdict(list)
        for person in self._by_person:
            if self._is_anchor(person):
                seats[self._found.now(person)].append(person)
        for seat, sitting in seats.items():
            for person, width, fit in self._widest_paths(sitting):
                reached[person][seat] = (width, fit)
        self._in_doubt: set[int] = set()
        for person, near in reached.items():
            best, *others = sorted(near.items(), key=lambda one: (-one[1][0], one[0]))
            seat, (width, fit) = best
            if width < self._threshold:
                continue
            if others and others[0][1][0] > width - self._margin:
                self._in_doubt.add(person)
            else:
                self._join(person, seat, fit, is_settled=True)

    def _widest_paths(self, sources: list[int]) -> Iterator[tuple[int, float, Fit]]:
        """Yield each new person without a number reached from a seat, with the width of the path and its last fit."""
        done: set[int] = set(sources)
        heap: list[tuple[float, int, int, Fit]] = []
        serial = 0

        def spread(person: int, width: float) -> None:
            nonlocal serial
            for fit in self._by_person[person]:
                other = fit.other(person)
                if other not in done and not self._is_anchor(other):
                    serial += 1
                    heapq.heappush(heap, (-min(width, fit.weight), serial, other, fit))

        for source in sources:
            spread(source, float("inf"))
        while heap:
            negative, _, person, fit = heapq.heappop(heap)
            if person not in done:
                done.add(person)
                yield person, -negative, fit
                spread(person, -negative)

    def _join_the_rest(self) -> None:
        """Join new persons without numbers who fit one another and no anchor; the first by rank keeps its id."""
        for fit in self._fits:
            if fit.weight < self._threshold or any(self._is_bound(person) for person in (fit.left, fit.right)):
                continue
            a, b = self._found.now(fit.left), self._found.now(fit.right)
            if a != b:
                first, second = sorted((a, b), key=lambda person: self._parties[person].rank)
                self._join(second, first, fit, is_settled=False)

    def _is_bound(self, person: int) -> bool:
        return self._is_anchor(person) or person in self._settled or person in self._in_doubt

    def _ask(self) -> None:
        """Open a question for each fit that joined nobody and about whose new person nothing is sure."""
        asked: set[tuple[int, int]] = set()
        counts: dict[int, int] = defaultdict(int)
        for fit in self._fits:
            if fit.weight < self._line:
                break
            ends = (fit.left, fit.right)
            unsettled = [p for p in ends if self._parties[p].is_new and p not in self._settled]
            person, other = self._found.now(fit.left), self._found.now(fit.right)
            if not unsettled or person == other or (min(person, other), max(person, other)) in asked:
                continue
            if all(counts[self._found.now(p)] >= MOST_DOUBTS for p in unsettled):
                continue
            asked.add((min(person, other), max(person, other)))
            first = unsettled[0]
            for one in unsettled:
                counts[self._found.now(one)] += 1
            self._found.doubts.append(Doubtful(self._found.now(first), self._found.now(fit.other(first)), fit))
