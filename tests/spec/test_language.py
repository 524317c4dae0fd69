"""Each operator and function, on both engines."""

import pytest

from tests.spec.engines import VOCABULARY, on_duckdb, on_memory, typed
from tests.spec.examples import AS_OF, REFUSED, SECTIONS, Example
from tongdeng.rules.faults import ExpressionFault
from tongdeng.rules.kinds import check_condition
from tongdeng.rules.parser import parse

EXAMPLES = [
    pytest.param(example, id=f"{section.title} | {example.text}")
    for section in SECTIONS
    for example in section.examples
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_memory_gives_the_value_of_the_example(example: Example):
    assert same(on_memory(typed(example.text), example.given, AS_OF), example.value)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_duckdb_gives_the_values_of_the_examples(section):
    nodes = [typed(example.text) for example in section.examples]
    found = on_duckdb(nodes, [example.given for example in section.examples], AS_OF)
    # Each example is judged on its own person: the diagonal of the table.
    wrong = [
        (example.text, found[index][index], example.value)
        for index, example in enumerate(section.examples)
        if not same(found[index][index], example.value)
    ]
    assert wrong == []


def same(found, wanted) -> bool:
    """Return whether two values are one; True is not 1 here."""
    return found == wanted and isinstance(found, bool) is isinstance(wanted, bool)


@pytest.mark.parametrize(("text", "code", "word"), REFUSED, ids=[text[:40] for text, _, _ in REFUSED])
def test_what_the_language_does_not_have_is_refused_with_its_word(text, code, word):
    with pytest.raises(ExpressionFault) as caught:
        check_condition(parse(text), VOCABULARY)
    assert caught.value.code == code
    assert not word or caught.value.word == word


def test_a_hundred_nested_levels_are_allowed():
    text = "(" * 100 + "age > 1" + ")" * 100
    node = typed(text)
    assert on_memory(node, {"age": 2}, AS_OF) is True
    assert on_duckdb([node], [{"age": 2}], AS_OF) == [[True]]


def test_many_nested_divisions_stay_short_in_sql():
    text = "(" * 60 + "age" + " / 1)" * 60 + " >= 3"
    assert on_duckdb([typed(text)], [{"age": 3}], AS_OF) == [[True]]


def test_a_thousand_alternatives_are_one_level():
    text = " or ".join(f"age = {number}" for number in range(1000))
    node = typed(text)
    assert on_memory(node, {"age": 999}, AS_OF) is True
    assert on_duckdb([node], [{"age": 999}], AS_OF) == [[True]]
