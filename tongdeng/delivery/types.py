"""What is recorded of a service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What happened. Only `served` and `declined` settle a window."""

    SERVED = "served"
    DECLINED = "declined"  # and confirmed by the person
    OFFERED = "offered"  # told, or declined without confirmation
    ABSENT = "absent"  # nobody met


class Answer(StrEnum):
    """What came of calling somebody back about a decline that nobody had confirmed."""

    UPHELD = "upheld"  # it is so
    WANTED = "wanted"  # the person wants the service
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class Entry:
    """One service recorded for one person on a page."""

    person_id: int
    territory: str
    service: str
    served_on: date
    outcome: Outcome
    channel: str
    confirmation: str | None = None
    note: str | None = None


def outcome_of(values: Mapping[str, Any]) -> Outcome:
    """Return the outcome of a roll's row: a decline counts only when the person confirmed it."""
    if values.get("result") == "served":
        return Outcome.SERVED
    return Outcome.DECLINED if values.get("decline_confirmation") else Outcome.OFFERED


# What a roll's row says of a delivery, in the order of `of_row`.
ROLL = (
    "domain text, service text, served_on date, outcome text, confirmation text, channel text, provider text,"
    " fee_fen bigint"
)
ROLL_COLUMNS = tuple(column.split()[0] for column in ROLL.split(", "))


def of_row(said: Mapping[str, Any], domain: str) -> tuple[Any, ...]:
    """Return the delivery that a roll's row states."""
    get = said.get
    return (
        domain, said["service"], said["served_on"], outcome_of(said).value, get("decline_confirmation"),
        get("channel"), get("provider"), get("fee_fen"),
    )  # fmt: skip
