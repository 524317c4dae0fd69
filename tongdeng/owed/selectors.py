"""Reads of what is owed: one person's standings and explanations, and the lists of a place."""

from tongdeng.owed.explain import (
    Earlier,
    as_json,
    days_for,
    earlier_answers,
    explain,
    facts_of,
    is_hidden,
    is_open_to,
    met_from,
)
from tongdeng.owed.person_status import (
    Standing,
    count_owed,
    next_opening,
    owed_by_person,
    standings,
    status_on,
    windows_of,
)

__all__ = [
    "Earlier",
    "Standing",
    "as_json",
    "count_owed",
    "days_for",
    "earlier_answers",
    "explain",
    "facts_of",
    "is_hidden",
    "is_open_to",
    "met_from",
    "next_opening",
    "owed_by_person",
    "standings",
    "status_on",
    "windows_of",
]
