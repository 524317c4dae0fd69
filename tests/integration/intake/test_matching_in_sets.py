"""The set-based exact step decides as `matching.match` does row by row, on generated rolls full of hard cases."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from tests.databases import EMPTY, copy, point_at
from tests.integration.intake.test_who_is_who import roll
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.intake import actions as intake
from tongdeng.intake import exact
from tongdeng.intake.actions import take_in
from tongdeng.intake.blocks import own_columns
from tongdeng.intake.errors import AlreadyImported
from tongdeng.intake.formats import load_format
from tongdeng.intake.matching import Clue, Decision, Register, match
from tongdeng.kernel import citizen_id
from tongdeng.people.exports import Batch, staging

AS_OF = date(2026, 11, 23)
NAMES, DAYS = ("王芳", "王方", "李伟"), ("1990-05-20", "1988-03-05")
Row = tuple[Any, ...]


class _Undo(Exception):
    pass


@dataclass
class Outcome:
    """What becomes of the rows of one roll: person by position, a new one as the negative position of its first row."""

    persons: dict[int, int] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    basis: dict[int, str] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)
    doubts: set[tuple[int, int]] = field(default_factory=set)  # position, whom it may be
    homes: set[int] = field(default_factory=set)
    residents: set[int] = field(default_factory=set)


def number(serial: int, born_on: str) -> str:
    """Return one of a few valid numbers."""
    first17 = "990303" + born_on.replace("-", "") + f"{serial * 2:03d}"
    return first17 + citizen_id.check_character(first17)


@st.composite
def persons(draw: st.DrawFn) -> dict[str, str]:
    """Draw who a row says it is of: few names and days, and numbers that often contradict them."""
    said = {"姓名": draw(st.sampled_from(NAMES))}
    if draw(st.booleans()):
        said["公民身份号码"] = number(draw(st.integers(0, 3)), draw(st.sampled_from(DAYS)))
    if draw(st.booleans()) or len(said) == 1:
        said |= {"出生日期": draw(st.sampled_from(DAYS)), "性别": draw(st.sampled_from("女男"))}
    return said


@st.composite
def police(draw: st.DrawFn) -> dict[str, str]:
    """Draw a police row; now and then of a resident."""
    hukou, month = draw(st.sampled_from(("990303", "990101", ""))), draw(st.integers(1, 9))
    on = f"2025-0{month}-01"
    place = {"户籍区划": hukou, "社区代码": "990101001001", "流入日期": on, "登记日期": on}
    return {**draw(persons()), **place, "现居住地址": draw(ADDRESSES)}


@st.composite
def hrss(draw: st.DrawFn) -> dict[str, str]:
    """Draw a row of the social-insurance roll."""
    return {**draw(persons()), "单位名称": draw(ADDRESSES), "就业形式": "单位就业", "就业日期": "2025-01-01"}


@st.composite
def housing(draw: st.DrawFn) -> dict[str, str]:
    """Draw a tenancy, at times with a number alone, or of nobody."""
    said = draw(persons())
    tenant = {"承租人姓名": said["姓名"], "承租人证件号": said.get("公民身份号码", ""), "承租人电话": "10012345678"}
    if draw(st.booleans()):
        del tenant["承租人姓名"], tenant["承租人电话"]
    return {"房屋地址": draw(ADDRESSES), "社区代码": "990101001001", "起租日期": "2026-01-01", **tenant}


ADDRESSES = st.integers(1, 20).map(lambda serial: f"新华路{serial}号")
MAKERS = {"police": police, "hrss": hrss, "housing": housing}


def roll_of(source: str) -> st.SearchStrategy[tuple[str, list[dict[str, str]]]]:
    """Draw a roll of this source."""
    return st.tuples(st.just(source), st.lists(MAKERS[source](), min_size=1, max_size=14))


ROLLS = st.lists(st.sampled_from(sorted(MAKERS)).flatmap(roll_of), min_size=2, max_size=3)


def rows_of(query: str) -> list[Row]:
    """Return what a query finds."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def register() -> Register:
    """Return the whole register."""
    persons: dict[bytes, set[int]] = {}
    numbers: dict[int, set[bytes]] = {}
    for key, kind, one in rows_of(
        "SELECT k.key, k.kind, coalesce(p.survivor_id, p.id) FROM people_key k JOIN people_person p ON p.id = person_id"
    ):
        persons.setdefault(bytes(key), set()).add(one)
        if kind == 1:
            numbers.setdefault(one, set()).add(bytes(key))
    return Register(persons, numbers, dict(rows_of("SELECT person_id, name FROM people_identity")))


