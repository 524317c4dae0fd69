"""law/papers/: what each kind of paper says. A file that is not whole is refused when it is read, not when used."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from tongdeng.kernel.errors import CheckFailed, Text

BLANK = re.compile(r"\{(\w+)\}")
OF_ITSELF = frozenset({"applicant"})  # known of every paper
REQUIRED, OPTIONAL, LIST, FULL_LIST = "required", "optional", "list", "list required"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a template, or the heading of a list. `only_if`: the field without which it is left out."""

    text: Text
    of: str = ""  # the field whose items are listed
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of paper."""

    kind: str
    mark: str  # in its number
    title: Text
    basis: tuple[Text, ...]
    fields: dict[str, str]
    body: tuple[Line, ...]

    def is_list(self, field: str) -> bool:
        """Tell whether a field takes several items."""
        return self.fields[field] in (LIST, FULL_LIST)

    def is_required(self, field: str) -> bool:
        """Tell whether the paper cannot be written without a field."""
        return self.fields[field] in (REQUIRED, FULL_LIST)


@lru_cache(maxsize=1)
def known() -> dict[str, Template]:
    """Return every kind of paper. Raises CheckFailed."""
    return {one.kind: one for one in map(_read, sorted((settings.TONGDENG_LAW / "papers").glob("*.yaml")))}


def _read(path: Path) -> Template:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = Template(
            said["kind"], said["mark"], Text(**said["title"]), tuple(_text(one) for one in said["basis"]),
            dict(said["fields"]), tuple(map(_line, said["body"])),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise _faulty(path, f"{type(error).__name__}: {error}") from error
    if found.kind != path.stem or not found.basis:
        raise _faulty(path, "kind and file name, basis")
    for line in found.body:
        _check(path, found, line)
    return found


def _text(said: dict[str, Any]) -> Text:
    return Text(said["zh"], said["en"])


def _line(said: dict[str, Any]) -> Line:
    return Line(_text(said), said.get("list", ""), said.get("if", ""))


def _check(path: Path, found: Template, line: Line) -> None:
    """A blank that no field fills, or that only one language has, would be read by somebody as it stands."""
    blanks = [set(BLANK.findall(text)) for text in line.text]
    unknown = (blanks[0] | {line.of, line.only_if} - {""}) - found.fields.keys() - OF_ITSELF
    if unknown or blanks[0] != blanks[1]:
        raise _faulty(path, ", ".join(sorted(unknown or blanks[0] ^ blanks[1])))
    unsure = {one for one in blanks[0] - OF_ITSELF if not found.is_required(one) and one != line.only_if}
    if unsure or any(found.is_list(one) for one in blanks[0] - OF_ITSELF) or (line.of and not found.is_list(line.of)):
        raise _faulty(path, ", ".join(sorted(unsure)) or line.of or line.text.en)


def _faulty(path: Path, what: str) -> CheckFailed:
    return CheckFailed(
        "papers.template.faulty", Text(f"文书模板有误：{what}", f"the template is faulty: {what}"), place=path.name
    )
