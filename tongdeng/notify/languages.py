"""law/messages/: what is told people, a file for each language. What one lacks is said in Chinese."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

from tongdeng.kernel.errors import CheckFailed, Text
from tongdeng.notify.errors import MessageFaulty
from tongdeng.notify.types import Value

FIRST = "zh"  # the language that has every kind
BLANK = re.compile(r"\{(\w+)\}")
MONTHS = list(calendar.month_name)


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of message in one language."""

    title: str
    text: str
    outside: str  # what leaves by phone or e-mail: without blanks

    @property
    def blanks(self) -> set[str]:
        """Return what has to be filled in."""
        return set(BLANK.findall(self.text))


@dataclass(frozen=True, slots=True)
class Language:
    """A language, under its own name."""

    code: str
    name: str
    sender: str
    messages: Mapping[str, Template]


@lru_cache(maxsize=1)
def known() -> dict[str, Language]:
    """Return every language by its code, Chinese first. Raises CheckFailed for a file that is not whole."""
    files = sorted(
        (settings.TONGDENG_LAW / "messages").glob("*.yaml"), key=lambda file: (file.stem != FIRST, file.stem)
    )
    found = {file.stem: _read(file) for file in files}
    for language in found.values():
        for kind, one in language.messages.items():
            meant = found[FIRST].messages.get(kind)
            if meant is None or one.blanks != meant.blanks or BLANK.search(one.outside):
                raise _faulty(language.code, kind)
    return found


def _read(path: Path) -> Language:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        messages = {
            kind: Template(one["title"], one["text"], one.get("outside", said["outside"]))
            for kind, one in said["messages"].items()
        }
        found = Language(said["language"], said["name"], said["sender"], messages)
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise _faulty(path.stem, f"{type(error).__name__}: {error}") from error
    if found.code != path.stem:
        raise _faulty(path.stem, found.code)
    return found


def _faulty(language: str, what: str) -> CheckFailed:
    return CheckFailed(
        "notify.language.faulty", Text(f"消息文件有误：{what}", f"the file of messages is faulty: {what}"),
        place=f"messages/{language}.yaml",
    )  # fmt: skip


def template(kind: str, language: str) -> Template:
    """Return a kind of message in a language, else in Chinese."""
    languages = known()
    found = languages.get(language, languages[FIRST]).messages.get(kind)
    return found or languages[FIRST].messages[kind]


def check(kind: str, fields: Mapping[str, Value]) -> None:
    """Raise MessageFaulty unless these fields fill this kind's blanks and nothing else."""
    meant = known()[FIRST].messages.get(kind)
    if meant is None:
        raise MessageFaulty(kind, "kind")
    if meant.blanks != fields.keys():
        raise MessageFaulty(kind, ", ".join(sorted(meant.blanks ^ fields.keys())))


def worded(kind: str, fields: Mapping[str, Value], language: str) -> tuple[str, str]:
    """Return the title and the text of a message in a language."""
    found = template(kind, language)
    return found.title, BLANK.sub(lambda blank: shown(fields[blank[1]], language), found.text)


def shown(value: Value, language: str) -> str:
    """Return a value as a reader of this language reads it; what is said in two languages only, in one of those."""
    if isinstance(value, Text):
        return value.zh if language == FIRST else value.en
    if isinstance(value, date):
        if language == FIRST:
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value.day} {MONTHS[value.month]} {value.year}" if language == "en" else value.isoformat()
    return str(value)


def plain(fields: Mapping[str, Value]) -> dict[str, object]:
    """Return fields as data that can be kept."""
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Value) -> object:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def read(kept: Mapping[str, object]) -> dict[str, Value]:
    """Return what `plain` was asked of."""
    return {name: _read_one(value) for name, value in kept.items()}


def _read_one(value: object) -> Value:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"]) if "day" in value else Text(value["zh"], value["en"])
    if isinstance(value, str | int):
        return value
    raise TypeError(f"a message was filled with {type(value).__name__}")
