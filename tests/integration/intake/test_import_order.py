"""The same rows in other orders: who is who may differ only where a clerk is asked."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.intake.test_who_is_who import police, roll
from tongdeng.access.selectors import acting
from tongdeng.intake import actions as intake
from tongdeng.kernel import citizen_id
from tongdeng.people.exports import records
from tongdeng.synth import mistakes
from tongdeng.synth.names import NameMaker

AS_OF = date(2026, 11, 23)
Row = dict[str, str]
LINKED = """
SELECT r.sealed, r.domain, l.person_id, r.id FROM people_link l JOIN people_record r ON r.id = l.record_id
WHERE l.superseded_at IS NULL"""
# Without the links that were drawn by chance, which say nothing of doubt.
ASKED = """
SELECT person_id, other_id, record_id, kind FROM intake_doubt
WHERE closed_at IS NULL AND (kind <> 'sample' OR weights ->> 'model' LIKE '%judged again')"""


def family(chance: Random) -> list[Row]:
    """Return a few people who are easily taken for one another: twins, a namesake of one day, a child and a parent."""
    maker, born, mobile = (
        NameMaker(chance),
        f"19{chance.randrange(60, 99)}-0{chance.randrange(1, 10)}-1{chance.randrange(10)}",
        phone(chance),
    )
    surname = maker.surname()
    first = maker.given("female", 1990)
    names = [surname + first, surname + maker.given("female", 1990, first[0]), surname + first]
    phones = [mobile, mobile, phone(chance)]
    return [
        {
            "姓名": name,
            "出生日期": born,
            "性别": "女",
            "联系电话": own,
            "公民身份号码": number(born, chance),
            "户籍区划": division,
        }
        for name, own, division in zip(
            names, phones, ("990303", "990303", chance.choice(("990303", "990404"))), strict=True
        )
    ]


def phone(chance: Random) -> str:
    return f"100{chance.randrange(10**8):08}"


def number(born: str, chance: Random) -> str:
    first17 = f"990303{born.replace('-', '')}{2 * chance.randrange(1, 490):03}"
    return first17 + citizen_id.check_character(first17)


def spoilt(person: Row, chance: Random) -> Row:
    """Return a person as some clerk wrote them down."""
    row = dict(person)
    if chance.random() < 0.65:
        row["公民身份号码"] = mistakes.swapped_digits(row["公民身份号码"], chance) if chance.random() < 0.2 else ""
    if chance.random() < 0.3:
        row["姓名"] = mistakes.same_sound(row["姓名"], chance)
    if chance.random() < 0.35:
        row["联系电话"] = chance.choice(("", phone(chance)))
    if chance.random() < 0.1:
        row["户籍区划"] = ""
    return row


@st.composite
def rolls(draw: Any) -> tuple[list[list[Row]], list[int]]:
    """Draw two to four rolls of one to three rows each, and another order of them."""
    chance = Random(draw(st.integers(0, 2**32)))
    people = family(chance)
    given_rolls, serial = [], 0
    for _ in range(draw(st.integers(2, 4))):
        rows = []
        for who in draw(st.lists(st.integers(0, 2), min_size=1, max_size=3)):
            serial += 1
            rows.append(police("", **spoilt(people[who], chance)) | {"现居住地址": f"新华路{serial}号"})
        given_rolls.append(rows)
    return given_rolls, draw(st.permutations(range(len(given_rolls))))


class Outcome:
    """Who is who after some rolls, rows named by their address, and which of them a clerk is asked about."""

    def __init__(self, linked: list[tuple[str, int, int]], asked: list[tuple[int, int, int | None, str]]) -> None:
        self.person = {tag: person for tag, person, _ in linked}
        tags = {record: tag for tag, _, record in linked}
        # Some questions are about one row, any other joins two persons for as long as it is open.
        self.questioned = {tags[record] for _, _, record, kind in asked if kind == "sample" and record in tags}
        self._near = defaultdict(set)
        for a, b, _, kind in asked:
            if kind != "sample":
                self._near[a].add(b)
                self._near[b].add(a)

    def is_one(self, a: str, b: str) -> bool:
        return self.person[a] == self.person[b]

    def is_asked(self, a: str, b: str) -> bool:
        if {a, b} & self.questioned:
            return True
        seen, reach = set(), {self.person[a]}
        while reach:
            seen |= reach
            reach = {other for person in reach for other in self._near[person]} - seen
        return self.person[b] in seen


@pytest.fixture
def outcome(database: str, job_login: Callable[..., Any]) -> Callable[[list[list[Row]]], Outcome]:
    """Take rolls in one after the other, look, and take everything back."""

    def run(several: list[list[Row]]) -> Outcome:
        with job_login() as by, transaction.atomic():
            for rows in several:
                content = roll(*rows)
                batch = intake.receive_roll(source="police", path=content, as_at=AS_OF, by=by, name="roll.csv")
                intake.import_roll(batch_id=batch, path=content, by=by)
            with acting(by), connection.cursor() as cursor:
                cursor.execute(LINKED)
                linked = [
                    (records.unseal(sealed, domain)["address"], person, record)
                    for sealed, domain, person, record in cursor.fetchall()
                ]
                cursor.execute(ASKED)
                asked = cursor.fetchall()
            transaction.set_rollback(True)
        return Outcome(linked, asked)

    return run


@given(rolls())
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_joined_in_one_order_and_not_in_another_are_asked_about(outcome, several):
    given_rolls, order = several
    one, other = outcome(given_rolls), outcome([given_rolls[at] for at in order])
    assert one.person.keys() == other.person.keys()
    tags = sorted(one.person)
    for a, b in ((a, b) for a in tags for b in tags if a < b):
        if one.is_one(a, b) != other.is_one(a, b):
            assert one.is_asked(a, b) or other.is_asked(a, b), (a, b, given_rolls, order)
