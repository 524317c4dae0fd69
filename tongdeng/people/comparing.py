"""Two persons side by side, or one record beside the rest: what each says, where they differ, and who says it.

Numbers are masked here. A digit that differs is marked where it stands, and stays masked: its place is enough to judge.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from tongdeng.kernel import clock, names
from tongdeng.org import selectors as org
from tongdeng.people import identity, profiles, selectors
from tongdeng.people.types import Profile, Statement

NEAR_EDITS = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One side's value in pieces (text, differs from the other side), and the newest record that states it."""

    pieces: tuple[tuple[str, bool], ...]
    source: str
    on: date
    others: int = 0  # further values that other records of this side state


@dataclass(frozen=True, slots=True)
class Trait:
    """One line of the comparison. `level`: same, near, differs, one (only one side says) or none."""

    name: str
    level: str
    left: Told | None
    right: Told | None
    places: tuple[int, ...] = ()  # which characters of the left side differ, counted from 1


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its profile and its records."""

    profile: Profile
    statements: tuple[Statement, ...]
    has_number: bool

    def value(self, attribute: str) -> Any:
        """Return the chosen value of an attribute."""
        believed = self.profile.attributes.get(attribute)
        return believed.value if believed else None


def side_of(statements: Iterable[Statement]) -> Side:
    """Return what these records say together, as if they were all of one person."""
    known, today = tuple(statements), clock.today()
    profile = identity.resolve(known, selectors.ranks(), today, org.successors(today))
    return Side(profile, known, "id_number" in profile.attributes)


def person_side(person_id: int) -> Side:
    """Return what the reader may see of a person."""
    return side_of(profiles.statements_about(person_id))


def record_sides(person_id: int, chosen: Iterable[int]) -> tuple[Side, Side]:
    """Return some records of a person beside the rest of theirs."""
    wanted, known = set(chosen), profiles.statements_about(person_id)
    return (
        side_of(one for one in known if one.record_id in wanted),
        side_of(one for one in known if one.record_id not in wanted),
    )


def compare(left: Side, right: Side) -> list[Trait]:
    """Return the lines of a comparison, the most telling first; what neither side says is left out."""
    found = [_trait(name, read, mask, left, right) for name, read, mask in TRAITS]
    return [one for one in found if one.level != "none"]


def are_two_numbers(left: Side, right: Side) -> bool:
    """Tell whether each side bears a valid number of its own: such two are never merged."""
    return left.has_number and right.has_number and left.value("id_number") != right.value("id_number")


# ---- what is compared ----

Reading = tuple[str, Statement, int] | None  # the plain value, the record that states it, how many other values


def _believed(*attributes: str) -> Callable[[Side], Reading]:
    def read(side: Side) -> Reading:
        for attribute in attributes:
            believed = side.profile.attributes.get(attribute)
            if believed is None or believed.value is None:
                continue
            by_id = {one.record_id: one for one in side.statements}
            stating = [by_id[record] for record in believed.records if record in by_id]
            values = {one.values[attribute] for one in stating if one.values.get(attribute) is not None}
            return str(believed.value), stating[0], len(values - {believed.value})
        return None

    return read


def _guardian(column: str) -> Callable[[Side], Reading]:
    def read(side: Side) -> Reading:
        stating = [one for one in side.statements if one.values.get(column)]
        if not stating:
            return None
        newest = max(stating, key=lambda one: one.newness)
        values = {one.values[column] for one in stating}
        return str(newest.values[column]), newest, len(values) - 1

    return read


def _plain(text: str) -> str:
    return text


TRAITS: tuple[tuple[str, Callable[[Side], Reading], Callable[[str], str]], ...] = (
    ("name", _believed("name"), _plain),
    ("number", _believed("id_number", "id_claimed"), names.mask_id),
    ("born", _believed("born_on"), _plain),
    ("sex", _believed("sex"), _plain),
    ("phone", _believed("phone"), names.mask_phone),
    ("hukou", _believed("hukou_address", "hukou_code"), _plain),
    ("guardian", _guardian("guardian_name"), _plain),
    ("guardian_number", _guardian("guardian_id_number"), names.mask_id),
    ("address", _believed("address"), _plain),
)


def _trait(name: str, read: Callable[[Side], Reading], mask: Callable[[str], str], left: Side, right: Side) -> Trait:
    one, other = read(left), read(right)
    if one is None or other is None:
        level = "none" if one is other else "one"
        return Trait(name, level, _told(one, mask, set()), _told(other, mask, set()))
    here, there = differing(one[0], other[0])
    level = "same" if one[0] == other[0] else "near" if max(len(here), len(there)) <= NEAR_EDITS else "differs"
    if name == "sex" and level != "same":
        level, here, there = "differs", set(), set()
    return Trait(
        name, level, _told(one, mask, here), _told(other, mask, there), tuple(at + 1 for at in sorted(here | there))
    )


def _told(reading: Reading, mask: Callable[[str], str], marked: set[int]) -> Told | None:
    if reading is None:
        return None
    value, statement, others = reading
    return Told(_pieces(mask(value), marked), statement.source, statement.row_on or statement.as_at, others)


def differing(left: str, right: str) -> tuple[set[int], set[int]]:
    """Return the positions of either text that do not agree; of equally long ones place by place."""
    if len(left) == len(right):
        found = {at for at, (a, b) in enumerate(zip(left, right, strict=True)) if a != b}
        return found, found
    here: set[int] = set()
    there: set[int] = set()
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind != "equal":
            here |= set(range(a, b))
            there |= set(range(c, d))
    return here, there


def _pieces(shown: str, marked: set[int]) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    for at, character in enumerate(shown):
        if pieces and pieces[-1][1] == (at in marked):
            pieces[-1] = (pieces[-1][0] + character, pieces[-1][1])
        else:
            pieces.append((character, at in marked))
    return tuple(pieces)


def count_spells(side: Side, tables: Sequence[str]) -> int:
    """Return how many dated spells of these kinds a side has."""
    return sum(len(side.profile.spells.get(table, ())) for table in tables)
