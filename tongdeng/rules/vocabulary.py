"""Reads `facts.yaml`: the words in which the law speaks about a person."""

import re

from tongdeng.kernel.errors import Text
from tongdeng.rules.forms import Form, truth
from tongdeng.rules.lexer import KEYWORDS
from tongdeng.rules.model import Fact, FactType
from tongdeng.rules.yaml_nodes import YamlNode

FACT_KEYS = ("type", "values", "zh", "en", "domain", "unit", "source", "when_absent", "value_labels", "holder", "note")
_DOMAINS = "ABCDEFG"
# `person_id` is the key of every facts file, so it cannot also be a fact.
_RESERVED = KEYWORDS | {"person_id"}


def read_facts(root: YamlNode, form: Form) -> dict[str, Fact]:
    """Return the facts of `facts.yaml` by name; faults go into the form."""
    top = form.mapping(root, "facts.yaml", ("facts", "note"))
    if not form.require(top, ("facts",), "facts.yaml", root.line):
        return {}
    found: dict[str, Fact] = {}
    folded: set[str] = set()
    for name, node in form.mapping(top["facts"], "facts").items():
        if _is_usable(name, node, form, folded):
            fact = _read_fact(name, node, form)
            if fact:
                found[name] = fact
    return found


def _is_usable(name: str, node: YamlNode, form: Form, folded: set[str]) -> bool:
    lower = name.lower()
    if lower in _RESERVED:
        zh, en = f"事实不能叫“{name}”：这是保留字。", f"a fact cannot be called '{name}': the word is reserved."
        form.fault("rules.fact.reserved", node.line, zh, en, word=name)
    elif not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        zh = f"事实名“{name}”只能用英文字母、数字和下划线。"
        en = f"'{name}': a fact's name has letters, digits and underscores only."
        form.fault("rules.fact.name", node.line, zh, en, word=name)
    elif lower in folded:
        # Columns of a table do not tell capitals from small letters.
        zh, en = f"“{name}”与另一事实只差大小写。", f"'{name}' differs from another fact only in capitals."
        form.fault("rules.fact.name", node.line, zh, en, word=name)
    else:
        folded.add(lower)
        return True
    return False


def _read_fact(name: str, node: YamlNode, form: Form) -> Fact | None:
    found = form.mapping(node, name, FACT_KEYS)
    if node.kind != "mapping" or not form.require(found, ("type",), name, node.line):
        return None
    kind = form.choice(found["type"], "type", tuple(FactType))
    if kind is None:
        return None

    def text(key: str) -> str:
        return form.text(found[key], key) if key in found else ""

    values = _values(name, found, kind, form, node.line)
    if "domain" in found:
        form.choice(found["domain"], "domain", tuple(_DOMAINS))
    return Fact(
        name=name,
        type=FactType(kind),
        zh=text("zh") or name,
        en=text("en"),
        values=values,
        domain=text("domain"),
        unit=text("unit"),
        source=text("source"),
        holder=text("holder"),
        when_absent=_when_absent(found, kind, form),
        value_labels=_labels(found, values, form),
    )


def _values(name: str, found: dict[str, YamlNode], kind: str, form: Form, line: int) -> tuple[str, ...]:
    node = found.get("values")
    if kind != FactType.CODE:
        if node is not None:
            zh, en = f"“{name}”不是代码，没有 values。", f"'{name}' is no code, so it has no values."
            form.fault("rules.fact.values", node.line, zh, en, word=name)
        return ()
    if node is None:
        zh, en = f"代码“{name}”缺少 values。", f"the code '{name}' has no values."
        form.fault("rules.fact.values", line, zh, en, word=name)
        return ()
    values: list[str] = []
    for item in form.items(node, "values"):
        value = form.text(item, "values")
        if not value or value in values:
            zh, en = f"“{name}”的取值“{value}”为空或重复。", f"a value of '{name}' is empty or stands twice: '{value}'."
            form.fault("rules.fact.values", item.line, zh, en, word=value)
        else:
            values.append(value)
    return tuple(values)


def _when_absent(found: dict[str, YamlNode], kind: str, form: Form) -> bool | int | None:
    node = found.get("when_absent")
    if node is None or (node.kind == "scalar" and node.text == "unknown"):
        return None
    if kind == FactType.BOOLEAN and node.kind == "scalar" and truth(node.text) is False:
        return False
    if kind in (FactType.INTEGER, FactType.DECIMAL) and node.kind == "scalar" and node.text == "0":
        return 0
    zh = "when_absent 只能是 unknown、false（真假）或 0（数）。"
    en = "when_absent is unknown, false (for a boolean) or 0 (for a number)."
    form.fault("rules.fact.when_absent", node.line, zh, en, word=node.text)
    return None


def _labels(found: dict[str, YamlNode], values: tuple[str, ...], form: Form) -> dict[str, Text]:
    if "value_labels" not in found:
        return {}
    nodes = form.mapping(found["value_labels"], "value_labels", values)
    read = {value: form.both(node, value) for value, node in nodes.items()}
    return {value: label for value, label in read.items() if label}
