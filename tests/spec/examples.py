"""Every operator and function by example: the tests run them, and the manual prints them."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongdeng.rules.model import Value

AS_OF = date(2026, 3, 31)


class Example(NamedTuple):
    """An expression, what is known of the person, and the value."""

    text: str
    value: Value
    given: dict[str, Value] = {}


class Section(NamedTuple):
    """A part of the language with what to know about it."""

    title: str
    rule: str
    examples: tuple[Example, ...]


D = Decimal


def day(text: str) -> date:
    """Return an ISO day."""
    return date.fromisoformat(text)


SECTIONS = (
    Section(
        "= <> < <= > >=",
        "Compare two values of one kind. A comparison with null is null. Comparisons cannot be chained.",
        (
            Example("age = 16", True, {"age": 16}),
            Example("age <> 16", False, {"age": 16}),
            Example("age < 16", False, {"age": 16}),
            Example("age <= 16", True, {"age": 16}),
            Example("age > 15.99", True, {"age": 16}),
            Example("age >= 16", None, {"age": None}),
            Example("income = 1200", True, {"income": D("1200.00")}),
            Example("income < 1200.005", True, {"income": D("1200.00")}),
            Example("sex = 'male'", False, {"sex": "female"}),
            Example("sex = 'it''s'", True, {"sex": "it's"}),
            Example("enrolled = true", False, {"enrolled": False}),
            Example("arrived_on < as_of", True, {"arrived_on": day("2026-03-30")}),
            Example("arrived_on = date '2024-02-29'", True, {"arrived_on": day("2024-02-29")}),
            Example("null = null", None),
            Example("lodging = null", None, {"lodging": "rented"}),
        ),
    ),
    Section(
        "and",
        "False when either side is false, even if the other is unknown; else null when either is null.",
        (
            Example("enrolled and married", True, {"enrolled": True, "married": True}),
            Example("enrolled and married", False, {"enrolled": False, "married": None}),
            Example("enrolled and married", None, {"enrolled": True, "married": None}),
            Example("null and false", False),
            Example("null and null", None),
        ),
    ),
    Section(
        "or",
        "True when either side is true, even if the other is unknown; else null when either is null. Weaker than and.",
        (
            Example("enrolled or married", True, {"enrolled": None, "married": True}),
            Example("enrolled or married", None, {"enrolled": None, "married": False}),
            Example("enrolled or married", False, {"enrolled": False, "married": False}),
            Example("true or false and false", True),
            Example("(true or false) and false", False),
        ),
    ),
    Section(
        "not",
        "Turns true and false round; not null is null. Weaker than a comparison, stronger than `and`.",
        (
            Example("not enrolled", False, {"enrolled": True}),
            Example("not enrolled", None),
            Example("not age = 16", True, {"age": 17}),
            Example("NOT false AND false", False),
        ),
    ),
    Section(
        "between",
        "`x between a and b` is `x >= a and x <= b`, both ends included. For the opposite: `not (x between a and b)`.",
        (
            Example("age between 16 and 59", True, {"age": 16}),
            Example("age between 16 and 59", True, {"age": 59}),
            Example("age between 16 and 59", False, {"age": 60}),
            Example("age between 16 and null", False, {"age": 15}),
            Example("age between 16 and null", None, {"age": 17}),
            Example("income between 10.005 and rent", True, {"income": D("10.01"), "rent": D("10.01")}),
            Example("arrived_on between date '2026-01-01' and as_of", True, {"arrived_on": AS_OF}),
        ),
    ),
    Section(
        "in, not in",
        "True when the value equals one in the list. A null in the list leaves open what is not found. "
        "The list holds literals, null and facts.",
        (
            Example("lodging in ('rented', 'home')", True, {"lodging": "home"}),
            Example("lodging in ('rented', 'home')", False, {"lodging": "owned"}),
            Example("lodging in ('rented', null)", True, {"lodging": "rented"}),
            Example("lodging in ('rented', null)", None, {"lodging": "owned"}),
            Example("lodging in ('rented')", None),
            Example("lodging not in ('rented', null)", False, {"lodging": "rented"}),
            Example("lodging not in ('rented', null)", None, {"lodging": "owned"}),
            Example("lodging not in ('rented')", True, {"lodging": "owned"}),
            Example("age in (months, -1, 16.0)", True, {"age": 16, "months": None}),
            Example("null in (1, 2)", None),
            Example("null not in (1, 2)", None),
        ),
    ),
    Section(
        "is null, is not null",
        "Whether a value is unknown; the result is never unknown itself. Applies to any expression.",
        (
            Example("age is null", True),
            Example("age is null", False, {"age": 0}),
            Example("age is not null", False),
            Example("(age > 16) is null", True),
            Example("age > 16 is null", False, {"age": 3}),
            Example("age / 0 is null", True, {"age": 3}),
            Example("null is null", True),
            Example("not age is null", False),
        ),
    ),
    Section(
        "+ - *",
        "Exact; nothing is rounded. What could need more than 38 digits is refused; whole numbers count as 19 digits, "
        "decimals as 18, literals as written.",
        (
            Example("age + 1", 17, {"age": 16}),
            Example("income - rent", D("0.01"), {"income": D("100.00"), "rent": D("99.99")}),
            Example("income * rent", D("0.0002"), {"income": D("0.01"), "rent": D("0.02")}),
            Example("income * 1.005", D("10.0500"), {"income": D("10.00")}),
            Example("-age", -16, {"age": 16}),
            Example("-age * 2 + 3 * 4", -20, {"age": 16}),
            Example("10 - 3 - 2", 5),
            Example(
                "age * months",
                9223372036854775807 * -9223372036854775808,
                {"age": 9223372036854775807, "months": -9223372036854775808},
            ),
            Example("-months", 9223372036854775808, {"months": -9223372036854775808}),
            Example("age + null", None, {"age": 16}),
            Example("age * months > 0.5", True, {"age": 9223372036854775807, "months": 9223372036854775807}),
            Example("age * months = 0.5", False, {"age": 1, "months": 0}),
        ),
    ),
    Section(
        "/",
        "A decimal of six places, halves rounded away from zero; null when divided by zero.",
        (
            Example("age / months", D("0.333333"), {"age": 1, "months": 3}),
            Example("age / months", D("0.666667"), {"age": 2, "months": 3}),
            Example("age / months", D("-0.666667"), {"age": -2, "months": 3}),
            Example("age / months", D("-0.666667"), {"age": 2, "months": -3}),
            Example("0.0000005 / 1", D("0.000001")),
            Example("-0.0000005 / 1", D("-0.000001")),
            Example("0.00000049 / 1", 0),
            Example("1 / 64 / 2", D("0.007813")),
            Example("age / months", None, {"age": 1, "months": 0}),
            Example("income / 0", None, {"income": D("1.00")}),
            Example("income / rent", 999999999999999999, {"income": D("9999999999999999.99"), "rent": D("0.01")}),
            Example("income / 12", D("83.333333"), {"income": D("1000.00")}),
        ),
    ),
    Section(
        "months_between(a, b)",
        "Completed calendar months from a to b, negative when b lies before a. From the 29th, 30th or 31st, a shorter "
        "month is complete on its last day.",
        (
            Example("months_between(arrived_on, as_of)", 6, {"arrived_on": day("2025-09-30")}),
            Example("months_between(arrived_on, as_of)", 6, {"arrived_on": day("2025-09-15")}),
            Example("months_between(date '2026-01-31', date '2026-02-27')", 0),
            Example("months_between(date '2026-01-31', date '2026-02-28')", 1),
            Example("months_between(date '2024-01-31', date '2024-02-28')", 0),
            Example("months_between(date '2024-01-30', date '2024-02-29')", 1),
            Example("months_between(date '2026-02-28', date '2026-03-28')", 1),
            Example("months_between(date '2026-02-28', date '2026-01-31')", -1),
            Example("months_between(date '2026-03-15', date '2026-02-16')", 0),
            Example("months_between(arrived_on, as_of) >= 6", None),
        ),
    ),
    Section(
        "years_between(a, b)",
        "months_between(a, b) / 12, cut towards zero. Who was born on 29 February is a year older on 28 February of a "
        "common year.",
        (
            Example("years_between(born_on, as_of)", 15, {"born_on": day("2010-04-01")}),
            Example("years_between(born_on, as_of)", 16, {"born_on": day("2010-03-31")}),
            Example("years_between(date '2004-02-29', date '2023-02-27')", 18),
            Example("years_between(date '2004-02-29', date '2023-02-28')", 19),
            Example("years_between(date '2004-02-29', date '2024-02-28')", 19),
            Example("years_between(as_of, date '2024-05-01')", -1),
            Example("years_between(born_on, as_of)", None),
        ),
    ),
    Section(
        "days_between(a, b)",
        "b minus a, in days.",
        (
            Example("days_between(date '2024-02-28', date '2024-03-01')", 2),
            Example("days_between(date '2023-03-01', date '2023-02-28')", -1),
            Example("days_between(date '0001-01-01', date '9999-12-31')", 3652058),
            Example("days_between(arrived_on, as_of)", 0, {"arrived_on": AS_OF}),
        ),
    ),
    Section(
        "as_of, true, false, null, date, numbers, text",
        "`as_of` is the day for which the answer is asked. Dates are written `date '2026-03-31'`, numbers `12` or "
        "`12.50`, text in single quotes, which are doubled inside. Keywords in any case; names of facts as they are.",
        (
            Example("as_of = DATE '2026-03-31'", True),
            Example("True Or False", True),
            Example("NULL Is Null", True),
            Example("'it''s' = sex", True, {"sex": "it's"}),
            Example("007 = 7", True),
        ),
    ),
)

# What the language does not have. Each is refused with the code of its fault and the offending word.
REFUSED = (
    ("", "rules.expression.empty", ""),
    ("age >", "rules.expression.syntax", ""),
    ("age > 1 -- comment", "rules.expression.comment", "--"),
    ("age > 1 /* comment */", "rules.expression.comment", "/*"),
    ("age > 1; true", "rules.expression.character", ";"),
    ("age != 1", "rules.expression.character", "!="),
    ("1 < age < 3", "rules.expression.syntax", "<"),
    ("age = 1 = true", "rules.expression.syntax", "="),
    ("age between 1 and 2 = true", "rules.expression.syntax", "="),
    ("age not between 1 and 2", "rules.expression.syntax", "between"),
    ("age in ()", "rules.expression.syntax", ")"),
    ("age in (1 + 1)", "rules.expression.syntax", "+"),
    ("age in (select 1)", "rules.expression.syntax", "1"),
    ("enrolled is true", "rules.expression.syntax", "true"),
    ("abs(age) > 1", "rules.expression.syntax", "abs"),
    ("months_between(born_on)", "rules.expression.syntax", ")"),
    ("age > 1e3", "rules.expression.number", "1e3"),
    ("age > 1.", "rules.expression.number", "1."),
    ('sex = "male"', "rules.expression.character", '"'),
    ("sex = 'male", "rules.expression.unclosed_text", "'male"),
    ("arrived_on = date '2023-02-29'", "rules.expression.date", "'2023-02-29'"),
    ("arrived_on = date '20230228'", "rules.expression.date", "'20230228'"),
    ("age || 'x'", "rules.expression.character", "|"),
    ("case when true then true end", "rules.expression.syntax", "when"),
    ("age % 2 = 0", "rules.expression.character", "%"),
    ("age = 0x10", "rules.expression.number", "0x10"),
    ("age ＞ 1", "rules.expression.character", "＞"),
    ("sex like 'm%'", "rules.expression.syntax", "like"),
    ("exists (select 1)", "rules.expression.syntax", "exists"),
    ("cast(age as text) = '1'", "rules.expression.syntax", "cast"),
    ("now() > born_on", "rules.expression.syntax", "now"),
    ("current_date > born_on", "rules.fact.unknown", "current_date"),
    ("arrived_on + 1 > as_of", "rules.type.mismatch", ""),
    ("agee > 1", "rules.fact.unknown", "agee"),
    ("Age > 1", "rules.fact.unknown", "Age"),
    ("sex = 'man'", "rules.code.unknown", "man"),
    ("sex in ('male', 'man')", "rules.code.unknown", "man"),
    ("age", "rules.type.not_boolean", ""),
    ("as_of", "rules.type.not_boolean", ""),
    ("age = 'x'", "rules.type.mismatch", ""),
    ("arrived_on > 3", "rules.type.mismatch", ""),
    ("enrolled + 1 > 0", "rules.type.mismatch", ""),
    ("age and true", "rules.type.mismatch", ""),
    ("not age", "rules.type.mismatch", ""),
    ("days_between(age, as_of) > 1", "rules.type.mismatch", ""),
    ("age * months * age > 0", "rules.type.too_many_digits", ""),
    ("age + 10000000000000000000000000000000000000.5 > 0", "rules.type.too_many_digits", ""),
    ("(" * 101 + "true" + ")" * 101, "rules.expression.too_deep", "true"),
    ("not " * 101 + "true", "rules.expression.too_deep", "true"),
    ("age" + " / 1" * 101 + " > 0", "rules.expression.too_deep", "/"),
)
