"""Where a run of many DuckDB statements spends its time: a connection that takes the time of each."""

import re
import time
from collections import defaultdict
from typing import Any

SHOWN = 25
COMMENT = re.compile(r"--[^\n]*")


class TimedLink:
    """Passes everything on to a DuckDB connection, and adds up the seconds of each statement."""

    def __init__(self, link: Any, took: dict[str, list[float]] | None = None):
        """Take the connection, and where to add."""
        self._link = link
        self.took = defaultdict(lambda: [0.0, 0.0]) if took is None else took  # seconds of CPU, seconds

    def __getattr__(self, name: str) -> Any:
        """Return what the connection has."""
        return getattr(self._link, name)

    def cursor(self) -> "TimedLink":
        """Return another connection to the same database, whose statements are added to these."""
        return TimedLink(self._link.cursor(), self.took)

    def execute(self, query: str, *values: Any) -> Any:
        """Run statements one by one and keep how long each took."""
        statements = [query] if values else [each.query for each in self._link.extract_statements(query)]
        for statement in statements:
            cpu, wall = time.process_time(), time.perf_counter()
            result = self._link.execute(statement, *values)
            took = self.took[_name(statement)]
            took[0] += time.process_time() - cpu
            took[1] += time.perf_counter() - wall
        return result

    def say(self) -> None:
        """Print the statements that took longest."""
        print("  CPU s      s  statement")
        for name, (cpu, wall) in sorted(self.took.items(), key=lambda one: -one[1][0])[:SHOWN]:
            print(f"{cpu:7.2f}{wall:7.2f}  {name}")


def _name(statement: str) -> str:
    return " ".join(COMMENT.sub("", statement).split())[:90]
