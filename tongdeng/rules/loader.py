"""Law files to a Law: every file is read, and every fault found, before anything is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules.bundle import FACTS, MISSPELT, digest_of, files_in
from tongdeng.rules.cases import judge_case, read_cases
from tongdeng.rules.faults import Fault, LawIsFaulty
from tongdeng.rules.forms import Form
from tongdeng.rules.model import Case, Fact, Law, Schedule, Service
from tongdeng.rules.schedules import read_schedule
from tongdeng.rules.services import read_service
from tongdeng.rules.vocabulary import read_facts
from tongdeng.rules.yaml_nodes import YamlFault, YamlNode, read

_CASES = ".cases.yaml"


def _parts(name: str) -> tuple[str, ...]:
    return tuple(name.split("/"))


@dataclass(slots=True)
class Reading:
    """What was read so far. The law is whole only where there are no faults."""

    facts: dict[str, Fact] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    digest: str = ""

    @property
    def law(self) -> Law:
        """Return what was read as a law."""
        services = dict(sorted(self.services.items()))
        return Law(self.facts, services, tuple(self.cases), self.digest, self.schedules)


def load(folder: Path) -> Law:
    """Return the law of a folder, or raise LawIsFaulty with every fault."""
    reading = read_folder(folder)
    if reading.faults:
        raise LawIsFaulty(tuple(reading.faults))
    return reading.law


def load_files(files: Mapping[str, bytes]) -> Law:
    """Return the law of a mapping of path to content, or raise LawIsFaulty with every fault."""
    reading = read_files(files)
    if reading.faults:
        raise LawIsFaulty(tuple(reading.faults))
    return reading.law


def read_folder(folder: Path) -> Reading:
    """Read facts, services and cases; raise UnusableInput where there is no `facts.yaml`."""
    return read_files(files_in(folder), place=str(folder), name=folder.name)


def read_files(files: Mapping[str, bytes], *, place: str = "", name: str = "law") -> Reading:
    """Read the same from a mapping of path to content; `place` and `name` are of the folder it came from."""
    if FACTS not in files:
        fact = Text(f"文件夹 {name} 中没有 facts.yaml。", f"there is no facts.yaml in {name}.")
        remedy = Text("请指定含有 facts.yaml 的文件夹。", "Name the folder that holds facts.yaml.")
        raise UnusableInput("rules.no_facts", fact, place=place, remedy=remedy)
    return _Reader(files).read()


class _Reader:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.reading = Reading()
        self.codes: dict[str, str] = {}

    def read(self) -> Reading:
        reading = self.reading
        document = self.document(FACTS)
        if document:
            form, root, _ = document
            reading.facts = read_facts(root, form)
            self.keep(form)
        names = [name for name in sorted(self.files, key=_parts) if name.endswith(".yaml")]
        self.schedules([name for name in names if name.startswith("schedules/")])
        services = [name for name in names if name.startswith("services/")]
        by_file = self.services([name for name in services if not name.endswith(_CASES)])
        self.cases([name for name in services if name.endswith(_CASES)], by_file)
        for name in sorted(name for name in self.files if name.endswith(MISSPELT)):
            form = Form(name)
            zh, en = "文件名应以 .yaml 结尾，未读取。", "the name does not end in .yaml, so the file is not read."
            form.warn("rules.file.not_read", 0, zh, en, word=name.rpartition("/")[2])
            self.keep(form)
        reading.digest = digest_of(self.files)
        return reading

    def keep(self, form: Form) -> None:
        self.reading.faults += sorted(form.faults, key=lambda fault: fault.line)
        self.reading.warnings += sorted(form.warnings, key=lambda fault: fault.line)

    def document(self, name: str) -> tuple[Form, YamlNode, str] | None:
        """Return a file's form, root node and text, or note why it is no YAML."""
        content = self.files[name]
        try:
            return Form(name), read(content, name), content.decode("utf-8-sig")
        except YamlFault as fault:
            self.reading.faults.append(fault.fault)
            return None

    def schedules(self, names: list[str]) -> None:
        for name in names:
            document = self.document(name)
            if document:
                form, root, source = document
                schedule = read_schedule(root, form, self.reading.facts, source)
                if schedule:
                    self.reading.schedules[schedule.name] = schedule
                self.keep(form)

    def services(self, names: list[str]) -> dict[str, Service | None]:
        """Read the service files; return each by its path without suffix, None where it is faulty."""
        by_file: dict[str, Service | None] = {}
        for name in names:
            by_file[name.removesuffix(".yaml")] = None
            document = self.document(name)
            if document is None:
                continue
            form, root, source = document
            service = read_service(root, form, self.reading.facts, source)
            self.without_schedule(service, form)
            if service and service.code in self.codes:
                other = self.codes[service.code]
                zh, en = f"事项 {service.code} 已在 {other} 中。", f"the service {service.code} is already in {other}."
                form.fault("rules.service.duplicate", root.line, zh, en, word=service.code)
            elif service:
                self.codes[service.code] = name
                self.reading.services[service.code] = service
                if not form.faults:
                    by_file[name.removesuffix(".yaml")] = service
            self.keep(form)
        return by_file

    def without_schedule(self, service: Service | None, form: Form) -> None:
        for version in service.versions if service else ():
            if version.schedule and version.schedule not in self.reading.schedules:
                zh, en = f"没有日程 {version.schedule}。", f"there is no schedule {version.schedule}."
                form.warn("rules.schedule.missing", version.line, zh, en, word=version.schedule)

    def cases(self, names: list[str], by_file: dict[str, Service | None]) -> None:
        for name in names:
            stem = name.removesuffix(_CASES)
            document = self.document(name)
            if document is None:
                continue
            form, root, _ = document
            service = by_file.get(stem)
            if stem not in by_file:
                zh, en = f"没有对应的事项文件 {stem}.yaml。", f"there is no service file {stem}.yaml for it."
                form.fault("rules.case.no_service", 1, zh, en, word=stem)
            for case in read_cases(root, form, service.code if service else "", self.reading.facts):
                if service:
                    self.reading.cases.append(case)
                    judge_case(case, service, form)
            self.keep(form)
        self.without_case(by_file)

    def without_case(self, by_file: dict[str, Service | None]) -> None:
        for service in filter(None, by_file.values()):
            days = [case.as_of for case in self.reading.cases if case.service == service.code]
            form = Form(service.file)
            for version in service.versions:
                if not any(version.covers(day) for day in days):
                    zh = f"{service.code} 自 {version.from_on} 起的版本没有示例。"
                    en = f"the version of {service.code} from {version.from_on} has no case."
                    form.warn("rules.version.no_case", version.line, zh, en, word=service.code)
            self.keep(form)
