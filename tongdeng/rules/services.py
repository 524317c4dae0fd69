"""Reads one service file: its name, its dated versions, and their conditions."""

import re
from dataclasses import replace
from datetime import timedelta

from tongdeng.kernel.errors import Text
from tongdeng.rules.faults import ExpressionFault, nearest
from tongdeng.rules.forms import Form, plain
from tongdeng.rules.kinds import check_condition
from tongdeng.rules.model import Clause, Condition, Fact, FactType, Plain, Rhythm, Service, Term, Version
from tongdeng.rules.parser import parse
from tongdeng.rules.yaml_nodes import YamlNode

PROVISIONS = ("residence", "hukou", "insured_place", "event_place", "anyone")
# Keys the rules themselves do not read; they are kept in `extra` for those who show or guard a service.
_SERVICE_EXTRA = ("seal", "summary", "note", "audience", "channels", "topic", "plan")
# `occasion` is what an applicant states by applying, such as a lost card: no condition, since no roll knows it.
_VERSION_EXTRA = (
    *("called", "summary", "note", "occasion", "audience", "channels", "evidence", "online", "where", "standard"),
    "without_application",
)
SERVICE_KEYS = ("service", "name", "bureau", "versions", *_SERVICE_EXTRA)
_DATE_FACTS = ("opens_from", "anniversary_of", "done_when")
VERSION_KEYS = (
    *("from", "until", "basis", "provision", "conditions", "labels", "rhythm", "due_within", "opens_before"),
    *("statutory", "promised", "fee", "materials", *_DATE_FACTS, *_VERSION_EXTRA),
)


def read_service(root: YamlNode, form: Form, facts: dict[str, Fact], source: str) -> Service | None:
    """Return the service of a file, or None where it cannot be read at all; faults go into the form."""
    found = form.mapping(root, "service", SERVICE_KEYS)
    if root.kind != "mapping" or not form.require(found, ("service", "name", "versions"), "service", root.line):
        return None
    code = form.text(found["service"], "service")
    name = form.both(found["name"], "name")
    reader = VersionReader(form, facts, source.splitlines())
    read = [reader.version(node) for node in form.items(found["versions"], "versions")]
    versions = [version for version in read if version]
    if not read:
        zh, en = "至少要有一个版本。", "a service has at least one version."
        form.fault("rules.version.none", found["versions"].line, zh, en, word="versions")
    folder = form.file.split("/")[-2] if form.file.count("/") > 1 else ""
    bureau = form.text(found["bureau"], "bureau") if "bureau" in found else folder.upper()
    if folder and bureau.lower() != folder:
        zh, en = f"部门 {bureau} 与文件夹 {folder} 不符。", f"the bureau {bureau} is not that of the folder, {folder}."
        form.warn("rules.service.folder", root.line, zh, en, word=bureau)
    in_order = _in_order(versions, form)
    return Service(code, name or Text("", ""), bureau, in_order, _extra(found, _SERVICE_EXTRA), form.file)


def _extra(found: dict[str, YamlNode], keys: tuple[str, ...]) -> dict[str, Plain]:
    return {key: plain(found[key]) for key in keys if key in found}


def _in_order(versions: list[Version], form: Form) -> tuple[Version, ...]:
    """Return the versions with each open end closed by its successor; note overlaps and wrong order."""
    closed: list[Version] = []
    for index, version in enumerate(versions):
        follower = versions[index + 1] if index + 1 < len(versions) else None
        if follower and follower.from_on <= version.from_on:
            zh, en = "版本没有按时间先后排列。", "the versions are not oldest first."
            form.fault("rules.version.order", follower.line, zh, en, word=str(follower.from_on))
        elif follower and version.until and version.until >= follower.from_on:
            zh = f"与前一版本重叠：前一版本到 {version.until} 为止（含）。"
            en = f"overlaps the version before it, which lasts until {version.until} inclusive."
            form.fault("rules.version.overlap", follower.line, zh, en, word=str(follower.from_on))
        elif follower and version.until is None:
            version = replace(version, until=follower.from_on - timedelta(days=1))
        closed.append(version)
    return tuple(closed)


