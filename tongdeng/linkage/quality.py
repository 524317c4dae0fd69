"""How right a linkage is, against a truth: over all pairs of rows, since a person is the pairs among their rows."""

from collections import Counter
from collections.abc import Hashable, Iterable
from math import comb
from typing import NamedTuple


class Quality(NamedTuple):
    """Pairs of rows that are one person in truth, that were said to be, and that are both."""

    true: int
    said: int
    right: int

    @property
    def precision(self) -> float:
        """Return the share of what was said that is true."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Return the share of what is true that was said."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.5f} (precision {self.precision:.5f}, recall {self.recall:.5f})"


def compare(rows: Iterable[tuple[Hashable, Hashable]]) -> Quality:
    """Judge rows given as (person in truth, person said to be)."""
    both = Counter(rows)
    true: Counter[Hashable] = Counter()
    said: Counter[Hashable] = Counter()
    for (person, cluster), count in both.items():
        true[person] += count
        said[cluster] += count
    return Quality(*(sum(comb(count, 2) for count in counts.values()) for counts in (true, said, both)))
