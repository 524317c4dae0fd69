"""Spark gives what the reference gives on random laws; many to a query, since each query costs its planning."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.generative.strategies import CONDITIONS, DAYS, NUMBERS, PEOPLE
from tests.generative.test_engines_agree import EXAMPLES, law_of, named, thorough, words
from tests.spec.engines import VOCABULARY, facts_file, on_memory, on_spark, typed
from tongdeng.rules.dialects import SPARK, date_literal
from tongdeng.rules.engines import memory
from tongdeng.rules.sql import decode, pieces, states_select

pytestmark = pytest.mark.spark
in_batches = settings(thorough, max_examples=max(EXAMPLES // 25, 2))
MANY_PEOPLE = st.lists(PEOPLE, min_size=1, max_size=12)


@in_batches
@given(st.lists(CONDITIONS | NUMBERS, min_size=10, max_size=40), MANY_PEOPLE, DAYS)
def test_memory_and_spark_agree_on_every_condition_and_number(spark, tmp_path_factory, texts, people, day):
    nodes = [typed(text) for text in texts]
    expected = [[on_memory(node, person, day) for node in nodes] for person in people]
    assert on_spark(spark, tmp_path_factory.mktemp("facts"), nodes, people, day) == expected


@settings(in_batches, max_examples=max(EXAMPLES // 75, 2))
@given(st.lists(CONDITIONS, max_size=40), MANY_PEOPLE, DAYS)
def test_memory_and_spark_agree_on_answers_and_their_reasons(spark, tmp_path_factory, texts, people, day):
    law = law_of(texts)
    expected = sorted((int(who), code, *words(answer)) for who, code, answer in memory.answers(law, day, named(people)))
    wanted = pieces(law, day, day)
    file = facts_file(tmp_path_factory.mktemp("facts") / "facts.parquet", VOCABULARY, people)
    spark.read.parquet(str(file)).createOrReplaceTempView("facts")
    query = states_select(law, wanted, relation="facts", keys=("n",), day=date_literal(day), dialect=SPARK)
    found = [
        (number, piece.service, *words(decode(piece.version, state)))
        for number, *states in spark.sql(query).collect()
        for piece, state in zip(wanted, states, strict=True)
    ]
    assert sorted(found) == expected