class VersionReader:
    """Reads the versions of one file; `lines` finds the line of a word in a condition of several lines."""

    def __init__(self, form: Form, facts: dict[str, Fact], lines: list[str]) -> None:
        self.form = form
        self.facts = facts
        self.lines = lines

    def version(self, node: YamlNode) -> Version | None:
        form = self.form
        found = form.mapping(node, "version", VERSION_KEYS)
        if node.kind != "mapping":
            return None
        complete = form.require(found, ("from", "conditions"), "version", node.line)
        conditions = self.conditions(found) if "conditions" in found else ()
        from_on = form.date(found["from"], "from") if complete else None
        until = form.date(found["until"], "until") if "until" in found and not found["until"].is_null else None
        if from_on is None:
            return None
        if until and until < from_on:
            zh, en = f"截止日 {until} 早于起始日 {from_on}。", f"until {until} lies before from {from_on}."
            form.fault("rules.version.dates", found["until"].line, zh, en, word=str(until))
        rhythm, schedule = self.rhythm(found)
        return Version(
            from_on=from_on,
            until=until,
            conditions=conditions,
            basis=self.basis(found, node.line),
            provision=self.choice(found, "provision", PROVISIONS, "residence"),
            rhythm=rhythm,
            schedule=schedule,
            due_within=(form.whole(found["due_within"], "due_within") or 0) if "due_within" in found else 30,
            opens_before=self.opens_before(found),
            statutory=self.term(found, "statutory"),
            promised=self.term(found, "promised"),
            fee=plain(found["fee"]) if "fee" in found else "free",
            materials=self.materials(found),
            extra=_extra(found, _VERSION_EXTRA) if self.has_sound_proposal(found) else {},
            line=node.line,
            **{key: self.date_fact(found, key) for key in _DATE_FACTS},
        )

    def choice(self, found: dict[str, YamlNode], key: str, known: tuple[str, ...], default: str) -> str:
        return (self.form.choice(found[key], key, known) or default) if key in found else default

    def conditions(self, found: dict[str, YamlNode]) -> tuple[Condition, ...]:
        labels = self.labels(found)
        read = []
        for name, node in self.form.mapping(found["conditions"], "conditions").items():
            if ";" in name or not name.strip():
                zh, en = f"条件名“{name}”不能为空或含“;”。", f"'{name}': a condition's name has text and no ';'."
                self.form.fault("rules.condition.name", node.line, zh, en, word=name)
            condition = self.condition(name, node, labels.get(name))
            if condition:
                read.append(condition)
        return tuple(read)

    def condition(self, name: str, node: YamlNode, label: Text | None) -> Condition | None:
        if not self.form.expect(node, "scalar", name):
            return None
        text = node.text
        try:
            tree = parse(text)
            check_condition(tree, self.facts)
        except ExpressionFault as fault:
            line = self.line_of(node, text, fault)
            zh, en = f"条件“{name}”：{fault.fact.zh}", f"condition '{name}': {fault.fact.en}"
            self.form.fault(fault.code, line, zh, en, word=fault.word, remedy=fault.remedy)
            return None
        return Condition(name, text, tree, label)

    def line_of(self, node: YamlNode, text: str, fault: ExpressionFault) -> int:
        """Return the line on which the faulty word of a condition stands."""
        if "\n" not in text and fault.word in self.lines[node.line - 1][node.column :]:
            return node.line
        before = text[: fault.start].count(fault.word) if fault.word else 0
        for line in range(node.line, len(self.lines) + 1):
            content = self.lines[line - 1][node.column if line == node.line else 0 :]
            before -= content.count(fault.word) if fault.word else 0
            if before < 0:
                return line
        return node.line

    def labels(self, found: dict[str, YamlNode]) -> dict[str, Text]:
        if "labels" not in found:
            return {}
        conditions = found.get("conditions")
        names = [key.text for key, _ in conditions.pairs] if conditions else []
        nodes = self.form.mapping(found["labels"], "labels", names)
        read = {name: self.form.both(node, name) for name, node in nodes.items()}
        return {name: label for name, label in read.items() if label}

    def basis(self, found: dict[str, YamlNode], line: int) -> tuple[Clause, ...]:
        form = self.form
        if "basis" not in found:
            form.warn("rules.version.no_basis", line, "没有写明依据。", "the version names no clause it rests on.")
            return ()
        clauses = []
        for node in form.items(found["basis"], "basis"):
            keys = form.mapping(node, "basis", ("zh", "en", "checked", "url", "note"))
            if not form.require(keys, ("zh",), "basis", node.line):
                continue
            text = Text(form.text(keys["zh"], "zh"), form.text(keys["en"], "en") if "en" in keys else "")
            checked = form.truth(keys["checked"], "checked") if "checked" in keys else False
            clauses.append(Clause(text, bool(checked), form.text(keys["url"], "url") if "url" in keys else ""))
        return tuple(clauses)

    def has_sound_proposal(self, found: dict[str, YamlNode]) -> bool:
        """Tell whether what says that nobody need apply, if anything does, is a clause like those of the basis."""
        if "without_application" not in found:
            return True
        node = found["without_application"]
        keys = self.form.mapping(node, "without_application", ("zh", "en", "checked", "url"))
        if "checked" in keys:
            self.form.truth(keys["checked"], "checked")
        return node.kind == "mapping" and self.form.require(keys, ("zh",), "without_application", node.line)

    def rhythm(self, found: dict[str, YamlNode]) -> tuple[Rhythm, str]:
        node = found.get("rhythm")
        if node is None:
            return Rhythm.ONCE, ""
        if node.kind == "mapping":
            keys = self.form.mapping(node, "rhythm", ("schedule",))
            complete = self.form.require(keys, ("schedule",), "rhythm", node.line)
            return Rhythm.SCHEDULE, self.form.text(keys["schedule"], "schedule") if complete else ""
        words = tuple(rhythm for rhythm in Rhythm if rhythm != Rhythm.SCHEDULE)
        return Rhythm(self.form.choice(node, "rhythm", words) or Rhythm.ONCE), ""

    def opens_before(self, found: dict[str, YamlNode]) -> dict[str, int]:
        if "opens_before" not in found:
            return {}
        nodes = self.form.mapping(found["opens_before"], "opens_before", ("months", "days"))
        return {unit: self.form.whole(node, unit) or 0 for unit, node in nodes.items()}

    def term(self, found: dict[str, YamlNode], key: str) -> Term | None:
        node = found.get(key)
        if node is None or node.is_null:
            return None
        keys = self.form.mapping(node, key, ("days", "kind"))
        if not self.form.require(keys, ("days",), key, node.line):
            return None
        days = self.form.whole(keys["days"], "days")
        return Term(days or 0, self.choice(keys, "kind", ("working", "calendar"), "working"))

    def materials(self, found: dict[str, YamlNode]) -> tuple[str, ...]:
        if "materials" not in found:
            return ()
        return tuple(self.form.text(item, "materials") for item in self.form.items(found["materials"], "materials"))

    def date_fact(self, found: dict[str, YamlNode], key: str) -> str:
        node = found.get(key)
        if node is None or not (name := self.form.text(node, key)):
            return ""
        dates = [fact.name for fact in self.facts.values() if fact.type == FactType.DATE]
        if name not in dates:
            zh, en = f"“{key}”应为日期事实，“{name}”不是。", f"'{key}' names a date fact; '{name}' is none."
            word = re.sub(r"\s+", " ", name)
            self.form.fault("rules.version.date_fact", node.line, zh, en, word=word, remedy=nearest(name, dates))
        return name