def is_local(row: Row, local: dict[bytes, date | None]) -> bool:
    """Tell whether a row is of somebody registered here."""
    _, key, _, needs_name, _, is_resident, hukou, row_on = row
    if is_resident:
        return True
    if needs_name or key is None or bytes(key) not in local:
        return False
    known_on = local[bytes(key)]
    return not hukou or (row_on is not None and known_on is not None and row_on <= known_on)


def plainly() -> Outcome:
    """Return what becomes of the staged rows, decided one after the other."""
    unchanged = {row[0] for row in rows_of("SELECT position FROM stage_unchanged")}
    local = {bytes(key): on for key, on in rows_of("SELECT key, row_on FROM people_local_number")}
    known, found, fresh = register(), Outcome(), count(-1, -1)
    kept: list[tuple[int, Clue]] = []
    residents: list[tuple[int, Clue]] = []
    columns = "position, number_key, triple_key, needs_name, name, is_resident, hukou_code, row_on"
    for row in rows_of(f"SELECT {columns} FROM stage_in ORDER BY position"):
        at, key, triple, needs_name, name = row[:5]
        clue = Clue(key and bytes(key), triple and bytes(triple), needs_name, name or "")
        if at in unchanged:
            continue
        if not name and len(known.bearers(clue.number)) != 1:
            found.homes.add(at)
        else:
            (residents if is_local(row, local) else kept).append((at, clue))
    decided: dict[int, Decision] = {}
    decided |= zip([at for at, _ in kept], match([c for _, c in kept], known, lambda: next(fresh)), strict=True)
    settled = [one for one in residents if known.fits(one[1])]
    decided |= zip([at for at, _ in settled], match([c for _, c in settled], known, lambda: next(fresh)), strict=True)
    found.residents = {at for at, _ in residents} - decided.keys()
    now = {one.person: -at for at, one in decided.items() if one.is_new}
    for at, one in decided.items():
        found.persons[at] = now.get(one.person, one.person)
        found.basis[at] = one.basis
        found.made |= {at} if one.is_new else set()
        found.claimed |= {at} if one.number_is_claimed else set()
        if one.in_doubt:
            found.doubts.add((at, 0))
            found.doubts |= {(at, now.get(other, other)) for other in one.fits}
    return found


def in_sets() -> Outcome:
    """Return what the exact step has decided."""
    found = Outcome()
    for at, one, is_new, basis, in_doubt, is_claimed in rows_of("SELECT * FROM stage_decided"):
        if one is None:
            found.homes.add(at)
            continue
        found.persons[at], found.basis[at] = one, basis
        found.made |= {at} if is_new else set()
        found.claimed |= {at} if is_claimed else set()
        found.doubts |= {(at, 0)} if in_doubt else set()
    found.doubts |= set(rows_of("SELECT position, other_id FROM stage_unsure"))
    found.residents = {row[0] for row in rows_of("SELECT position FROM stage_left_out")}
    return found


def compared(source: str, content: bytes, by: Actor) -> tuple[Outcome, Outcome]:
    """Stage a roll, decide it in both ways, and leave nothing behind."""
    outcomes: list[Outcome] = []
    batch = Batch(source=source, file_name="roll.csv", as_at=AS_OF)
    with suppress(_Undo), acting(by):
        form = load_format(source)
        with staging.stage(form.recorded_as, AS_OF, own_columns(form)):
            take_in._stage(take_in._task(batch, content), lambda step, done, total: None)
            staging.look_up()
            outcomes.append(plainly())
            exact.decide()
            outcomes.append(in_sets())
            raise _Undo
    return outcomes[0], outcomes[1]


@budget(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(rolls=ROLLS)
def test_any_rolls_are_decided_as_the_plain_matching_decides_them(
    rolls: list[tuple[str, list[dict[str, str]]]], database: str, job_login: Callable[..., Any]
) -> None:
    point_at(settings.TEST_DATABASE)
    copy(EMPTY, settings.TEST_DATABASE)
    with job_login() as by:
        for source, rows in rolls:
            content = roll(*rows)
            plain, sets = compared(source, content, by)
            # Which rows are in doubt is the same; whom each may be is cut to those who stand for the others.
            assert {at for at, _ in sets.doubts} == {at for at, _ in plain.doubts}
            assert sets.doubts <= plain.doubts
            assert {at for at, other in plain.doubts if other} == {at for at, other in sets.doubts if other}
            plain.doubts = sets.doubts = set()
            assert sets == plain, source
            with suppress(AlreadyImported):
                batch = intake.receive_roll(source=source, path=content, as_at=AS_OF, by=by, name="roll.csv")
                intake.import_roll(batch_id=batch, path=content, by=by)
