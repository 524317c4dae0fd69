"""Random laws of well-typed conditions, and people with gaps, leap days, month ends and numbers at the edge."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tests.spec.engines import VOCABULARY
from tongdeng.rules.faults import ExpressionFault
from tongdeng.rules.kinds import check_condition, type_of
from tongdeng.rules.model import FactType
from tongdeng.rules.parser import parse

_BIG = 2**63 - 1
_EDGE_DAYS = [
    date(int(year), month, day)
    for year in (2000, 2023, 2024, 1900)
    for month, day in ((1, 29), (1, 30), (1, 31), (2, 27), (2, 28), (3, 1), (4, 30), (12, 31))
] + [date(2000, 2, 29), date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31)]
DAYS = st.sampled_from(_EDGE_DAYS) | st.dates(date(1990, 1, 1), date(2030, 12, 31))
_INTEGERS = st.integers(-3, 20) | st.sampled_from([_BIG, -_BIG - 1, 10**18]) | st.integers(-_BIG, _BIG)
_CENTS = st.integers(-300, 3000) | st.integers(-(10**18) + 1, 10**18 - 1)
_DECIMALS = _CENTS.map(lambda cents: Decimal(cents).scaleb(-2))
_VALUES = {
    FactType.INTEGER: _INTEGERS,
    FactType.DECIMAL: _DECIMALS,
    FactType.BOOLEAN: st.booleans(),
    FactType.DATE: DAYS,
}


def _value(fact):
    known = st.sampled_from(fact.values) if fact.type == FactType.CODE else _VALUES[fact.type]
    return st.none() | known


PEOPLE = st.fixed_dictionaries({name: _value(fact) for name, fact in VOCABULARY.items()})


def _named(kind):
    return st.sampled_from([name for name, fact in VOCABULARY.items() if fact.type == kind])


_NUMBER_LITERALS = (
    st.integers(0, 100).map(str)
    | st.decimals(0, 1000, places=3).map(lambda number: f"{number:f}")
    | st.sampled_from(
        ["0", "0.0000005", "0.00000051", "9223372036854775808", "12345678901234567890.125", "99999999.99999999"]
    )
)
_DATES = _named(FactType.DATE) | st.just("as_of") | DAYS.map(lambda day: f"date '{day}'") | st.just("null")
_SPANS = st.builds(
    "{}({}, {})".format, st.sampled_from(["months_between", "years_between", "days_between"]), _DATES, _DATES
)
_NUMBERS = st.recursive(
    _named(FactType.INTEGER) | _named(FactType.DECIMAL) | _NUMBER_LITERALS | _SPANS | st.just("null"),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner) | st.builds("(-{})".format, inner)
    ),
    max_leaves=5,
)
_CODES = _named(FactType.CODE) | st.sampled_from(["'male'", "'rented'", "null"])
_OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
_ITEMS = _named(FactType.INTEGER) | _NUMBER_LITERALS | st.just("null") | st.integers(1, 9).map("-{}".format)
_IN = st.sampled_from(["in", "not in"])


def _comparisons(values):
    return st.builds("({} {} {})".format, values, _OPERATORS, values) | st.builds(
        "({} between {} and {})".format, values, values, values
    )


_ATOMS = (
    _named(FactType.BOOLEAN)
    | st.sampled_from(["true", "false", "null"])
    | _comparisons(_NUMBERS)
    | _comparisons(_DATES)
    | _comparisons(_CODES)
    | st.builds("({} {} ({}))".format, _NUMBERS, _IN, st.lists(_ITEMS, min_size=1, max_size=4).map(", ".join))
    | st.builds(
        "({} {} ({}))".format, _named(FactType.CODE), _IN, st.lists(_CODES, min_size=1, max_size=3).map(", ".join)
    )
    | st.builds("({} is {}null)".format, _NUMBERS | _DATES | _CODES, st.sampled_from(["", "not "]))
)
_BOOLEANS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.builds("(not {})".format, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or", "="]), inner),
        st.builds("({} is {}null)".format, inner, st.sampled_from(["", "not "])),
    ),
    max_leaves=6,
)


def is_legal(text: str) -> bool:
    """Return whether the law would take this condition; too many digits or a foreign code are its faults."""
    try:
        check_condition(parse(text), VOCABULARY)
    except ExpressionFault:
        return False
    return True


def is_typed(text: str) -> bool:
    """Return whether a number's digits fit."""
    try:
        type_of(parse(text), VOCABULARY)
    except ExpressionFault:
        return False
    return True


CONDITIONS = _BOOLEANS.filter(is_legal)
NUMBERS = _NUMBERS.filter(is_typed)
