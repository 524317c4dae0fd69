"""Reads law/packages/: services of several departments that one form asks for (联办), a file for each package."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.rules.bundle import MISSPELT, SUFFIX
from tongdeng.rules.faults import Fault, nearest
from tongdeng.rules.forms import Form
from tongdeng.rules.model import Clause, Term
from tongdeng.rules.services import VersionReader
from tongdeng.rules.yaml_nodes import YamlFault, YamlNode, read

FOLDER = "packages"
PACKAGE_KEYS = ("package", "name", "summary", "basis", "promised", "services")
MEMBER_KEYS = ("service", "after", "why")


@dataclass(frozen=True, slots=True)
class Member:
    """One service of a package. `after`: the services that come before it, where they are asked for at all."""

    service: str
    after: tuple[str, ...] = ()
    why: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Package:
    """One form for several departments."""

    name: str
    title: Text
    summary: Text
    members: tuple[Member, ...]
    basis: tuple[Clause, ...]
    promised: Term | None = None
    file: str = ""

    def order(self, chosen: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return what each chosen service waits for: only for others that were chosen."""
        return {
            one.service: tuple(code for code in one.after if code in chosen)
            for one in self.members
            if one.service in chosen
        }


def read_packages(
    folder: Path, services: Collection[str] | None = None
) -> tuple[dict[str, Package], tuple[Fault, ...]]:
    """Return a law folder's packages by name, and every fault; `services`: those that the law knows."""
    found: dict[str, Package] = {}
    faults: list[Fault] = []
    for path in sorted((folder / FOLDER).glob("*")):
        form = Form(f"{FOLDER}/{path.name}")
        if path.suffix in MISSPELT:
            zh, en = "文件名应以 .yaml 结尾。", "the name must end in .yaml."
            form.fault("rules.file.not_read", 0, zh, en, word=path.name)
        elif path.suffix == SUFFIX and not path.name.startswith("."):
            try:
                package = _Reader(form, services).package(read(path.read_bytes(), form.file))
            except YamlFault as fault:
                form.faults.append(fault.fault)
            else:
                found |= {package.name: package} if package and not form.faults else {}
        faults += sorted(form.faults, key=lambda fault: fault.line)
    return found, tuple(faults)


class _Reader:
    """Reads one file; clauses and the term are read as a service's are."""

    def __init__(self, form: Form, services: Collection[str] | None) -> None:
        self.form, self.services = form, services
        self.versions = VersionReader(form, {}, [])

    def package(self, root: YamlNode) -> Package | None:
        form = self.form
        found = form.mapping(root, "package", PACKAGE_KEYS)
        wanted = ("package", "name", "summary", "basis", "services")
        if root.kind != "mapping" or not form.require(found, wanted, "package", root.line):
            return None
        name = form.text(found["package"], "package")
        if form.file != f"{FOLDER}/{name}{SUFFIX}":
            zh, en = f"套餐 {name} 应在文件 {name}.yaml 中。", f"the package {name} belongs in the file {name}.yaml."
            form.fault("rules.package.file", root.line, zh, en, word=name)
        members = tuple(filter(None, map(self.member, form.items(found["services"], "services"))))
        self.in_order(members, found["services"])
        return Package(
            name, self.said(found["name"], "name"), self.said(found["summary"], "summary"), members,
            self.versions.basis(found, root.line), self.versions.term(found, "promised"), form.file,
        )  # fmt: skip

    def said(self, node: YamlNode, what: str) -> Text:
        """Return a text that must be there in both languages: a person reads it."""
        text = self.form.both(node, what)
        if text is not None and not text.en.strip():
            zh, en = f"“{what}”缺少英文。", f"'{what}' is not said in English."
            self.form.fault("rules.package.language", node.line, zh, en, word=what)
        return text or NOTHING

    def member(self, node: YamlNode) -> Member | None:
        form = self.form
        found = form.mapping(node, "services", MEMBER_KEYS)
        if node.kind != "mapping" or not form.require(found, ("service",), "services", node.line):
            return None
        code = form.text(found["service"], "service")
        if self.services is not None and code not in self.services:
            zh, en = f"没有事项 {code}。", f"there is no service {code}."
            remedy = nearest(code, self.services)
            form.fault("rules.package.service", found["service"].line, zh, en, word=code, remedy=remedy)
        after = (
            tuple(form.text(one, "after") for one in form.items(found["after"], "after")) if "after" in found else ()
        )
        if after and not form.require(found, ("why",), code, node.line):
            return None
        return Member(code, after, self.said(found["why"], "why") if "why" in found else NOTHING)

    def in_order(self, members: tuple[Member, ...], node: YamlNode) -> None:
        """Note a service that stands here twice, and one that waits for what does not stand before it."""
        before: list[str] = []
        for one in members:
            if one.service in before:
                zh, en = f"事项 {one.service} 出现两次。", f"the service {one.service} stands here twice."
                self.form.fault("rules.package.twice", node.line, zh, en, word=one.service)
            # Who waits stands behind whom it waits for: so nobody ever waits in a circle.
            for code in one.after:
                if code not in before:
                    zh = f"{one.service} 要等 {code}，{code} 应写在它前面。"
                    en = f"{one.service} waits for {code}, which must stand before it."
                    self.form.fault("rules.package.order", node.line, zh, en, word=code, remedy=nearest(code, before))
            before.append(one.service)
        if not members:
            zh, en = "至少要有一个事项。", "a package has at least one service."
            self.form.fault("rules.package.empty", node.line, zh, en, word="services")
