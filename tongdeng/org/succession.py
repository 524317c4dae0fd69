"""Which division follows which: what a code of yesterday means on a later map. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

_RANGE = re.compile(r"(?P<street>.*?)(?P<first>[0-9]{1,5})(?:号)?[-—~～至到](?P<last>[0-9]{1,5})(?P<end>\D*)")


@lru_cache(maxsize=4096)
def _pattern(words: str) -> tuple[re.Pattern[str], range | None]:
    """Return how to find the words of a rule: 幸福路1号 is not in 幸福路12号, and 幸福路1-20号 holds 1 to 20."""
    found = _RANGE.fullmatch(words)
    if found:
        street, end = re.escape(found["street"]), re.escape(found["end"])
        return re.compile(f"{street}([0-9]+){end}"), range(int(found["first"]), int(found["last"]) + 1)
    before = "(?<![0-9])" if words[:1].isdigit() else ""
    after = "(?![0-9])" if words[-1:].isdigit() else ""
    return re.compile(before + re.escape(words) + after), None


def is_at(words: str, address: str) -> bool:
    """Tell whether an address contains the words of a rule, numbers taken whole."""
    pattern, numbers = _pattern(words)
    if numbers is None:
        return pattern.search(address) is not None
    return any(int(number) in numbers for number in pattern.findall(address))


@dataclass(frozen=True)
class Step:
    """What becomes of one division on a day. `parts` are (code, words of addresses); whoever is in none is the rest."""

    starts_on: date
    code: str
    rest: str | None
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def goes_on(self) -> bool:
        """Tell whether the code stays in use, for a smaller division."""
        return self.code == self.rest or any(code == self.code for code, _ in self.parts)

    @property
    def followers(self) -> tuple[str, ...]:
        """Return every division that takes something over."""
        return tuple(dict.fromkeys((*(code for code, _ in self.parts), *([self.rest] if self.rest else []))))

    def for_address(self, address: str | None) -> str | None:
        """Return the follower for an address: the longest words that fit decide, then the order of the file."""
        fitting = [
            (-len(words), at, code)
            for at, (code, rules) in enumerate(self.parts)
            for words in rules
            if address and is_at(words, address)
        ]
        return min(fitting)[2] if fitting else self.rest


@dataclass(frozen=True)
class Successors:
    """The changes of a map up to a day, by the code they ended or split."""

    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.steps)

    def current(
        self, code: str, *, address: str | None = None, since: date | None = None, until: date | None = None
    ) -> str:
        """Return the code under which a stay from `since` until `until` (None: still open) is known now.

        What ended before a change keeps its code. A code that goes on for a smaller division means that one in
        whatever began after the split.
        """
        after = date.min
        while step := self._next(code, after, since, until):
            after = step.starts_on
            code = step.for_address(address) or code
        return code

    def _next(self, code: str, after: date, since: date | None, until: date | None) -> Step | None:
        for step in self.steps.get(code, ()):
            if step.starts_on <= after or (until is not None and until <= step.starts_on):
                continue
            if step.goes_on and since is not None and since >= step.starts_on:
                continue
            return step if step.rest or step.parts else None
        return None

    def followers(self, code: str, *, since: date | None = None) -> tuple[str, ...]:
        """Return the divisions of the newest map that took over from one; several after a split.

        `since` is the day the code was written for: a code that goes on is the smaller one after its split.
        """
        found: list[str] = []
        waiting = [(code, date.min)]
        while waiting:
            one, after = waiting.pop(0)
            steps = (s for s in self.steps.get(one, ()) if s.starts_on > after)
            step = next((s for s in steps if not (s.goes_on and since is not None and since >= s.starts_on)), None)
            if step is None or not step.followers:
                found.append(one)
                continue
            waiting += [(next_code, step.starts_on) for next_code in step.followers]
        return tuple(dict.fromkeys(found))


def successors_of(lines: Iterable[tuple[date, str, str | None, tuple[str, ...]]]) -> Successors:
    """Return the succession told by (day, code before, code after, words), in the order of the file."""
    steps: dict[tuple[date, str], list[tuple[str | None, tuple[str, ...]]]] = {}
    for starts_on, before, after, words in lines:
        steps.setdefault((starts_on, before), []).append((after, words))
    found: dict[str, list[Step]] = {}
    for (starts_on, before), ways in sorted(steps.items(), key=lambda item: item[0]):
        parts = tuple((after, words) for after, words in ways if words and after)
        rest = next((after for after, words in ways if not words), None)
        if parts or rest != before:  # else it only got a new name
            found.setdefault(before, []).append(Step(starts_on, before, rest, parts))
    return Successors({code: tuple(listed) for code, listed in found.items()})
