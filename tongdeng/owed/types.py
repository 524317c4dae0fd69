"""Statuses and what a determination counts."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a person stands to a service on a day."""

    SERVED = "served"
    DECLINED = "declined"
    NOT_ENTITLED = "not_entitled"
    UNKNOWN = "unknown"
    OWED = "owed"
    AVAILABLE = "available"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class Totals:
    """Migrants living here on the day, and how their pairs of person and service stand."""

    people: int
    owed: int
    served: int
    declined: int
    unknown: int
    unplaced: int
    law: str  # the digest of the law that was applied
