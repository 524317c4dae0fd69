"""Which conditions an unknown answer hangs on: a bit for each condition that is unknown on the last evaluated day."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongdeng.rules.dialects import identifier
from tongdeng.rules.model import Condition
from tongdeng.rules.tree import Node

WORD = 62  # bits of a BIGINT that are used

TEXTS = """
CREATE OR REPLACE TEMP VIEW unknown_today AS
SELECT n, s, missing
FROM unknown_kept JOIN (
    SELECT s, gap, string_agg(name, ';' ORDER BY k) AS missing
    FROM (SELECT DISTINCT s, gap FROM unknown_kept) JOIN condition_name USING (s)
    WHERE gap >> k & 1 = 1 GROUP BY s, gap
) USING (s, gap)"""


class Gaps:
    """Gives each condition of some services a bit: services share conditions, and each is judged once for a person."""

    def __init__(self, conditions: Mapping[int, tuple[Condition, ...]]):
        """Take the conditions of each service, by its number."""
        self._conditions = conditions
        self.services = frozenset(conditions)
        nodes = dict.fromkeys(one.tree for listed in conditions.values() for one in listed)
        self._place: dict[Node, int] = {node: place for place, node in enumerate(nodes)}

    def words(self) -> dict[str, dict[Node, int]]:
        """Return the columns of bits, and which bit of each stands for which condition."""
        found: dict[str, dict[Node, int]] = {}
        for node, place in self._place.items():
            found.setdefault(_column(place), {})[node] = place % WORD
        return found

    def code(self, number: int) -> str:
        """Return a service's own gaps as SQL: bit k for its k-th condition."""
        bits = [
            f"(({_column(self._place[one.tree])} >> {self._place[one.tree] % WORD}) & 1) << {k}"
            for k, one in enumerate(self._conditions[number])
        ]
        return " | ".join(f"({bit})" for bit in bits) or "0"

    def names(self) -> Iterator[tuple[Any, ...]]:
        """Yield (number of the service, k, name of the condition)."""
        for number, listed in self._conditions.items():
            yield from ((number, k, one.name) for k, one in enumerate(listed))


def _column(place: int) -> str:
    return identifier(f"gaps {place // WORD}")
