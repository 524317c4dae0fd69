"""A condition in plain words, for whoever reads the law without reading expressions."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongdeng.kernel.errors import Text
from tongdeng.rules import tree
from tongdeng.rules.model import Fact, FactType

Facts = Mapping[str, Fact]
UNITS = {
    "years": Text("岁", "years"),
    "months": Text("个月", "months"),
    "days": Text("天", "days"),
    "span": Text("年", "years"),
    "CNY per month": Text("元/月", "yuan a month"),
}
_SPAN_UNITS = {"months_between": "months", "years_between": "span", "days_between": "days"}
_SPANS = {
    "months_between": Text("从{a}到{b}的满月数", "the completed months from {a} to {b}"),
    "years_between": Text("从{a}到{b}的满年数", "the completed years from {a} to {b}"),
    "days_between": Text("从{a}到{b}的天数", "the days from {a} to {b}"),
}
_NUMBERS = {
    "=": Text("等于", "is"), "<>": Text("不等于", "is not"), "<": Text("小于", "is less than"),
    "<=": Text("不超过", "is at most"), ">": Text("大于", "is more than"), ">=": Text("至少为", "is at least"),
}  # fmt: skip
_DATES = {
    "=": Text("是", "is"), "<>": Text("不是", "is not"), "<": Text("早于", "is before"),
    "<=": Text("不晚于", "is on or before"), ">": Text("晚于", "is after"), ">=": Text("不早于", "is on or after"),
}  # fmt: skip
_CODES = {"=": Text("是", "is"), "<>": Text("不是", "is not")}
# Of an age people speak in words of its own.
_AGES = {
    "=": Text("正好 {n} 周岁", "is {n} years old"), "<>": Text("不是 {n} 周岁", "is not {n} years old"),
    "<": Text("未满 {n} 周岁", "is younger than {n}"), "<=": Text("不超过 {n} 周岁", "is {n} or younger"),
    ">": Text("超过 {n} 周岁", "is older than {n}"), ">=": Text("年满 {n} 周岁", "is {n} or older"),
}  # fmt: skip
_AGE = "age_years"
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}
_NO_VALUE = Text("“没有资料”", "“not known”")


class _Near(NamedTuple):
    """What a literal is compared with: its fact's labels and its unit decide how the literal is said."""

    fact: Fact | None = None
    unit: str = ""


def condition(node: tree.Node, facts: Facts) -> Text:
    """Return a condition as one sentence without its full stop, such as 周岁至少为 16 岁，并且周岁小于 60 岁."""
    match node:
        case tree.And(parts=parts):
            return _joined(parts, facts, Text("，并且", ", and "))
        case tree.Or(parts=parts):
            return _joined(parts, facts, Text("，或者", ", or "))
        case tree.Not(of=of):
            return _not(of, facts)
        case tree.Comparison():
            return _comparison(node, facts)
        case tree.Between(of=of, low=low, high=high):
            what, a, b = _value(of, facts), _value(low, facts), _value(high, facts, _near(of, facts))
            zh = f"{what.zh}在{_gap(a.zh)}{a.zh} 到 {b.zh}{_gap(b.zh[-1])}之间（含两端）"
            return Text(zh, f"{what.en} is from {a.en} to {b.en}, both included")
        case tree.In():
            return _membership(node, facts)
        case tree.IsNull(of=of, negated=negated):
            what = _asked(of, facts)
            zh, en = ("已有资料", "is known") if negated else ("没有资料", "is not known")
            return Text(f"{what.zh}{zh}", f"{what.en} {en}")
        case tree.FactRef(name=name):
            return _named(name, facts)
        case tree.Literal(value=value):
            said = {True: Text("总是成立", "always holds"), False: Text("总不成立", "never holds")}
            return said[value] if isinstance(value, bool) else Text("永远无法判断", "can never be told")
        case _:
            return _value(node, facts)


def _joined(parts: tuple[tree.Node, ...], facts: Facts, link: Text) -> Text:
    said = [_bracketed(part, facts) for part in parts]
    return Text(link.zh.join(one.zh for one in said), link.en.join(one.en for one in said))


