"""Text to values of facts, by the strict rules of a facts file."""

import re
from decimal import Decimal

from tongdeng.kernel.errors import Text
from tongdeng.rules.model import Fact, FactType, Value
from tongdeng.rules.parser import iso_date

_INTEGER = re.compile("-?[0-9]{1,30}")
# At most what decimal(18,2) holds; zeros behind the second place change nothing.
_DECIMAL = re.compile(r"-?0*[0-9]{1,16}(\.[0-9]{1,2}0*)?")
WANTED = {
    FactType.INTEGER: Text("整数", "a whole number"),
    FactType.DECIMAL: Text("最多 16 位整数和 2 位小数的数", "a number of at most 16 digits and 2 decimal places"),
    FactType.BOOLEAN: Text("true 或 false", "true or false"),
    FactType.CODE: Text("该事实的一个取值", "one of the fact's values"),
    FactType.DATE: Text("日期（2020-01-31）", "a date such as 2020-01-31"),
}


def parse_value(text: str, fact: Fact) -> Value:
    """Return the value of a fact written as text; None where it does not parse."""
    match fact.type:
        case FactType.INTEGER:
            fits = _INTEGER.fullmatch(text) and -(2**63) <= int(text) < 2**63
            return int(text) if fits else None
        case FactType.DECIMAL:
            return Decimal(text) if _DECIMAL.fullmatch(text) else None
        case FactType.BOOLEAN:
            return {"true": True, "false": False}.get(text)
        case FactType.CODE:
            return text if text in fact.values else None
        case FactType.DATE:
            return iso_date(text)
