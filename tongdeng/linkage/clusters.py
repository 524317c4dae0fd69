"""From scored pairs to persons: the best pairs first, and never past a guard.

A row that fits two bearers of numbers almost equally well joins neither. A person has at most one valid number.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Pair(NamedTuple):
    """Two nodes and how well they fit: the weight (log2 of the odds) and the probability that they are one person."""

    left: int
    right: int
    weight: float
    probability: float


class Membership(NamedTuple):
    """Which cluster a node is in, and how sure that is; `in_doubt` when it fits two persons."""

    cluster: int
    probability: float
    in_doubt: bool = False


class _Forest:
    """Union-find that knows the valid number of each cluster."""

    def __init__(self, numbers: Mapping[int, str]) -> None:
        self._parent: dict[int, int] = {}
        self._number = dict(numbers)

    def root(self, node: int) -> int:
        parent = self._parent
        while (above := parent.get(node, node)) != node:
            parent[node] = parent.get(above, above)
            node = above
        return node

    def join(self, left: int, right: int) -> bool:
        """Join two clusters, unless that would give a person two valid numbers."""
        a, b = self.root(left), self.root(right)
        if a == b:
            return True
        first, second = self._number.get(a), self._number.get(b)
        if first and second and first != second:
            return False
        low, high = min(a, b), max(a, b)
        self._parent[high] = low
        if first or second:
            self._number[low] = first or second or ""
        return True


def doubtful(pairs: Iterable[Pair], numbers: Mapping[int, str], threshold: float, margin: float) -> dict[int, float]:
    """Return the nodes without a number that fit the bearers of two numbers, and the probability of the better."""
    best: dict[int, dict[str, Pair]] = {}
    for pair in pairs:
        for free, bearer in ((pair.left, pair.right), (pair.right, pair.left)):
            number = numbers.get(bearer)
            if number and free not in numbers:
                fits = best.setdefault(free, {})
                if number not in fits or fits[number].weight < pair.weight:
                    fits[number] = pair
    found: dict[int, float] = {}
    for free, fits in best.items():
        first, *others = sorted(fits.values(), key=lambda pair: -pair.weight)
        if others and first.weight >= threshold and others[0].weight > first.weight - margin:
            found[free] = first.probability
    return found


def cluster(
    nodes: Iterable[int], numbers: Mapping[int, str], pairs: list[Pair], *, threshold: float, margin: float
) -> dict[int, Membership]:
    """Return the cluster of every node. `numbers` are the valid ones; their bearers are joined beforehand and for sure.

    The order of the pairs does not matter: the heaviest come first, and equal ones by their nodes.
    """
    forest = _Forest(numbers)
    bearers: dict[str, int] = {}
    for node in sorted(numbers):
        forest.join(bearers.setdefault(numbers[node], node), node)
    doubts = doubtful(pairs, numbers, threshold, margin)
    sure: dict[int, float] = {}
    rejected = dict(doubts)
    for pair in sorted(pairs, key=lambda pair: (-pair.weight, pair.left, pair.right)):
        both = (pair.left, pair.right)
        is_joined = (
            pair.weight >= threshold and not (pair.left in doubts or pair.right in doubts) and forest.join(*both)
        )
        for node in both:
            kept = sure if is_joined else rejected
            kept[node] = max(kept.get(node, 0.0), pair.probability)
    memberships = {}
    for node in nodes:
        # A bearer's own number is certain; a row alone is as sure as its best rejected pair is not.
        probability = 1.0 if node in numbers else sure.get(node, 1.0 - rejected.get(node, 0.0))
        memberships[node] = Membership(forest.root(node), probability, node in doubts)
    return memberships
