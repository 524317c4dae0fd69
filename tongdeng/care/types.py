"""What comes to care."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HealthRow:
    """The health columns of one row of a roll, by the record that keeps who it is about."""

    record_id: int
    row_number: int
    digest: bytes
    values: Mapping[str, Any]
