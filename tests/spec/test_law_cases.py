"""Every worked case of the county's law, on both engines."""

from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pytest

from tests.spec.engines import duckdb_of, facts_table
from tongdeng.rules import load
from tongdeng.rules.engines import memory
from tongdeng.rules.model import Answer, Case, Law
from tongdeng.rules.sql import answers_select

LAW = Path(__file__).parents[2] / "law"


@pytest.fixture(scope="module")
def law() -> Law:
    return load(LAW)


def test_the_law_has_cases(law):
    assert {case.service for case in law.cases} == set(law.services)


def test_memory_answers_every_case_as_it_expects(law):
    assert [case.name for case in law.cases if not agrees(case, on_memory(law, case))] == []


def test_duckdb_answers_every_case_as_it_expects(law):
    assert [case.name for case, answer in on_duckdb(law) if not agrees(case, answer)] == []


def test_both_engines_answer_every_service_alike_for_the_people_of_the_cases(law):
    """A case speaks of one service; its person can be asked about all of them."""
    people = [(str(number), case) for number, case in enumerate(law.cases)]
    found = answers_by_person(law, people)
    for person, case in people:
        wanted = {code: answer for _, code, answer in memory.answers(law, case.as_of, [(person, case.given)])}
        assert found.get(person, {}) == wanted, case.name


def agrees(case: Case, answer: Answer | None) -> bool:
    """Return whether an answer is what the case expects."""
    if answer is None:
        return case.answer == "none"
    lists = ((case.unmet, answer.unmet), (case.unknown, answer.unknown))
    return case.answer == answer.answer and all(
        wanted is None or sorted(wanted) == sorted(got) for wanted, got in lists
    )


def on_memory(law: Law, case: Case) -> Answer | None:
    version = law.services[case.service].version_on(case.as_of)
    return memory.answer(version, case.given, case.as_of) if version else None


def on_duckdb(law: Law) -> list[tuple[Case, Answer | None]]:
    people = [(str(number), case) for number, case in enumerate(law.cases)]
    found = answers_by_person(law, people)
    return [(case, found.get(person, {}).get(case.service)) for person, case in people]


def answers_by_person(law: Law, people: list[tuple[str, Case]]) -> dict[str, dict[str, Answer]]:
    """Return DuckDB's answers by person and service, each person on the day of their case."""
    first, last = (pick(case.as_of for _, case in people) for pick in (min, max))
    query = answers_select(law, (first, last), day_column="day")
    given, days = [case.given for _, case in people], pa.array([case.as_of for _, case in people])
    db = duckdb_of(facts_table(law.facts, given, person_id=pa.array([person for person, _ in people]), day=days))
    answers = db.execute(f"SELECT person_id, service, answer, unmet, unknown FROM ({query}) ORDER BY 1").fetchall()
    return {
        person: {code: Answer(answer, names(unmet), names(unknown)) for _, code, answer, unmet, unknown in rows}
        for person, rows in groupby(answers, key=lambda row: row[0])
    }


def names(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()
