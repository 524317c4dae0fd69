"""Whether somebody named at the door is known in the county: the exact step of matching, for one entry."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.households import NOBODY, Known, Standing
from tongdeng.intake.matching import Clue, Decision, Register, match
from tongdeng.kernel import citizen_id, clock, names
from tongdeng.org.types import Level, level_of
from tongdeng.people import selectors as registry
from tongdeng.people.exports import identify, records


def look_up(*, values: Mapping[str, Any], community: str, by: Actor) -> Known:
    """Return whether somebody is known in the county, and where; the look is recorded with the person found."""
    with identify.county_wide(by) as looking:
        known = _known(values, community)
        if known.person_id:
            audit.record(
                "people.person.identified", by=looking, subjects=[known.person_id],
                detail={"standing": known.standing.value, "place": community},
            )  # fmt: skip
    return known


def _clue(values: Mapping[str, Any]) -> Clue:
    number = values.get("id_number")
    day = citizen_id.born_on(number) if number else None
    disputed = bool(number and values.get("born_on") and values["born_on"] != str(day))
    triple = records.triple_of({**values, "id_number": None} if disputed else values)
    key = records.index(records.ID, number) if number else None
    return Clue(key, triple, needs_name=disputed, name=str(values.get("name", "")))


def _known(values: Mapping[str, Any], community: str) -> Known:
    clue = _clue(values)
    bearers = identify.bearers(key for key in (clue.number, clue.triple) if key)
    people = {one.person_id: one for found in bearers.values() for one in found}
    register = Register(
        {key: {one.person_id for one in found} for key, found in bearers.items()},
        {one.person_id: {b"some"} for one in people.values() if one.has_number},
        {one.person_id: one.name for one in people.values()},
    )
    (decision,) = match([clue], register, lambda: NOBODY)
    if decision.is_new:
        return _unknown(values, clue, decision)
    return _standing(people[decision.person], community, decision)


def _standing(person: identify.Bearer, community: str, decision: Decision) -> Known:
    found = Known(
        Standing.UNPLACED, person.person_id, person.territory, names.mask_name(person.name), decision.basis,
        decision.number_is_claimed,
    )  # fmt: skip
    if not person.name or level_of(person.territory) is not Level.COMMUNITY:
        return found
    return replace(found, standing=Standing.HERE if person.territory == community else Standing.ELSEWHERE)


def _unknown(values: Mapping[str, Any], clue: Clue, decision: Decision) -> Known:
    if decision.in_doubt:
        return Known(Standing.UNCLEAR, number_is_claimed=decision.number_is_claimed)
    county, hukou = registry.county_code(clock.today())[:6], str(values.get("hukou_code") or "")
    is_listed = bool(clue.number and not clue.needs_name and identify.is_resident(clue.number))
    # Who says that the hukou is elsewhere by now has moved away; the number keeps the six digits of its first day.
    has_left = bool(hukou) and not hukou.startswith(county) and hukou != str(values.get("id_number"))[:6]
    if hukou.startswith(county) or (is_listed and not has_left):
        return Known(Standing.RESIDENT)
    return Known(Standing.NEW, number_is_claimed=decision.number_is_claimed)
