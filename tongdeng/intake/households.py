"""A household as it was typed at the door: read, repaired, and what can be said at once. Pure but for today's map.

Never asked: religion, politics, ethnicity, marriage, births, contraception, devices, income. No document is demanded.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tongdeng.intake import identifiers, quantities, values
from tongdeng.intake.errors import finding
from tongdeng.intake.formats import load_format
from tongdeng.intake.values import INVALID, Parser, Reading
from tongdeng.kernel import citizen_id
from tongdeng.kernel.errors import Text

SELF = "self"
RELATIONS = {
    SELF: Text("户主", "head"),
    "spouse": Text("配偶", "spouse"),
    "child": Text("子女", "child"),
    "parent": Text("父母", "parent"),
    "grandchild": Text("孙辈", "grandchild"),
    "sibling": Text("兄弟姐妹", "brother or sister"),
    "relative": Text("其他亲属", "other relative"),
    "other": Text("合住，非亲属", "shares the home, no relative"),
}
OF_AGE = 16  # below, somebody else speaks for the child: 民法典 §18, who earns a living at 16 counts as adult
CONTROL = "".join(map(chr, range(32)))


NOBODY = 0  # stands for a person who does not exist yet


class Standing(StrEnum):
    """What the register knows of somebody named at the door."""

    NEW = "new"
    HERE = "here"
    ELSEWHERE = "elsewhere"  # in another community of this county, which is asked first
    UNPLACED = "unplaced"  # known, but to no community: nobody has to be asked
    RESIDENT = "resident"  # registered in this county: nothing to register
    UNCLEAR = "unclear"  # fits several; gets a person of their own at once, and a clerk is asked


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the register knows. `place` is a community's code; of somebody elsewhere only a masked name is told."""

    standing: Standing
    person_id: int = NOBODY
    place: str = ""
    masked_name: str = ""
    basis: str = "none"
    number_is_claimed: bool = False


@dataclass(frozen=True, slots=True)
class TypedHome:
    """The home as typed."""

    community: str = ""
    address: str = ""
    arrived_on: str = ""
    lodging: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TypedMember:
    """One member as typed; `guardian` is the position of the member who speaks for a child."""

    number: str = ""
    name: str = ""
    born_on: str = ""
    sex: str = ""
    phone: str = ""
    relation: str = ""
    hukou: str = ""
    guardian: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Something to say at a field; only a fault keeps the entry from being saved."""

    field: str
    text: Text


@dataclass(slots=True)
class Read:
    """Canonical values, faults and warnings."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Said] = field(default_factory=list)
    warnings: list[Said] = field(default_factory=list)


def codes_of(key: str) -> tuple[str, ...]:
    """Return the codes of a choice, in the order of the code list."""
    column = next(one for one in load_format("police").columns if one.key == key)
    return tuple(dict.fromkeys(str(code) for code in column.choices.values() if code))


def _take(read: Read, name: str, key: str, text: str, parser: Parser, *, claimed_key: str = "") -> None:
    """Put one field's value in its place; what cannot be read is a warning, for nobody is sent away for a number."""
    found = parser.read(text.strip(CONTROL + " ")) if text.strip(CONTROL + " ") else None
    if not isinstance(found, Reading):
        if found is not None:
            read.values[key] = found
        return
    for grade, code, shown in found.problems:
        if grade:
            said = Said(name, finding("", code, shown).message)
            (read.faults if grade == INVALID and not claimed_key else read.warnings).append(said)
    if found.value is not None:
        read.values[claimed_key if found.claimed else key] = found.value


def read_home(typed: TypedHome, communities: Collection[str], today: date) -> Read:
    """Return the home's values with its faults."""
    read = Read()
    if typed.community in communities:
        read.values["community_code"] = typed.community
    else:
        read.faults.append(Said("community", Text("请选一个社区。", "Choose a community.")))
    _take(read, "address", "address", typed.address, values.text_parser())
    if "address" not in read.values and not read.faults:
        read.faults.append(Said("address", Text("请写住址，到门牌。", "Write the address, with its number.")))
    _take(read, "arrived_on", "arrived_on", typed.arrived_on, quantities.date_parser(today))
    if "arrived_on" not in read.values and not any(one.field == "arrived_on" for one in read.faults):
        read.faults.append(Said("arrived_on", Text("请写来这里住的日期。", "Write the day of moving in.")))
    for key, said in (("lodging", typed.lodging), ("stay_reason", typed.reason)):
        if said in codes_of(key):
            read.values[key] = said
    return read


def read_member(typed: TypedMember, position: int, today: date) -> Read:
    """Return one member's values with faults and warnings; what the register knows is not looked at yet."""
    read = Read()
    knows = identifiers.division_judge(None)
    _take(read, "number", "id_number", typed.number, identifiers.IdNumbers(today, knows), claimed_key="id_claimed")
    _take(read, "name", "name", typed.name, values.name_parser())
    _take(read, "born_on", "born_on", typed.born_on, quantities.date_parser(today, personal=True))
    _take(read, "phone", "phone", typed.phone, identifiers.phone_parser(), claimed_key="phone_claimed")
    _take(read, "hukou", "hukou_code", typed.hukou, identifiers.division_parser(knows))
    if typed.sex in ("male", "female"):
        read.values["sex"] = typed.sex
    if position == 0:
        read.values["relation"] = SELF
    elif typed.relation in RELATIONS and typed.relation != SELF:
        read.values["relation"] = typed.relation
    _compare(read)
    number = read.values.get("id_number")
    if number and "hukou_code" not in read.values:
        read.values["hukou_code"] = number[:6]
    return read


def _compare(read: Read) -> None:
    number = read.values.get("id_number")
    if not number:
        return
    stated = {"born_on": citizen_id.born_on(number), "sex": citizen_id.sex(number)}
    for key, code in (("born_on", "id.birth_disagrees"), ("sex", "id.sex_disagrees")):
        said = read.values.get(key)
        if said is not None and said != str(stated[key]):
            read.warnings.append(Said(key, finding("", code).message))


def is_complete(member: Read) -> bool:
    """Tell whether enough is known to look for somebody: a valid number, or name, birth date and sex."""
    said = member.values
    return "id_number" in said or {"name", "born_on", "sex"} <= said.keys()


def born_on(member: Read) -> date | None:
    """Return the birth date, from a valid number where there is one."""
    number, said = member.values.get("id_number"), member.values.get("born_on")
    return citizen_id.born_on(number) if number else date.fromisoformat(said) if said else None


def is_child(member: Read, today: date) -> bool:
    """Tell whether somebody else speaks for a member."""
    day = born_on(member)
    return day is not None and (today.year - day.year - ((today.month, today.day) < (day.month, day.day))) < OF_AGE


def said_twice(members: Sequence[Read]) -> list[int]:
    """Return the positions of members whose number was typed for an earlier member."""
    seen: set[str] = set()
    twice = []
    for position, member in enumerate(members):
        number = member.values.get("id_number")
        if number in seen:
            twice.append(position)
        elif number:
            seen.add(number)
    return twice
