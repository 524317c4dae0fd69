"""An explanation shows each condition with its evidence, and the least that would change the answer."""

from datetime import date

import pytest

from tests.unit.rules.law_folder import CASES, SERVICE, write_law
from tongdeng.kernel.errors import UnusableInput
from tongdeng.rules import load
from tongdeng.rules.explain import explain

DAY = date(2015, 6, 1)
WIDER = SERVICE.replace(
    "insured: enrolled\n",
    "insured: enrolled\n      settled: (age_years > 50 and sex = 'male') or months_between(arrived_on, as_of) >= 6\n",
)


@pytest.fixture
def law(tmp_path):
    return load(write_law(tmp_path, service=WIDER, cases=CASES.replace("[insured]", "[insured, settled]")))


def test_each_condition_shows_the_facts_it_used(law):
    found = explain(law, "HRS-02", DAY, {"age_years": 15, "enrolled": True, "arrived_on": date(2015, 5, 1)})
    assert [(each.condition.name, each.state) for each in found.conditions] == [
        ("of_working_age", "unmet"),
        ("insured", "met"),
        ("settled", "unmet"),
    ]
    assert [(e.fact.name, e.value) for e in found.conditions[0].evidence] == [("age_years", 15)]
    assert found.answer.answer == "no"


def test_the_fewest_parts_that_would_change_it_are_named(law):
    found = explain(law, "HRS-02", DAY, {"age_years": 15, "sex": "female", "enrolled": True, "arrived_on": DAY})
    assert [(each.condition.name, each.needs) for each in found.unmet] == [
        ("of_working_age", ("age_years >= 16",)),
        ("settled", ("months_between(arrived_on, as_of) >= 6",)),
    ]


def test_the_facts_that_would_settle_an_unknown_are_named(law):
    found = explain(law, "HRS-02", DAY, {"age_years": 30})
    assert [(each.condition.name, each.settled_by) for each in found.unknown] == [
        ("insured", ("enrolled",)),
        ("settled", ("arrived_on",)),
    ]
    assert found.as_json()["would_change"]["unknown"][0]["facts"][0]["source"] == "hrss"


def test_nothing_would_change_a_yes(law):
    found = explain(law, "HRS-02", DAY, {"age_years": 30, "enrolled": True, "arrived_on": date(2010, 1, 1)})
    assert found.as_json()["answer"] == "yes"
    assert found.as_json()["would_change"] == {"unmet": [], "unknown": []}


def test_a_service_that_did_not_exist_that_day_has_no_explanation(law):
    assert explain(law, "HRS-02", date(2001, 1, 1), {}) is None


def test_an_unknown_service_is_told_with_the_nearest(law):
    with pytest.raises(UnusableInput) as caught:
        explain(law, "HRS-03", DAY, {})
    assert "HRS-02" in caught.value.remedy.en
