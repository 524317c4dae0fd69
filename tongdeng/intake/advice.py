"""What the sender is told about rows that were kept: each fault or repair, how often it came and where first."""

from typing import Any

from tongdeng.intake.types import Finding, RowIn

MOST_ROWS = 20


class Advice:
    """Gathers the findings of accepted rows; as large as there are kinds of fault, however long the roll."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Finding, bool, list[int]]] = {}
        self._times: dict[tuple[str, str], int] = {}

    def add(self, row: RowIn) -> None:
        """Take note of one row."""
        for is_warning, findings in ((True, row.warnings), (False, row.notes)):
            for finding in findings:
                key = (finding.column, finding.code)
                rows = self._found.setdefault(key, (finding, is_warning, []))[2]
                self._times[key] = self._times.get(key, 0) + 1
                if len(rows) < MOST_ROWS and row.number not in rows[-1:]:
                    rows.append(row.number)

    def merge(self, other: "Advice") -> None:
        """Add what another process noted of the same roll."""
        for key, (finding, is_warning, rows) in other._found.items():
            mine = self._found.setdefault(key, (finding, is_warning, []))[2]
            mine[:] = sorted({*mine, *rows})[:MOST_ROWS]
            self._times[key] = self._times.get(key, 0) + other._times[key]

    def as_json(self) -> list[dict[str, Any]]:
        """Return one entry for each kind of fault, warnings first and the most frequent first."""
        told = [
            {
                "column": finding.column, "code": finding.code, "zh": finding.message.zh, "en": finding.message.en,
                "is_warning": is_warning, "times": self._times[key], "rows": rows,
            }
            for key, (finding, is_warning, rows) in self._found.items()
        ]  # fmt: skip
        return sorted(told, key=lambda one: (not one["is_warning"], -one["times"], one["column"], one["code"]))
