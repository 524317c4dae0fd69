"""`resolve`: the visible profile as a pure function of the linked records. The order of imports never matters."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tongdeng.kernel import citizen_id
from tongdeng.org.types import Successors
from tongdeng.people import doors, stays
from tongdeng.people.types import Believed, Profile, Statement

Ranks = Mapping[str, Mapping[str, int]]  # attribute -> source -> rank; 0 is believed most, equals share a rank


def _believe(attribute: str, order: Mapping[str, int], statements: list[Statement]) -> Believed | None:
    """Return what is believed of statements that come newest first."""
    stating = [one for one in statements if one.values.get(attribute) is not None and one.source in order]
    if not stating:
        return None
    if len(stating) == 1:
        return Believed(stating[0].values[attribute], (stating[0].record_id,), False)
    # A stable sort: those of equals stay in their order, the newest first.
    stating.sort(key=lambda one: order[one.source])
    values = {one.values[attribute] for one in stating}
    return Believed(stating[0].values[attribute], tuple(one.record_id for one in stating), len(values) > 1)


def _believe_one_source(source: str, ranks: Ranks, statements: list[Statement]) -> dict[str, Believed]:
    """Return what `_believe` would of statements of one source, that is without weighing it against another."""
    told: dict[str, list[Statement]] = {}
    for one in statements:
        for attribute, value in one.values.items():
            if value is not None:
                told.setdefault(attribute, []).append(one)
    found = {}
    for attribute, order in ranks.items():
        if source in order and (stating := told.get(attribute)):
            chosen = stating[0].values[attribute]
            is_disputed = any(one.values[attribute] != chosen for one in stating)
            found[attribute] = Believed(chosen, tuple([one.record_id for one in stating]), is_disputed)
    return found


def _from_number(attributes: dict[str, Believed]) -> None:
    """Let a valid id number decide birth date and sex; what the rows say stays visible as a dispute."""
    number = attributes.get("id_number")
    if number is None:
        return
    born = citizen_id.born_on(number.value)
    stated: dict[str, Any] = {"sex": citizen_id.sex(number.value), "born_on": born.isoformat() if born else None}
    for attribute, value in stated.items():
        rows = attributes.get(attribute)
        records = tuple(dict.fromkeys((*number.records, *(rows.records if rows else ()))))
        attributes[attribute] = Believed(value, records, bool(rows and (rows.is_disputed or rows.value != value)))


def resolve(
    statements: Iterable[Statement], ranks: Ranks, on: date, successors: Successors = stays.AS_WRITTEN
) -> Profile:
    """Return what the records of one person say, as known now and placed on day `on`, on the map of that day."""
    known = sorted(statements, key=lambda one: one.newness, reverse=True)
    attributes: dict[str, Believed] = {}
    if len({one.source for one in known}) == 1:
        attributes = _believe_one_source(known[0].source, ranks, known)
    else:
        for attribute, order in ranks.items():
            believed = _believe(attribute, order, known)
            if believed is not None:
                attributes[attribute] = believed
    _from_number(attributes)
    found = stays.spells(known, successors)
    if any(doors.is_from_the_door(one) for one in known):
        found |= doors.spells(known, successors)
    return Profile(
        attributes=attributes,
        community=stays.current_community(found["stay"], on),
        has_police_row=any(one.source == "police" for one in known),
        spells=found,
    )
