"""Who is easily taken for whom in the synthetic county, and how right a linkage is about each kind."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

import pyarrow as pa

from tongdeng.linkage.quality import Quality, compare
from tongdeng.synth.people import Person
from tongdeng.synth.population import County


class Judged(NamedTuple):
    """A row of somebody: the file it is in, who that is in truth, who was said, and which number it bears or claims."""

    file: str
    true: str
    said: str
    number: str | None
    claimed: str | None


def rows_of(table: pa.Table, rows: pa.Table, truth: dict[tuple[str, int], str]) -> list[Judged]:
    """Return the rows that are somebody's."""
    columns = (table["file"], table["row"], table["person"], rows["id_number"], rows["id_claimed"])
    found = []
    for file, row, said, number, claimed in zip(*(column.to_pylist() for column in columns), strict=True):
        if true := truth.get((file, row)):
            found.append(Judged(file, true, said or f"{file}:{row}", number, claimed))
    return found


def _less(whole: Quality, *parts: Quality) -> Quality:
    return Quality(*(one - sum(rest) for one, *rest in zip(whole, *parts, strict=True)))


def _quality(rows: Iterable[Judged]) -> Quality:
    return compare((row.true, row.said) for row in rows)


def touching(rows: list[Judged], chosen: Callable[[Judged], bool]) -> Quality:
    """Judge the pairs of which at least one row is chosen."""
    return _less(_quality(rows), _quality(row for row in rows if not chosen(row)))


def between(rows: list[Judged], one: str, other: str) -> Quality:
    """Judge the pairs of a row in one file and a row in another."""
    first, second = ([row for row in rows if row.file == file] for file in (one, other))
    return _less(_quality([*first, *second]), _quality(first), _quality(second))


def _groups(people: Iterable[Person], key: Callable[[Person], object]) -> Iterator[list[Person]]:
    found: dict[object, list[Person]] = defaultdict(list)
    for person in people:
        found[key(person)].append(person)
    return (group for group in found.values() if len(group) > 1)


def twins(county: County) -> list[tuple[str, str]]:
    """Return the pairs of children of one guardian and one day."""
    children = [person for person in county.people if person.guardian]
    groups = _groups(children, lambda one: (one.guardian.key if one.guardian else "", one.born_on))
    return [(a.key, b.key) for group in groups for a, b in combinations(group, 2)]


def namesakes(county: County) -> list[tuple[str, str]]:
    """Return the pairs of persons of one name, sex and day."""
    groups = _groups(county.people, lambda one: (one.name, one.sex, one.born_on))
    return [(a.key, b.key) for group in groups for a, b in combinations(group, 2)]


def merged(rows: list[Judged], pairs: list[tuple[str, str]]) -> int:
    """Return how many pairs of two persons came out as one, in any of their rows."""
    said: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        said[row.true].add(row.said)
    return sum(bool(said[a] & said[b]) for a, b in pairs)


def strata(county: County, rows: list[Judged]) -> dict[str, Quality]:
    """Return the quality over the pairs that touch each kind of row."""
    own = {person.key: person.number for person in county.people}
    bearers = set(own.values()) - {""}
    crowded = {one.key for house in county.households if house.kind in ("dormitory", "site") for one in house.members}
    family = {one.key for group in _groups(county.people, lambda one: one.phone) for one in group}
    kinds: dict[str, set[str]] = {
        "twins": {key for pair in twins(county) for key in pair},
        "namesakes of one day": {key for pair in namesakes(county) for key in pair},
        "children": {one.key for one in county.people if one.guardian},
        "a phone shared in the family": family,
        "dormitories and sites": crowded,
        "minority names": {one.key for one in county.people if "·" in one.name or len(one.name) > 3},
    }
    found = {name: touching(rows, lambda row, keys=keys: row.true in keys) for name, keys in kinds.items()}
    found["no number"] = touching(rows, lambda row: not row.number and not row.claimed)
    found["a claimed number"] = touching(rows, lambda row: bool(row.claimed))
    found["somebody else's number"] = touching(
        rows, lambda row: (number := row.number or row.claimed or "") in bearers and number != own.get(row.true)
    )
    return found
