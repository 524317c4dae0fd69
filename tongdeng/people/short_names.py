"""What the columns of a roll are called inside a sealed row, where their names would be half of what is written.

A name once given is never given to another column: rows sealed under it stay. A column without one keeps its own name.
"""

from collections.abc import Mapping
from typing import Any

SHORT = {
    "name": "a", "sex": "b", "ethnicity": "c", "id_number": "d", "id_claimed": "e", "born_on": "f", "hukou_code": "g",
    "hukou_address": "h", "community_code": "i", "address": "j", "lodging": "k", "stay_reason": "l",
    "arrived_on": "m", "registered_on": "n", "departed_on": "o", "phone": "p", "education_level": "q",
    "marital_status": "r", "workplace": "s", "landlord_name": "t", "permit_number": "u", "permit_issued_on": "v",
    "permit_endorsed_on": "w", "service": "x", "served_on": "y", "result": "z", "decline_confirmation": "A",
    "provider": "B", "fee_fen": "C", "channel": "D", "school": "E", "school_stage": "F", "grade": "G",
    "enrolled_on": "H", "guardian_name": "I", "guardian_id_number": "J", "guardian_id_claimed": "K",
    "guardian_phone": "L", "dwelling_type": "M", "area": "N", "landlord_phone": "O", "lease_number": "P",
    "leased_from": "Q", "leased_until": "R", "inspected_on": "S", "inspection_result": "T", "employer_name": "U",
    "employer_code": "V", "employment_form": "W", "employed_from": "X", "employed_until": "Y", "pension_type": "Z",
    "pension_enrolled_on": "aa", "unemployment_months": "ab", "work_injury_enrolled_on": "ac", "medical_type": "ad",
    "contribution_months": "ae", "mother_name": "af", "mother_id_number": "ag", "mother_id_claimed": "ah",
    "vaccine": "ai", "dose": "aj", "vaccinated_on": "ak", "year": "al", "place_code": "am", "age_group": "an",
    "due": "ao", "served": "ap", "spent_fen": "aq",
}  # fmt: skip
_LONG = {short: name for name, short in SHORT.items()}


def shortened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values under the short names of their columns."""
    return {SHORT.get(name, name): value for name, value in values.items()}


def lengthened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values under the names of their columns."""
    return {_LONG.get(name, name): value for name, value in values.items()}
