"""Tasks as the packages above see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One task and, once somebody has dealt with it, what came of it."""

    id: int
    kind: str
    person_id: int | None
    record_id: int | None
    territory: str
    detail: Mapping[str, Any]
    due_on: date
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    closed_staff_id: int | None = None
