"""Each operator, function and worked case of the law on Spark: one session, a query for each kind."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.spec.engines import facts_file, on_memory, on_spark, typed
from tests.spec.examples import AS_OF, SECTIONS
from tests.spec.test_language import same
from tests.spec.test_law_cases import LAW, agrees
from tongdeng.rules import load
from tongdeng.rules.dialects import SPARK
from tongdeng.rules.engines import memory
from tongdeng.rules.sql import decode, pieces, states_select

pytestmark = pytest.mark.spark


def test_spark_gives_the_values_of_the_examples(spark, tmp_path):
    examples = [example for section in SECTIONS for example in section.examples]
    nodes = [typed(example.text) for example in examples]
    found = on_spark(spark, tmp_path, nodes, [example.given for example in examples], AS_OF)
    wrong = [
        (example.text, found[index][index], example.value)
        for index, example in enumerate(examples)
        if not same(found[index][index], example.value)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100 + "age > 1" + ")" * 100,
        "(" * 60 + "age" + " / 1)" * 60 + " >= 3",
        " or ".join(f"age = {number}" for number in range(1000)),
    ],
    ids=["a hundred levels", "sixty divisions", "a thousand alternatives"],
)
def test_spark_takes_what_is_as_long_as_the_language_allows(spark, tmp_path, text):
    facts = {"age": 3}
    node = typed(text)
    assert on_spark(spark, tmp_path, [node], [facts], AS_OF) == [[on_memory(node, facts, AS_OF)]]


def test_spark_answers_every_case_as_it_expects_and_every_service_as_memory_does(spark, tmp_path):
    """A case speaks of one service; its person is asked about all of them, on the day of the case."""
    law = load(Path(LAW))
    days = [case.as_of for case in law.cases]
    wanted = pieces(law, min(days), max(days))
    file = facts_file(
        tmp_path / "people.parquet", law.facts, [case.given for case in law.cases], day=pa.array(days, pa.date32())
    )
    spark.read.parquet(str(file)).createOrReplaceTempView("people")
    query = states_select(law, wanted, relation="people", keys=("n",), day="day", dialect=SPARK)
    wrong = []
    for number, *states in spark.sql(query).collect():
        case = law.cases[number]
        found = {
            piece.service: decode(piece.version, state)
            for piece, state in zip(wanted, states, strict=True)
            if piece.version.covers(case.as_of)
        }
        expected = {code: answer for _, code, answer in memory.answers(law, case.as_of, [("", case.given)])}
        if found != expected or not agrees(case, found.get(case.service)):
            wrong.append(case.name)
    assert wrong == []
