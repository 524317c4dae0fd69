"""Which papers nobody need hand in, since a department holds what they prove: 行政许可法 §31, 2019 规定 §7."""

from collections.abc import Iterable, Mapping
from typing import Any

from tongdeng.people.exports import profiles


def papers_held(profile: profiles.PersonProfile) -> dict[str, str]:
    """Return the papers a department holds already, each with the source that says so; only what the reader may see."""
    number = profile.values.get("id_number")
    found = {}
    if number and number.statements:
        found |= dict.fromkeys(("id_card", "identity_document"), number.statements[0].source)
    told = profile.told_by
    spells: Mapping[tuple[str, ...], Iterable[Any]] = {
        ("residence_permit", "old_permit"): profile.permits,
        ("residence_proof",): [one for one in profile.stays if one.ends_on is None],
        ("work_proof", "labour_contract"): [one for one in profile.jobs if one.ends_on is None],
        ("insurance_record",): profile.insurances,
        ("housing_proof", "lease"): [one for one in profile.tenancies if one.ends_on is None],
        ("study_proof", "school_record", "student_record_number"): profile.schoolings,
    }
    for papers, rows in spells.items():
        source = next((told[one.record_id] for one in rows if one.record_id in told), None)
        if source:
            found |= dict.fromkeys(papers, source)
    return found
