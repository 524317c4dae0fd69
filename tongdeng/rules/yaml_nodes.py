"""YAML as nodes that know their line. Text stays as written: `yes`, `010` and `1.50` reach their reader unchanged."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.rules.faults import Fault

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# A page of law is hundreds of nodes. More than this, after aliases, is an attack or a mistake.
MOST_NODES = 50_000
MOST_DEPTH = 40


@dataclass(slots=True)
class YamlNode:
    """A scalar, list or mapping. `text` is a scalar's; `plain` means it was not quoted."""

    kind: str
    line: int
    column: int = 0
    text: str = ""
    plain: bool = False
    items: list["YamlNode"] = field(default_factory=list)
    pairs: list[tuple["YamlNode", "YamlNode"]] = field(default_factory=list)
    size: int = 1

    @property
    def is_null(self) -> bool:
        """Return whether this is YAML's null: nothing, `~` or `null`."""
        return self.kind == "scalar" and self.plain and self.text in ("", "~", "null", "Null", "NULL")

    @property
    def is_blank(self) -> bool:
        """Return whether nothing is said here: null, or text of spaces only."""
        return self.is_null or (self.kind == "scalar" and not self.text.strip())


class YamlFault(Exception):
    """A file that is not one plain YAML document."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.fact.en)
        self.fault = fault


def read(content: bytes, file: str) -> YamlNode:
    """Return the one document of a file, or raise YamlFault."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        word = f"0x{content[error.start]:02x}"
        fact = Text(f"不是 UTF-8 编码（字节 {word}）。", f"the file is not UTF-8 (byte {word}).")
        remedy = Text("请用 UTF-8 保存。", "Save it as UTF-8.")
        raise YamlFault(Fault("rules.yaml.encoding", fact, file, line, word, remedy)) from None
    # The library would report an unprintable character without its line.
    if stray := re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text):
        line = text.count("\n", 0, stray.start()) + 1
        word = f"U+{ord(stray.group()):04X}"
        fact = Text(f"不可见字符 {word}。", f"an unprintable character, {word}.")
        raise YamlFault(Fault("rules.yaml.character", fact, file, line, word))
    try:
        return _Reader(file).document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        lines = text.splitlines()
        word = lines[line - 1].strip() if line <= len(lines) else ""
        fact = Text(f"YAML 写法有误：{word}", f"not valid YAML ({error.problem}): {word}")
        raise YamlFault(Fault("rules.yaml.syntax", fact, file, line, word)) from None


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.anchors: dict[str, YamlNode] = {}
        self.depth = 0

    def fault(self, code: str, line: int, zh: str, en: str, word: str = "", remedy: Text = NOTHING) -> YamlFault:
        return YamlFault(Fault(code, Text(zh, en), self.file, line, word, remedy))

    def document(self, events: Iterator[yaml.Event]) -> YamlNode:
        root: YamlNode | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    zh, en = "一个文件只能有一个文档，不能再有 ---。", "one file, one document: no second ---."
                    raise self.fault("rules.yaml.documents", _place(event)[0], zh, en, "---")
                root = self.node(next(events), events)
        return root or YamlNode("scalar", 1, plain=True)

    def node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> YamlNode:
        line, _ = _place(event)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(str(event.anchor), line)
        tag = getattr(event, "tag", None)
        if tag:
            word = tag.replace("tag:yaml.org,2002:", "!!")
            zh, en = f"不能用 YAML 标签 {word}。", f"YAML tags are not allowed: {word}"
            raise self.fault("rules.yaml.tag", line, zh, en, word)
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise self.fault("rules.yaml.too_deep", line, "嵌套太深。", "nested too deeply.")
        found = self.content(event, events, line)
        self.depth -= 1
        found.size += sum(item.size for item in found.items)
        found.size += sum(key.size + value.size for key, value in found.pairs)
        if found.size > MOST_NODES:
            zh, en = "别名展开后过大。", "too large once its aliases are unfolded."
            raise self.fault("rules.yaml.too_large", line, zh, en)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = found
        return found

    def content(self, event: yaml.Event, events: Iterator[yaml.Event], line: int) -> YamlNode:
        if isinstance(event, yaml.ScalarEvent):
            return YamlNode("scalar", *_place(event), event.value, plain=not event.style)
        if isinstance(event, yaml.SequenceStartEvent):
            node = YamlNode("list", line)
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                node.items.append(self.node(event, events))
            return node
        node = YamlNode("mapping", line)
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.node(event, events)
            node.pairs.append((key, self.node(next(events), events)))
        return node

    def alias(self, name: str, line: int) -> YamlNode:
        # An anchor is known only once its node is complete, so a node can never contain itself.
        if name not in self.anchors:
            zh, en = f"别名 *{name} 没有定义。", f"*{name} names nothing."
            raise self.fault("rules.yaml.alias", line, zh, en, f"*{name}")
        return self.anchors[name]


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column) if mark else (1, 0)
