"""Rows as linkage sees them: what each says of its subject, whatever the roll calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


# The rest say nothing of who somebody is.
COLUMNS = (
    "name", "id_number", "id_claimed", "born_on", "sex", "phone", "hukou_code", "guardian_name", "guardian_number",
)  # fmt: skip
_OTHER_NAMES = {
    "phone": ("phone", "guardian_phone"),
    "guardian_name": ("guardian_name", "mother_name"),
    "guardian_number": ("guardian_id_number", "mother_id_number", "guardian_id_claimed", "mother_id_claimed"),
}
_KEYS = tuple(_OTHER_NAMES.get(column, (column,)) for column in COLUMNS)
# Whatever else a row says may be forgotten.
READ = frozenset(key for keys in _KEYS for key in keys)


class Gathering:
    """Collects rows of many files by column; `table` is what `runner.link` takes."""

    def __init__(self) -> None:
        self._files: list[str] = []
        self._numbers: list[int] = []
        self._empty: list[bool] = []
        self._persons: list[int | None] = []
        self._columns: list[list[str | None]] = [[] for _ in COLUMNS]

    def __len__(self) -> int:
        return len(self._numbers)

    def add(
        self, file: str, number: int, values: Mapping[str, str | int], *, is_empty: bool = False,
        person: int | None = None,
    ) -> None:  # fmt: skip
        """Add one row by its canonical keys; an empty one speaks of nobody. `person` is whose it is known to be."""
        self._files.append(file)
        self._numbers.append(number)
        self._empty.append(is_empty)
        self._persons.append(person)
        get = values.get
        for column, keys in zip(self._columns, _KEYS, strict=True):
            column.append(next((str(value) for key in keys if (value := get(key))), None))

    def table(self) -> pa.Table:
        """Return the rows as an Arrow table, in the order they were added."""
        import pyarrow as pa

        texts = {name: pa.array(column, pa.string()) for name, column in zip(COLUMNS, self._columns, strict=True)}
        return pa.table(
            {
                "id": pa.array(range(len(self._numbers)), pa.int64()),
                "file": pa.array(self._files, pa.string()),
                "row": pa.array(self._numbers, pa.int64()),
                "is_empty": pa.array(self._empty, pa.bool_()),
                "person": pa.array(self._persons, pa.int64()),
                **texts,
            }
        )