def _bracketed(part: tree.Node, facts: Facts) -> Text:
    said = condition(part, facts)
    if isinstance(part, tree.And | tree.Or):
        return Text(f"（{said.zh}）", f"({said.en})")
    return said


def _not(of: tree.Node, facts: Facts) -> Text:
    """Say the opposite where the language has a word for it; brackets where it has none."""
    match of:
        case tree.Not(of=inner):
            return condition(inner, facts)
        case tree.FactRef(name=name):
            said = _named(name, facts)
            return Text(f"不符合“{said.zh}”", f"not: {said.en}")
        case tree.Comparison(operator=operator):
            return condition(tree.Comparison(of.start, of.end, _OPPOSITE[operator], of.left, of.right), facts)
        case tree.In(negated=negated):
            return condition(tree.In(of.start, of.end, of.of, of.items, not negated), facts)
        case tree.IsNull(negated=negated):
            return condition(tree.IsNull(of.start, of.end, of.of, not negated), facts)
    said = condition(of, facts)
    return Text(f"并非（{said.zh}）", f"it is not so that ({said.en})")


def _comparison(node: tree.Comparison, facts: Facts) -> Text:
    left, right, operator = node.left, node.right, node.operator
    if isinstance(left, tree.Literal | tree.AsOf) and not isinstance(right, tree.Literal | tree.AsOf):
        left, right, operator = right, left, _MIRRORED[operator]
    if isinstance(right, tree.Literal) and isinstance(right.value, bool) and operator in _CODES:
        # `x = true` is x itself, also where x is unknown; `x = false` and `x <> true` are its opposite.
        return condition(left, facts) if right.value is (operator == "=") else _not(left, facts)
    near = _near(left, facts)
    if _is_condition(left, facts) or _is_condition(right, facts):
        same = Text("是否成立相同", "hold alike") if operator == "=" else Text("是否成立不同", "do not hold alike")
        a, b = condition(left, facts), condition(right, facts)
        return Text(f"（{a.zh}）与（{b.zh}）{same.zh}", f"({a.en}) and ({b.en}) {same.en}")
    if left == tree.FactRef(0, 0, _AGE) and isinstance(right, tree.Literal) and right.value is not None:
        said = _AGES[operator]
        return Text(said.zh.format(n=right.value), said.en.format(n=right.value))
    word = _word(operator, left, facts)
    a, b = _value(left, facts), _value(right, facts, near)
    return Text(f"{a.zh}{_gap(a.zh[-1])}{word.zh}{_gap(b.zh)}{b.zh}", f"{a.en} {word.en} {b.en}")


def _word(operator: str, left: tree.Node, facts: Facts) -> Text:
    fact = facts.get(left.name) if isinstance(left, tree.FactRef) else None
    if isinstance(left, tree.AsOf) or (fact and fact.type == FactType.DATE):
        return _DATES[operator]
    if fact and fact.type == FactType.CODE:
        return _CODES.get(operator, _NUMBERS[operator])
    return _NUMBERS[operator]


def _membership(node: tree.In, facts: Facts) -> Text:
    what, near = _asked(node.of, facts), _near(node.of, facts)
    items = [_value(item, facts, near) for item in node.items]
    if len(items) == 1:
        zh, en = ("不是", "is not") if node.negated else ("是", "is")
        return Text(f"{what.zh}{zh}{_gap(items[0].zh)}{items[0].zh}", f"{what.en} {en} {items[0].en}")
    zh, en = Text.listed(items)
    if node.negated:
        return Text(f"{what.zh}不是{_gap(zh)}{zh}{_gap(zh[-1])}中的任何一个", f"{what.en} is none of {en}")
    return Text(f"{what.zh}是{_gap(zh)}{zh}{_gap(zh[-1])}之一", f"{what.en} is one of {en}")


