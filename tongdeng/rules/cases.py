"""Worked examples beside each service: read from YAML, then compared with what the law answers."""

from datetime import date
from typing import Any, cast

from tongdeng.rules.engines import memory
from tongdeng.rules.forms import FALSE, TRUE, Form, truth
from tongdeng.rules.model import Case, Fact, FactType, Service, Value
from tongdeng.rules.values import WANTED, parse_value
from tongdeng.rules.yaml_nodes import YamlNode

CASE_KEYS = ("case", "as_of", "given", "expect", "note")
NOT_IN_FORCE = "none"


def read_cases(root: YamlNode, form: Form, service: str, facts: dict[str, Fact]) -> list[Case]:
    """Return the cases of one file; faults go into the form."""
    read = [_read_case(node, form, service, facts) for node in form.items(root, "cases")] if not root.is_null else []
    return [case for case in read if case]


def _read_case(node: YamlNode, form: Form, service: str, facts: dict[str, Fact]) -> Case | None:
    known = len(form.faults)
    found = form.mapping(node, "case", CASE_KEYS)
    if node.kind != "mapping" or not form.require(found, ("case", "as_of", "expect"), "case", node.line):
        return None
    as_of = form.date(found["as_of"], "as_of")
    given = _given(found, form, facts)
    expect = form.mapping(found["expect"], "expect", ("answer", "unmet", "unknown"))
    answer = _expected(expect["answer"], form) if form.require(expect, ("answer",), "expect", node.line) else ""
    case = Case(
        name=form.text(found["case"], "case"),
        service=service,
        as_of=as_of or date.min,
        given=given,
        answer=answer,
        unmet=_names(expect, "unmet", form),
        unknown=_names(expect, "unknown", form),
        file=form.file,
        line=node.line,
    )
    return case if len(form.faults) == known else None


def _given(found: dict[str, YamlNode], form: Form, facts: dict[str, Fact]) -> dict[str, Value]:
    if "given" not in found or found["given"].is_null:
        return {}
    nodes = form.mapping(found["given"], "given", tuple(facts))
    return {name: _value(node, form, facts[name]) for name, node in nodes.items()}


def _value(node: YamlNode, form: Form, fact: Fact) -> Value:
    if node.is_null:
        return None

    def read(text: str) -> Value:
        return truth(text) if fact.type == FactType.BOOLEAN else parse_value(text, fact)

    found: Any = form.scalar(node, fact.name, read, WANTED[fact.type])
    return cast(Value, found)


def _expected(node: YamlNode, form: Form) -> str:
    # YAML reads a bare yes as true, and true is what people write when they mean yes.
    if node.kind == "scalar" and node.text in TRUE:
        return "yes"
    if node.kind == "scalar" and node.text in FALSE:
        return "no"
    return form.choice(node, "answer", ("yes", "no", "unknown", NOT_IN_FORCE)) or ""


def _names(expect: dict[str, YamlNode], key: str, form: Form) -> tuple[str, ...] | None:
    if key not in expect:
        return None
    return tuple(form.text(item, key) for item in form.items(expect[key], key))


def judge_case(case: Case, service: Service, form: Form) -> None:
    """Note a fault where the law does not answer as the case expects."""
    version = service.version_on(case.as_of)
    if version is None:
        if case.answer != NOT_IN_FORCE:
            zh = f"示例“{case.name}”：{case.service} 在 {case.as_of} 没有生效的版本。"
            en = f"case '{case.name}': {case.service} has no version in force on {case.as_of}."
            form.fault("rules.case.not_in_force", case.line, zh, en, word=str(case.as_of))
        return
    answer = memory.answer(version, case.given, case.as_of)
    for what, wanted, got in (
        ("answer", (case.answer,), (str(answer.answer),)),
        ("unmet", case.unmet, answer.unmet),
        ("unknown", case.unknown, answer.unknown),
    ):
        # The order of a list in an example is not what it is about.
        if wanted is not None and sorted(wanted) != sorted(got):
            expected, found = ", ".join(wanted) or "-", ", ".join(got) or "-"
            zh = f"示例“{case.name}”：{what} 应为 {expected}，法律的回答是 {found}。"
            en = f"case '{case.name}': {what} is expected to be {expected}, the law answers {found}."
            form.fault("rules.case.wrong", case.line, zh, en, word=expected)
