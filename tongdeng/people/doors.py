"""What those who stood at the door say of a person's stays, beside what the rolls say."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from tongdeng.org.types import Successors
from tongdeng.people import stays
from tongdeng.people.sources import known
from tongdeng.people.types import Spell, Statement

BELIEVED = 1  # the rank of those who register people, and of those who stood at their door
LEFT_OPEN = ("address", "lodging", "stay_reason")  # what a short word from the door does not repeat
Groups = dict[tuple[Any, ...], list[Statement]]


def is_from_the_door(statement: Statement) -> bool:
    """Tell whether a statement was entered by somebody who spoke with the person."""
    return stays.makes(statement, "household")


def spells(statements: Iterable[Statement], successors: Successors) -> dict[str, list[Spell]]:
    """Return the stays and households of somebody of whom forms speak; they take the place of the rolls' stays.

    What the believed sources say of one community and one arrival is one stay, and the newest of them states it.
    """
    told = [stays.on_map(one, successors) if successors else one for one in statements]
    groups: Groups = defaultdict(list)
    for one in told:
        if stays.makes(one, "stay") and known()[one.source].stay_rank == BELIEVED:
            groups[one.values.get("community_code"), one.values.get("arrived_on")].append(one)
    others = [one for one in stays.newest_of_each(told) if known()[one.source].stay_rank > BELIEVED]
    found = [spell for group in groups.values() if (spell := _stay(group))]
    leases = [Spell(one.record_id, one.as_at, values) for one in others if (values := stays.stay_of(one))]
    left = _left(found, groups)
    found += [cut for lease in leases if (cut := _until_left(lease, left))]
    households = [spell for group in groups.values() if (spell := _household(group))]
    return {"stay": sorted(found, key=_order), "household": sorted(households, key=lambda one: one.values["said_on"])}


def _order(spell: Spell) -> tuple[date, int, str, int]:
    return spell.values["starts_on"], spell.values["rank"], spell.values["community"], spell.record_id


def _stay(group: list[Statement]) -> Spell | None:
    """Return what a group tells of one stay: the newest states it, and what it leaves open the older ones fill in."""
    newest = sorted(stays.newest_of_each(group), key=lambda one: one.newness, reverse=True)
    first = newest[0]
    said = dict(first.values)
    if is_from_the_door(first):
        for one in sorted(group, key=lambda one: one.newness, reverse=True):
            said |= {key: one.values.get(key) for key in LEFT_OPEN if said.get(key) is None}
    # Whoever was still there has left since, where the other source says so on or after that day.
    ends = [
        one.values["departed_on"] for one in newest[1:] if one.values.get("departed_on") and one.as_at >= first.as_at
    ]
    if ends and not said.get("departed_on"):
        said["departed_on"] = min(ends)
    values = stays.stay_of(replace(first, values=said))
    if values is None:
        return None
    registering = next((one for one in newest if stays.makes(one, "permit")), None)
    registered = (
        stays.stay_of(replace(registering, values={**registering.values, "departed_on": None})) if registering else None
    )
    if registered:  # a visit takes nothing from the registration with the police
        values |= {key: registered[key] for key in ("source", "registered_on", "recorded_on")}
    return Spell(first.record_id, max(one.as_at for one in newest), values)


def _left(found: list[Spell], groups: Groups) -> set[tuple[str, date]]:
    """Return the communities from which a form says that the person left, with the days."""
    ended = {(one.values["community"], one.values["ends_on"]) for one in found if one.values["ends_on"]}
    said = {
        (one.values["community_code"], stays.day(one.values["departed_on"]))
        for group in groups.values()
        for one in group
        if is_from_the_door(one) and one.values.get("departed_on")
    }
    return ended & said


def _until_left(lease: Spell, left: set[tuple[str, date]]) -> Spell | None:
    """Return a lease as a stay: a form that says the person has left ends it, though the lease may run on."""
    values = lease.values
    ends = [on for community, on in left if community == values["community"] and on >= values["starts_on"]]
    if not ends or (values["ends_on"] is not None and values["ends_on"] <= min(ends)):
        return lease
    if min(ends) == values["starts_on"]:
        return None
    return replace(lease, values={**values, "ends_on": min(ends)})


def _household(group: list[Statement]) -> Spell | None:
    told = [one for one in group if is_from_the_door(one) and one.values.get("household")]
    if not told:
        return None
    newest = max(told, key=lambda one: one.newness)
    values = {
        "household": newest.values["household"],
        "relation": newest.values.get("relation"),
        "said_on": newest.row_on or newest.as_at,
    }
    return Spell(newest.record_id, newest.as_at, values)