def _asked(node: tree.Node, facts: Facts) -> Text:
    """Return what is asked about: a value's name, or a condition between quotation marks."""
    if isinstance(node, tree.FactRef) or not _is_condition(node, facts):
        said = _value(node, facts)
        return Text(f"“{said.zh}”", f"“{said.en}”") if _is_condition(node, facts) else said
    said = condition(node, facts)
    return Text(f"“{said.zh}”", f"“{said.en}”")


def _is_condition(node: tree.Node, facts: Facts) -> bool:
    if isinstance(node, tree.FactRef):
        return node.name in facts and facts[node.name].type == FactType.BOOLEAN
    if isinstance(node, tree.Literal):
        return isinstance(node.value, bool)
    return isinstance(node, tree.And | tree.Or | tree.Not | tree.Comparison | tree.Between | tree.In | tree.IsNull)


def _near(node: tree.Node, facts: Facts) -> _Near:
    match node:
        case tree.FactRef(name=name) if name in facts:
            return _Near(facts[name], facts[name].unit)
        case tree.DateSpan(function=function):
            return _Near(unit=_SPAN_UNITS[function])
        case tree.Negative(of=of):
            return _near(of, facts)
    return _Near()


def _value(node: tree.Node, facts: Facts, near: _Near = _Near()) -> Text:  # noqa: B008  a frozen tuple
    match node:
        case tree.Literal(value=value):
            return _literal(value, near)
        case tree.FactRef(name=name):
            return _named(name, facts)
        case tree.AsOf():
            return Text("当天", "the day asked about")
        case tree.Negative(of=of):
            said = _operand(of, facts)
            return Text(f"−{said.zh}", f"−{said.en}")
        case tree.Arithmetic(operator=operator, left=left, right=right):
            a, b, sign = _operand(left, facts), _operand(right, facts), _SIGNS[operator]
            return Text(f"{a.zh} {sign} {b.zh}", f"{a.en} {sign} {b.en}")
        case tree.DateSpan(function=function, first=first, second=second):
            a, b, said = _day(first, facts), _day(second, facts), _SPANS[function]
            return Text(said.zh.format(a=a.zh, b=b.zh), said.en.format(a=a.en, b=b.en))
        case _:
            said = condition(node, facts)
            return Text(f"（{said.zh}）", f"({said.en})")


def _day(node: tree.Node, facts: Facts) -> Text:
    """Return an end of a span; a fact stands in quotation marks, or nobody would see where its name ends."""
    said = _value(node, facts)
    if isinstance(node, tree.FactRef):
        return Text(f"“{said.zh}”", said.en)
    return Text(f"{_gap(said.zh)}{said.zh}{_gap(said.zh[-1])}", said.en)


def _operand(node: tree.Node, facts: Facts) -> Text:
    said = _value(node, facts)
    if isinstance(node, tree.Arithmetic):
        return Text(f"（{said.zh}）", f"({said.en})")
    return said


def _literal(value: Decimal | str | date | bool | None, near: _Near) -> Text:
    if value is None:
        return _NO_VALUE
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, date):
        return Text(value.isoformat(), value.isoformat())
    if isinstance(value, str):
        label = near.fact.value_labels.get(value) if near.fact else None
        return Text(f"“{label.zh}”", f"“{label.en or value}”") if label else Text(f"“{value}”", f"“{value}”")
    number, unit = f"{value:f}", UNITS.get(near.unit)
    if not unit:
        return Text(number, number)
    # One year, two years.
    en = unit.en.removesuffix("s") if number == "1" and unit.en.endswith("s") else unit.en
    return Text(f"{number} {unit.zh}", f"{number} {en}")


def _named(name: str, facts: Facts) -> Text:
    fact = facts.get(name)
    if fact is None:
        return Text(name, name)
    en = fact.en or name
    # Dates are labelled as questions are, "gave birth on"; in a sentence they need a noun.
    return Text(fact.zh, f"the date of “{en.removesuffix(' on')}”" if en.endswith(" on") else en)


def _gap(said: str) -> str:
    """Return the space Chinese puts before digits and Latin letters, and before nothing else."""
    return " " if said[:1].isascii() or said.startswith("−") else ""
