"""What comes to care."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class HealthRow:
    """The health columns of one row of a roll, by the record that keeps who it is about."""

    record_id: int
    row_number: int
    digest: bytes
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Emergency:
    """One opening of one person's sealed rows."""

    id: int
    person_id: int
    reason: str
    staff_id: int
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    looks: int
    reviewer_id: int | None
    reviewed_at: datetime | None
    verdict: str | None


class Refused(Exception):
    """The door of care stays shut; `why` is reason, post, over, own, judged, verdict or closed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
