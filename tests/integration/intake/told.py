"""A roll taken in through the public door, what its sender is told, and what the register says of its people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from tests.databases import AS_OF
from tests.posts import EAST
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.intake import actions as intake
from tongdeng.intake import selectors
from tongdeng.kernel import citizen_id
from tongdeng.people.models import Identity, Stay

_serial = count(100)
Row = dict[str, str]


@dataclass(frozen=True)
class Told:
    """What the sender of a roll hears: counts, the codes of what was kept with a remark, of what was given back."""

    batch: int
    counts: dict[str, int]
    remarks: tuple[str, ...]
    warnings: tuple[str, ...]
    rejects: tuple[str, ...]


def number(born_on: str = "19900520", *, male: bool = False, division: str = "990303") -> str:
    """Return a fresh valid number."""
    first17 = division + born_on + f"{next(_serial) * 2 + male:03d}"[-3:]
    return first17 + citizen_id.check_character(first17)


def old_number(number18: str) -> str:
    """Return the 15 digits that a number had before 1999."""
    return number18[:6] + number18[8:17]


def csv_of(rows: Sequence[Row]) -> bytes:
    """Return rows as a CSV file."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def police(name: str, **columns: str) -> Row:
    """Return a police row."""
    given = {"户籍区划": "990303", "社区代码": EAST, "现居住地址": "新华路1号", "流入日期": "2025-03-01"}
    return {"姓名": name, **given, **columns}


def pupil(name: str, **columns: str) -> Row:
    """Return a row of the school register."""
    given = {"出生日期": "2016-05-20", "学校": "第一小学", "学段": "小学", "年级": "四年级"}
    return {"学生姓名": name, **given, **columns}


def send(login: Callable[..., Any], source: str, rows: Sequence[Row] | bytes, as_at: date = AS_OF) -> Told:
    """Take a roll in."""
    content = rows if isinstance(rows, bytes) else csv_of(rows)
    with login() as by:
        batch = intake.receive_roll(source=source, path=content, as_at=as_at, by=by, name="roll.csv")
        counts = intake.import_roll(batch_id=batch, path=content, by=by)
        return _told(batch, counts, by)


def _told(batch: int, counts: dict[str, int], by: Actor) -> Told:
    with acting(by):
        advice = selectors.advice_on(batch)
        rejects, _ = selectors.rejects_of(batch, first=0, size=100)
        given_back = tuple(one["code"] for reject in rejects for one in reject.findings)
    return Told(
        batch, counts, tuple(one["code"] for one in advice if not one["is_warning"]),
        tuple(one["code"] for one in advice if one["is_warning"]), given_back,
    )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A person of the register, by the one name there is."""

    person: int
    identity: Identity
    stays: tuple[Stay, ...]


def found(login: Callable[..., Any], name: str) -> list[Found]:
    """Return everybody of a name."""
    with login() as by, acting(by):
        return [
            Found(one.person_id, one, tuple(Stay.objects.filter(person_id=one.person_id).order_by("starts_on")))
            for one in Identity.objects.filter(name=name).order_by("person_id")
        ]
