"""What was typed into the law's forms, what a condition reads as, and what is said of effects."""

from pathlib import Path

from django.test import RequestFactory

from tongdeng.kernel.errors import Text
from tongdeng.rules import load
from tongdeng.rules.edit_cases import CaseRow
from tongdeng.rules.edit_service import ConditionRow
from tongdeng.sites.console import law_cases, law_effects, law_fields, law_words

LAW = load(Path(__file__).parents[3] / "law")


def sent(**fields):
    """Return fields as a browser sends them; `__` stands for the hyphen of their names."""
    data = {name.replace("__", "-"): value for name, value in fields.items()}
    return RequestFactory().get("/", data).GET.copy()


def test_rows_left_empty_or_ticked_away_are_gone_and_the_others_keep_their_order():
    form = law_fields.typed(sent(
        condition__0__text="lives_here", condition__0__name="here", condition__0__was="here", condition__0__place="20",
        condition__1__text=" age_years \r\n >= 16 ", condition__1__place="10",
        condition__2__text="sex = 'male'", condition__2__name="man", condition__2__drop="1",
        condition__3__text="", condition__3__name="",
        basis__0__was="0", basis__0__zh="某法", basis__0__checked="1", basis__1__zh="",
    ))  # fmt: skip
    assert form.conditions == (
        ConditionRow("", "age_years", "", "", "age_years >= 16"),
        ConditionRow("here", "here", "", "", "lives_here"),
    )
    assert [(row.was, row.zh, row.checked) for row in form.basis] == [(0, "某法", True)]


def test_a_condition_without_a_name_gets_one_nobody_has():
    rows = [ConditionRow(name="age_years"), ConditionRow(text="age_years < 9"), ConditionRow(text="not as_of is null")]
    assert [row.name for row in law_fields.named(rows)] == ["age_years", "age_years_2", "condition"]


def test_papers_keep_their_order_and_new_ones_follow():
    post = sent(materials__were="photo id_card", materials=["id_card", "lease", "photo"])
    assert law_fields.typed(post).materials == ("photo", "id_card", "lease")


def test_a_value_nobody_named_stays_to_be_chosen():
    found = law_fields.choices({"free": Text("免费", "free")}, "odd")
    assert [(one.value, one.is_chosen) for one in found] == [("free", False), ("odd", True)]


def test_a_condition_being_typed_reads_in_words_or_offers_some():
    assert law_words.read("age_years >= 16", LAW.facts).said == Text("年满 16 周岁", "is 16 or older")
    assert law_words.read("  ", LAW.facts) == law_words.ReadAs(None, None)
    wrong = law_words.read("age_yeers >= 16", LAW.facts)
    assert "age_years" in wrong.fault.en
    offered = law_words.read("lives_here and 周岁", LAW.facts).offers
    assert offered[0].insert == "age_years"
    assert offered[0].over == "周岁"
    values = law_words.read("employment_status = '失", LAW.facts).offers
    assert [one.insert for one in values] == ["'unemployed'"]
    assert law_words.read("lives_here and", LAW.facts).offers == ()


def test_a_draft_with_broken_facts_has_no_words():
    assert law_words.facts_in("facts: [") == {}
    assert "age" in law_words.facts_in("facts: {age: {type: integer, zh: 年龄}}")


def test_an_example_sent_back_unchanged_is_unchanged():
    old = CaseRow(0, "a name", "2026-06-01", {"age": "30", "months": ""}, "no", unmet=("b", "a"), unknown=None)
    post = sent(
        cases="1", case__0__was="0", case__0__name="a name", case__0__as_of="2026-06-01", case__0__given__age="30",
        case__0__given__months="", case__0__given__sex="", case__0__answer="no", case__0__expect__a="unmet",
        case__0__expect__b="unmet", case__0__expect__c="",
    )  # fmt: skip
    assert list(law_cases._typed(post, (old,))) == [old]
    post["case-0-expect-b"] = "unknown"
    post["case-0-given-sex"] = "male"
    (changed,) = law_cases._typed(post, (old,))
    assert (changed.unmet, changed.unknown) == (("a",), ("b",))
    assert changed.given == {"age": "30", "months": "", "sex": "male"}
    post["case-0-drop"] = "1"
    assert list(law_cases._typed(post, (old,))) == []
    assert list(law_cases._typed(sent(cases="9999"), ())) == []


def test_effects_are_said_with_their_sign_or_as_not_known():
    assert law_effects.money(None).en == "not known"
    assert law_effects.money(0).en == "no change"
    assert law_effects.money(1234500) == Text("每年 +12,345 元", "+12,345 yuan a year")
    assert law_effects.money(-100) == Text("每年 −1 元", "−1 yuan a year")
    assert law_effects.hours(0.4).zh == "不变"
    assert law_effects.hours(-12.6).en == "−13 hours a year"


def test_few_people_in_a_community_are_not_counted_out():
    assert [law_effects.few(number) for number in (0, 1, 4, 5, 1200)] == ["0", "<5", "<5", "5", "1,200"]
