"""Both engines give the same answers on laws and people that nobody thought of."""

import os
from datetime import date, timedelta

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generative.strategies import CONDITIONS, DAYS, NUMBERS, PEOPLE
from tests.spec.engines import VOCABULARY, duckdb_of, facts_table, on_duckdb, on_memory, typed
from tongdeng.rules.engines import memory
from tongdeng.rules.model import Condition, Law, Service, Version
from tongdeng.rules.parser import parse
from tongdeng.rules.sql import answers_select, decode, pieces, states_select
from tongdeng.rules.tallies import tallies, tallies_select

EXAMPLES = int(os.environ.get("TONGDENG_EXAMPLES", "150"))
thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@thorough
@given(st.lists(CONDITIONS | NUMBERS, min_size=1, max_size=8), st.lists(PEOPLE, min_size=1, max_size=8), DAYS)
def test_memory_and_duckdb_agree_on_every_condition_and_number(texts, people, day):
    nodes = [typed(text) for text in texts]
    expected = [[on_memory(node, person, day) for node in nodes] for person in people]
    assert on_duckdb(nodes, people, day) == expected


@settings(thorough, max_examples=max(EXAMPLES // 3, 5))
@given(st.lists(CONDITIONS, max_size=40), st.lists(PEOPLE, min_size=1, max_size=5), DAYS)
def test_memory_and_duckdb_agree_on_answers_and_their_reasons(texts, people, day):
    law = law_of(texts)
    expected = sorted(
        (person, code, *words(answer)) for person, code, answer in memory.answers(law, day, named(people))
    )
    query = answers_select(law, day)
    ids = pa.array([person for person, _ in named(people)], pa.string())
    db = duckdb_of(facts_table(VOCABULARY, people, person_id=ids))
    found = db.execute(f"SELECT person_id, service, answer, unmet, unknown FROM ({query})").fetchall()
    wanted = pieces(law, day, day)
    states = states_select(law, wanted, relation="facts", keys=("person_id",), day=f"DATE '{day}'")
    # Each person a group of one, so that the counts are the answers.
    counted = tallies_select(law, wanted, relation="facts", group="person_id", day=f"DATE '{day}'")
    alone = [row[:3] for row in tallies(wanted, db.execute(counted).fetchall()) if row[3]]
    decoded = [
        (row[0], piece.service, *words(decode(piece.version, state)))
        for row in db.execute(states).fetchall()
        for piece, state in zip(wanted, row[1:], strict=True)
    ]
    assert sorted(found) == expected
    assert sorted(decoded) == expected
    assert sorted(alone) == [row[:3] for row in expected]


@thorough
@given(DAYS, DAYS)
def test_months_between_is_minus_itself_the_other_way_round(first, second):
    assert memory.months_between(first, second) == -memory.months_between(second, first)


@thorough
@given(DAYS.filter(lambda day: day < date(9999, 1, 1)), st.integers(0, 800))
def test_months_between_never_falls_when_a_day_passes(first, days):
    later = first + timedelta(days=days)
    assert memory.months_between(first, later) <= memory.months_between(first, later + timedelta(days=1))


def law_of(texts: list[str]) -> Law:
    """Return a law of one service with these conditions, and one that is open to everyone."""
    conditions = tuple(Condition(f"c{number}", text, parse(text)) for number, text in enumerate(texts))
    services = {
        code: Service(code, ("示例", "example"), "TST", (Version(date.min, None, held),))
        for code, held in (("TST-01", conditions), ("TST-02", ()))
    }
    return Law(VOCABULARY, services)


def named(people):
    return [(str(number), person) for number, person in enumerate(people)]


def words(answer):
    return str(answer.answer), ";".join(answer.unmet), ";".join(answer.unknown)
