"""Reads of what is owed: one person's standings and explanations, and the lists of a place."""

from tongdeng.owed.explain import (
    Earlier,
    Facts,
    as_json,
    days_for,
    earlier_answers,
    explain,
    facts_of,
    is_hidden,
    is_open_to,
    met_from,
)
from tongdeng.owed.known_then import facts_known_on
from tongdeng.owed.lists import Counts, Line, OpenService, Wanted, counts, lines, open_services
from tongdeng.owed.person_status import (
    Standing,
    count_owed,
    next_opening,
    owed_by_person,
    standings,
    status_on,
    windows_of,
)
from tongdeng.owed.reasons import service_name, what_is_missing, why_now

__all__ = [
    "Counts",
    "Earlier",
    "Facts",
    "Line",
    "OpenService",
    "Standing",
    "Wanted",
    "as_json",
    "count_owed",
    "counts",
    "days_for",
    "earlier_answers",
    "explain",
    "facts_known_on",
    "facts_of",
    "is_hidden",
    "is_open_to",
    "lines",
    "met_from",
    "next_opening",
    "open_services",
    "owed_by_person",
    "service_name",
    "standings",
    "status_on",
    "what_is_missing",
    "why_now",
    "windows_of",
]
