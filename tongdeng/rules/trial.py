"""One service file and its examples, judged while they are being written: nothing but these two texts is read."""

from collections.abc import Mapping
from dataclasses import dataclass

from tongdeng.rules.cases import NOT_IN_FORCE, judge_case, read_cases
from tongdeng.rules.engines import memory
from tongdeng.rules.faults import ExpressionFault, Fault
from tongdeng.rules.forms import Form
from tongdeng.rules.kinds import check_condition
from tongdeng.rules.model import Case, Fact, Service
from tongdeng.rules.parser import parse
from tongdeng.rules.services import read_service
from tongdeng.rules.tree import Node
from tongdeng.rules.yaml_nodes import YamlFault, YamlNode, read


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What the law answers to one example. `faults` say where that is not what the example expects."""

    case: Case | None  # None where the example itself cannot be read
    line: int
    answer: str = ""  # yes, no, unknown, or none: no version is in force that day
    unmet: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def holds(self) -> bool:
        """Return whether the law answers as the example expects."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class ServiceTrial:
    """A service as its text has it, the faults of that text, and each example's result."""

    service: Service | None
    faults: tuple[Fault, ...]
    results: tuple[CaseResult, ...]
    case_faults: tuple[Fault, ...]  # of the file of examples as a whole


def try_service(path: str, text: str, cases: str, facts: Mapping[str, Fact]) -> ServiceTrial:
    """Judge a service file and its examples; a faulty service answers nothing, so its examples have no result."""
    form = Form(path)
    service = None
    try:
        service = read_service(read(text.encode(), path), form, dict(facts), text)
    except YamlFault as fault:
        form.faults.append(fault.fault)
    faults = tuple(sorted(form.faults, key=lambda fault: fault.line))
    cases_path = path.removesuffix(".yaml") + ".cases.yaml"
    whole = Form(cases_path)
    nodes: list[YamlNode] = []
    try:
        root = read(cases.encode(), cases_path)
        nodes = [] if root.is_null else whole.items(root, "cases")
    except YamlFault as fault:
        whole.faults.append(fault.fault)
    able = service if not faults else None
    results = tuple(_result(node, cases_path, able, facts) for node in nodes)
    return ServiceTrial(service, faults, results, tuple(whole.faults))


def _result(node: YamlNode, path: str, service: Service | None, facts: Mapping[str, Fact]) -> CaseResult:
    form = Form(path)
    read_one = read_cases(
        YamlNode("list", node.line, items=[node]), form, service.code if service else "", dict(facts)
    )  # fmt: skip
    if not read_one or service is None:
        return CaseResult(None, node.line, faults=tuple(form.faults))
    case = read_one[0]
    judge_case(case, service, form)
    version = service.version_on(case.as_of)
    if version is None:
        return CaseResult(case, node.line, NOT_IN_FORCE, faults=tuple(form.faults))
    said = memory.answer(version, case.given, case.as_of)
    return CaseResult(case, node.line, said.answer.value, said.unmet, said.unknown, tuple(form.faults))


def try_condition(text: str, facts: Mapping[str, Fact]) -> Node:
    """Return the tree of a condition that is sound in its types, or raise ExpressionFault at the offending word."""
    node = parse(text)
    check_condition(node, facts)
    return node


def fault_of(text: str, facts: Mapping[str, Fact]) -> ExpressionFault | None:
    """Return what is wrong with a condition, or None."""
    try:
        try_condition(text, facts)
    except ExpressionFault as fault:
        return fault
    return None
