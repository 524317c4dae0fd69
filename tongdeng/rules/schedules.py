"""Reads one schedule: which appointment comes when, counted from a date such as that of birth."""

from collections.abc import Collection
from dataclasses import replace

from tongdeng.rules.faults import nearest
from tongdeng.rules.forms import Form
from tongdeng.rules.model import Fact, Schedule, Span, Step
from tongdeng.rules.services import VersionReader
from tongdeng.rules.yaml_nodes import YamlNode

SCHEDULE_KEYS = ("schedule", "name", "basis", "counted_from", "choices", "steps", "note")
STEP_KEYS = ("name", "counted_from", "opens", "before", "until", "every", "after", "only", "series", "note")
_UNITS = {"years": Span(months=12), "months": Span(months=1), "weeks": Span(days=7), "days": Span(days=1)}
_LONGEST_MONTH = 31


def read_schedule(root: YamlNode, form: Form, facts: dict[str, Fact], source: str) -> Schedule | None:
    """Return the schedule of a file, or None where it cannot be read at all; faults go into the form."""
    found = form.mapping(root, "schedule", SCHEDULE_KEYS)
    if root.kind != "mapping" or not form.require(found, ("schedule", "name", "steps"), "schedule", root.line):
        return None
    name, title = form.text(found["schedule"], "schedule"), form.both(found["name"], "name")
    if form.file.split("/")[-1] != f"{name}.yaml":
        zh, en = f"日程 {name} 应在文件 {name}.yaml 中。", f"the schedule {name} belongs in the file {name}.yaml."
        form.fault("rules.schedule.file", root.line, zh, en, word=name)
    reader = _ScheduleReader(form, facts, source.splitlines())
    steps = reader.steps(found)
    choices = reader.choices(found, {step.series for step in steps} - {""})
    return Schedule(name, title, steps, reader.basis(found, root.line), choices, form.file) if title else None


class _ScheduleReader(VersionReader):
    """Reads the steps of one file; clauses, conditions and date facts are read as a service's are."""

    def steps(self, found: dict[str, YamlNode]) -> tuple[Step, ...]:
        base = self.date_fact(found, "counted_from")
        nodes = self.form.mapping(found["steps"], "steps")
        steps = (self.step(code, node, base, nodes) for code, node in nodes.items())
        return tuple(step for step in steps if step)

    def step(self, code: str, node: YamlNode, base: str, codes: Collection[str]) -> Step | None:
        form = self.form
        keys = form.mapping(node, code, STEP_KEYS)
        if node.kind != "mapping" or not form.require(keys, ("name", "opens"), code, node.line):
            return None
        name, opens = form.both(keys["name"], "name"), self.span(keys["opens"], "opens")
        step = Step(code, name, self.date_fact(keys, "counted_from") or base, opens) if name else None
        if step and not step.counted_from:
            zh, en = f"“{code}”没有起算日。", f"'{code}' does not say from which date it counts."
            form.fault("rules.schedule.counted_from", node.line, zh, en, word=code)
        spans = {key: self.span(keys[key], key) for key in ("before", "until", "every") if key in keys}
        for key in ("before", "until"):
            if key in spans and _days(spans[key]) <= _days(opens):
                zh, en = f"“{code}”的 {key} 应晚于 opens。", f"'{code}': {key} must lie after opens."
                form.fault("rules.schedule.order", keys[key].line, zh, en, word=key)
        only = self.condition(code, keys["only"], None) if "only" in keys else None
        after = self.after(keys["after"], codes) if "after" in keys else None
        series = form.text(keys["series"], "series") if "series" in keys else ""
        before, until, every = (spans.get(key) for key in ("before", "until", "every"))
        return step and replace(
            step, before=before, until=until, every=every, after=after, only=only, series=series
        )  # fmt: skip

    def span(self, node: YamlNode, key: str) -> Span:
        nodes = self.form.mapping(node, key, tuple(_UNITS))
        counts = {unit: self.form.whole(count, unit) or 0 for unit, count in nodes.items()}
        months = sum(count * _UNITS[unit].months for unit, count in counts.items())
        return Span(months, sum(count * _UNITS[unit].days for unit, count in counts.items()))

    def after(self, node: YamlNode, codes: Collection[str]) -> tuple[str, Span] | None:
        keys = self.form.mapping(node, "after", ("step", "least"))
        if node.kind != "mapping" or not self.form.require(keys, ("step", "least"), "after", node.line):
            return None
        step = self.form.choice(keys["step"], "step", codes)
        return (step, self.span(keys["least"], "least")) if step else None

    def choices(self, found: dict[str, YamlNode], series: Collection[str]) -> tuple[tuple[str, ...], ...]:
        rows = self.form.items(found["choices"], "choices") if "choices" in found else []
        return tuple(tuple(self.one_of(item, series) for item in self.form.items(row, "choices")) for row in rows)

    def one_of(self, node: YamlNode, series: Collection[str]) -> str:
        word = self.form.text(node, "choices")
        if word not in series:
            zh, en = f"没有系列“{word}”。", f"there is no series '{word}'."
            self.form.fault("rules.schedule.series", node.line, zh, en, word=word, remedy=nearest(word, series))
        return word


def _days(span: Span) -> int:
    return span.months * _LONGEST_MONTH + span.days
