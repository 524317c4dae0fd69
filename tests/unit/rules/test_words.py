"""Conditions in words: every operator of the language, in both languages, and every condition of the law."""

import re
from pathlib import Path

import pytest

from tongdeng.kernel.errors import Text
from tongdeng.rules import load, words
from tongdeng.rules.model import Fact, FactType
from tongdeng.rules.parser import parse

LAW = load(Path(__file__).parents[3] / "law")
FACTS = {
    fact.name: fact
    for fact in (
        Fact("age_years", FactType.INTEGER, "周岁", "age", unit="years"),
        Fact("months_here", FactType.INTEGER, "在此居住月数", "months of stay", unit="months"),
        Fact("days_here", FactType.INTEGER, "天数", "days of stay", unit="days"),
        Fact("grade", FactType.INTEGER, "年级", "grade"),
        Fact("income", FactType.DECIMAL, "家庭人均月收入", "income per head", unit="CNY per month"),
        Fact("lives_here", FactType.BOOLEAN, "现居住在本县", "lives here"),
        Fact("owns_home", FactType.BOOLEAN, "有自有住房", "owns a home"),
        Fact("arrived_on", FactType.DATE, "流入日期", "arrived on"),
        Fact("left_on", FactType.DATE, "离开日期", "day of leaving"),
        Fact("sex", FactType.CODE, "性别", "sex", ("male", "female"), value_labels={"male": Text("男", "male")}),
    )
}
SAID = {
    # facts alone
    "lives_here": ("现居住在本县", "lives here"),
    "not lives_here": ("不符合“现居住在本县”", "not: lives here"),
    "not not lives_here": ("现居住在本县", "lives here"),
    # comparisons with numbers
    "grade = 3": ("年级等于 3", "grade is 3"),
    "grade <> 3": ("年级不等于 3", "grade is not 3"),
    "grade < 3": ("年级小于 3", "grade is less than 3"),
    "grade <= 3": ("年级不超过 3", "grade is at most 3"),
    "grade > 3": ("年级大于 3", "grade is more than 3"),
    "grade >= 3": ("年级至少为 3", "grade is at least 3"),
    "3 < grade": ("年级大于 3", "grade is more than 3"),
    "3 >= grade": ("年级不超过 3", "grade is at most 3"),
    "not grade >= 3": ("年级小于 3", "grade is less than 3"),
    "not grade = 3": ("年级不等于 3", "grade is not 3"),
    "months_here >= 6": ("在此居住月数至少为 6 个月", "months of stay is at least 6 months"),
    "months_here < 1": ("在此居住月数小于 1 个月", "months of stay is less than 1 month"),
    "days_here <= 28": ("天数不超过 28 天", "days of stay is at most 28 days"),
    "income < 700.50": ("家庭人均月收入小于 700.50 元/月", "income per head is less than 700.50 yuan a month"),
    # ages are said as people say them
    "age_years = 3": ("正好 3 周岁", "is 3 years old"),
    "age_years <> 3": ("不是 3 周岁", "is not 3 years old"),
    "age_years < 60": ("未满 60 周岁", "is younger than 60"),
    "age_years <= 6": ("不超过 6 周岁", "is 6 or younger"),
    "age_years > 6": ("超过 6 周岁", "is older than 6"),
    "age_years >= 16": ("年满 16 周岁", "is 16 or older"),
    "16 <= age_years": ("年满 16 周岁", "is 16 or older"),
    # dates
    "arrived_on = date '2026-01-31'": ("流入日期是 2026-01-31", "the date of “arrived” is 2026-01-31"),
    "arrived_on <> date '2026-01-31'": ("流入日期不是 2026-01-31", "the date of “arrived” is not 2026-01-31"),
    "left_on < as_of": ("离开日期早于当天", "day of leaving is before the day asked about"),
    "left_on <= as_of": ("离开日期不晚于当天", "day of leaving is on or before the day asked about"),
    "left_on > as_of": ("离开日期晚于当天", "day of leaving is after the day asked about"),
    "as_of <= left_on": ("离开日期不早于当天", "day of leaving is on or after the day asked about"),
    "as_of > date '2026-01-31'": ("当天晚于 2026-01-31", "the day asked about is after 2026-01-31"),
    # codes
    "sex = 'male'": ("性别是“男”", "sex is “male”"),
    "sex <> 'male'": ("性别不是“男”", "sex is not “male”"),
    "sex = 'female'": ("性别是“female”", "sex is “female”"),
    # truth values
    "lives_here = true": ("现居住在本县", "lives here"),
    "lives_here = false": ("不符合“现居住在本县”", "not: lives here"),
    "lives_here <> true": ("不符合“现居住在本县”", "not: lives here"),
    "true = lives_here": ("现居住在本县", "lives here"),
    "lives_here = owns_home": (
        "（现居住在本县）与（有自有住房）是否成立相同", "(lives here) and (owns a home) hold alike",
    ),
    "lives_here <> owns_home": (
        "（现居住在本县）与（有自有住房）是否成立不同", "(lives here) and (owns a home) do not hold alike",
    ),
    "true": ("总是成立", "always holds"),
    "false": ("总不成立", "never holds"),
    "null": ("永远无法判断", "can never be told"),
    "grade = null": ("年级等于“没有资料”", "grade is “not known”"),
    # and, or, not
    "lives_here and grade = 3": ("现居住在本县，并且年级等于 3", "lives here, and grade is 3"),
    "lives_here or owns_home": ("现居住在本县，或者有自有住房", "lives here, or owns a home"),
    "lives_here and (owns_home or grade = 3)": (
        "现居住在本县，并且（有自有住房，或者年级等于 3）", "lives here, and (owns a home, or grade is 3)",
    ),
    "not (lives_here and owns_home)": (
        "并非（现居住在本县，并且有自有住房）", "it is not so that (lives here, and owns a home)",
    ),
    # between
    "grade between 3 and 9": ("年级在 3 到 9 之间（含两端）", "grade is from 3 to 9, both included"),
    "months_here between 6 and 12": (
        "在此居住月数在 6 到 12 个月之间（含两端）", "months of stay is from 6 to 12 months, both included",
    ),
    "not (grade between 3 and 9)": (
        "并非（年级在 3 到 9 之间（含两端））", "it is not so that (grade is from 3 to 9, both included)",
    ),
    # in
    "grade in (3, 9)": ("年级是 3、9 之一", "grade is one of 3, 9"),
    "sex in ('male', 'female')": ("性别是“男”、“female”之一", "sex is one of “male”, “female”"),
    "sex not in ('male', 'female')": ("性别不是“男”、“female”中的任何一个", "sex is none of “male”, “female”"),
    "not sex in ('male')": ("性别不是“男”", "sex is not “male”"),
    "sex in ('male')": ("性别是“男”", "sex is “male”"),
    "grade in (3, null)": ("年级是 3、“没有资料”之一", "grade is one of 3, “not known”"),
    # null
    "grade is null": ("年级没有资料", "grade is not known"),
    "grade is not null": ("年级已有资料", "grade is known"),
    "not grade is null": ("年级已有资料", "grade is known"),
    "lives_here is null": ("“现居住在本县”没有资料", "“lives here” is not known"),
    "(grade = 3) is null": ("“年级等于 3”没有资料", "“grade is 3” is not known"),
    # arithmetic
    "grade + 1 > 3": ("年级 + 1 大于 3", "grade + 1 is more than 3"),
    "grade - 1 > 3": ("年级 − 1 大于 3", "grade − 1 is more than 3"),
    "income * 2 < 700": ("家庭人均月收入 × 2 小于 700", "income per head × 2 is less than 700"),
    "income / (grade + 1) < 700": (
        "家庭人均月收入 ÷ （年级 + 1）小于 700", "income per head ÷ (grade + 1) is less than 700",
    ),
    "-grade < -3": ("−年级小于 −3", "−grade is less than −3"),
    # spans
    "months_between(arrived_on, as_of) >= 6": (
        "从“流入日期”到当天的满月数至少为 6 个月",
        "the completed months from the date of “arrived” to the day asked about is at least 6 months",
    ),
    "years_between(left_on, as_of) < 1": (
        "从“离开日期”到当天的满年数小于 1 年",
        "the completed years from day of leaving to the day asked about is less than 1 year",
    ),
    "days_between(left_on, date '2026-01-31') = 0": (
        "从“离开日期”到 2026-01-31 的天数等于 0 天", "the days from day of leaving to 2026-01-31 is 0 days",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_a_condition_is_said_in_words(text):
    assert words.condition(parse(text), FACTS) == SAID[text]


def test_every_condition_of_the_law_is_said_without_a_name_only_programmers_read():
    said = 0
    for service in LAW.services.values():
        for version in service.versions:
            for condition in version.conditions:
                told = words.condition(condition.tree, LAW.facts)
                assert told.zh
                assert told.en
                assert not re.search(r"[a-z]_[a-z]", f"{told.zh} {told.en}"), condition.text
                said += 1
    assert said > 200


def test_a_fact_nobody_knows_keeps_its_name():
    assert words.condition(parse("no_such_fact"), {}) == ("no_such_fact", "no_such_fact")
