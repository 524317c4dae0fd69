"""One row of a roll, as a fixture."""

from collections.abc import Callable, Sequence

import pytest

from tests.unit.intake.cast import GOOD, csv_bytes, read_bytes
from tongdeng.intake.types import RowIn


@pytest.fixture
def row() -> Callable[..., RowIn]:
    """One row of a roll, good but for what the test changes; `without` names columns to leave out."""

    def make(source: str = "police", without: Sequence[str] = (), **cells: str) -> RowIn:
        filled = {**GOOD[source], **cells}
        filled = {name: words for name, words in filled.items() if name not in without}
        content = csv_bytes(list(filled), [list(filled.values())])
        return read_bytes(source, content)[0]

    return make
