"""Counts the answers that nobody can know because a fact is missing for everyone."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from tongdeng.rules.model import Answer, Verdict, Version
from tongdeng.rules.tree import facts_in


@dataclass(slots=True)
class Gaps:
    """How many answers are unknown: all of them, and those that hang on each missing fact.

    An answer hangs on a fact when it is unknown and one of its unknown conditions reads the fact.
    """

    missing: Collection[str]
    unknown: int = 0
    by_fact: Counter[str] = field(default_factory=Counter)

    def add(self, version: Version, answer: Answer, people: int = 1) -> None:
        """Count so many people who got this answer."""
        if answer.answer != Verdict.UNKNOWN:
            return
        self.unknown += people
        if self.missing:
            open_ones = (each for each in version.conditions if each.name in answer.unknown)
            for name in {name for each in open_ones for name in facts_in(each.tree)} & set(self.missing):
                self.by_fact[name] += people

    def counted(self) -> tuple[tuple[str, int], ...]:
        """Return each missing fact with the answers that hang on it, most first."""
        return tuple(sorted(((name, self.by_fact[name]) for name in self.missing), key=lambda each: (-each[1], each)))
