"""Reads YAML nodes into values of the law, noting every fault and going on."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import TypeVar

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.rules.faults import Fault, nearest
from tongdeng.rules.model import Plain
from tongdeng.rules.parser import iso_date
from tongdeng.rules.yaml_nodes import YamlNode

T = TypeVar("T")
TRUE = frozenset(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"))
FALSE = frozenset(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"))
_KINDS = {
    "scalar": Text("一个值", "a single value"),
    "list": Text("列表", "a list"),
    "mapping": Text("键值", "a mapping"),
}


class Form:
    """The faults of one file, and readers that add to them. A reader returns None where it found a fault."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def fault(self, code: str, line: int, zh: str, en: str, *, word: str = "", remedy: Text = NOTHING) -> None:
        """Note a fault of this file."""
        self.faults.append(Fault(code, Text(zh, en), self.file, line, word, remedy))

    def warn(self, code: str, line: int, zh: str, en: str, *, word: str = "") -> None:
        """Note a warning: something to improve that changes no answer."""
        self.warnings.append(Fault(code, Text(zh, en), self.file, line, word))

    def expect(self, node: YamlNode, kind: str, what: str) -> bool:
        """Return whether a node is a scalar, list or mapping as it should be."""
        if node.kind == kind:
            return True
        want = _KINDS[kind]
        self.fault("rules.yaml.shape", node.line, f"“{what}”应为{want.zh}。", f"'{what}' must be {want.en}.", word=what)
        return False

    def mapping(self, node: YamlNode, what: str, known: Collection[str] | None = None) -> dict[str, YamlNode]:
        """Return a mapping by key. Duplicate keys are faults, and unknown ones where `known` is given."""
        found: dict[str, YamlNode] = {}
        if not self.expect(node, "mapping", what):
            return found
        for key, value in node.pairs:
            if key.kind != "scalar":
                self.fault("rules.yaml.key", key.line, f"“{what}”的键必须是文字。", f"a key of '{what}' must be text.")
            elif key.text in found:
                zh, en = f"“{key.text}”出现两次。", f"'{key.text}' stands here twice."
                self.fault("rules.yaml.duplicate_key", key.line, zh, en, word=key.text)
            elif known is not None and key.text not in known:
                zh, en = f"“{what}”没有“{key.text}”这一项。", f"'{key.text}' is not a key of {what}."
                remedy = nearest(key.text, known)
                self.fault("rules.yaml.unknown_key", key.line, zh, en, word=key.text, remedy=remedy)
            else:
                found[key.text] = value
        return found

    def require(self, found: dict[str, YamlNode], keys: Iterable[str], what: str, line: int) -> bool:
        """Return whether all these keys are there."""
        missing = [key for key in keys if key not in found or found[key].is_blank]
        for key in missing:
            zh, en = f"“{what}”缺少“{key}”。", f"{what} has no '{key}'."
            self.fault("rules.yaml.missing_key", line, zh, en, word=key)
        return not missing

    def items(self, node: YamlNode, what: str) -> list[YamlNode]:
        """Return the entries of a list."""
        return node.items if self.expect(node, "list", what) else []

    def text(self, node: YamlNode, what: str) -> str:
        """Return a scalar as written, or an empty text."""
        return node.text if self.expect(node, "scalar", what) else ""

    def scalar(self, node: YamlNode, what: str, read: Callable[[str], T | None], want: Text) -> T | None:
        """Return a scalar read by `read`, whose None means that it does not fit."""
        if not self.expect(node, "scalar", what):
            return None
        value = read(node.text)
        if value is None:
            zh, en = f"“{what}”应为{want.zh}：“{node.text}”。", f"'{what}' must be {want.en}, not '{node.text}'."
            self.fault("rules.yaml.value", node.line, zh, en, word=node.text)
        return value

    def date(self, node: YamlNode, what: str) -> date | None:
        """Return an ISO day."""
        return self.scalar(node, what, iso_date, Text("日期（2020-01-31）", "a date such as 2020-01-31"))

    def whole(self, node: YamlNode, what: str) -> int | None:
        """Return a whole number that is not negative."""
        want = Text("不小于零的整数", "a whole number of 0 or more")
        return self.scalar(node, what, lambda text: int(text) if re.fullmatch("[0-9]{1,9}", text) else None, want)

    def truth(self, node: YamlNode, what: str) -> bool | None:
        """Return true or false, in any of YAML's spellings."""
        return self.scalar(node, what, truth, Text("true 或 false", "true or false"))

    def choice(self, node: YamlNode, what: str, known: Collection[str]) -> str | None:
        """Return one of the known words."""
        if not self.expect(node, "scalar", what):
            return None
        if node.text in known:
            return node.text
        listed = "、".join(sorted(known)), ", ".join(sorted(known))
        zh = f"“{what}”不能是“{node.text}”，只能是：{listed[0]}。"
        en = f"'{what}' cannot be '{node.text}'; it is one of {listed[1]}."
        self.fault("rules.yaml.value", node.line, zh, en, word=node.text, remedy=nearest(node.text, known))
        return None

    def both(self, node: YamlNode, what: str) -> Text | None:
        """Return a text in both languages; `zh` must be there."""
        found = self.mapping(node, what, ("zh", "en"))
        if node.kind != "mapping" or not self.require(found, ("zh",), what, node.line):
            return None
        return Text(self.text(found["zh"], "zh"), self.text(found["en"], "en") if "en" in found else "")


def truth(text: str) -> bool | None:
    """Return what YAML means by `yes`, `true`, `off` and the like, else None."""
    return True if text in TRUE else False if text in FALSE else None


def plain(node: YamlNode) -> Plain:
    """Return a node as plain values: text, whole numbers, truth, null, lists and mappings."""
    if node.kind == "list":
        return [plain(item) for item in node.items]
    if node.kind == "mapping":
        return {key.text: plain(value) for key, value in node.pairs}
    if not node.plain:
        return node.text
    if node.is_null:
        return None
    if node.text in ("true", "false"):
        return node.text == "true"
    return int(node.text) if re.fullmatch("-?(0|[1-9][0-9]{0,17})", node.text) else node.text
