"""Words for the codes that service files use: materials, fees, where a service is given, how often it is due."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import yaml

from tongdeng.kernel.errors import Text
from tongdeng.rules.model import Plain, Rhythm, Term, Version

RHYTHMS = {
    Rhythm.ONCE: Text("一次", "once"),
    Rhythm.YEARLY: Text("每年", "every year"),
    Rhythm.QUARTERLY: Text("每季度", "every quarter"),
    Rhythm.MONTHLY: Text("每月", "every month"),
    Rhythm.PER_EVENT: Text("需要时申请", "when asked for"),
    Rhythm.CONTINUOUS: Text("持续提供", "all the time"),
    Rhythm.SCHEDULE: Text("按日程", "by a schedule"),
}
KINDS = {"working": Text("个工作日", "working days"), "calendar": Text("天", "days")}


class Terms(NamedTuple):
    """The words of `codes/service_terms.yaml`, by code."""

    materials: Mapping[str, Text]
    fees: Mapping[str, Text]
    provisions: Mapping[str, Text]
    seen_only: frozenset[str]  # papers about somebody's health: looked at and given back, never kept
    seen_basis: Text  # the clause that wants it so


@lru_cache(maxsize=4)
def terms(folder: Path) -> Terms:
    """Return the words of a law folder; a folder without them has none."""
    file = folder / "codes" / "service_terms.yaml"
    read = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}

    def words(key: str) -> Mapping[str, Text]:
        return MappingProxyType({code: Text(one["zh"], one["en"]) for code, one in (read.get(key) or {}).items()})

    seen = read.get("seen_only") or {"materials": (), "basis": {"zh": "", "en": ""}}
    return Terms(
        words("materials"), words("fees"), words("provisions"), frozenset(seen["materials"]), Text(**seen["basis"])
    )


def rhythm(version: Version) -> Text:
    """Return how often a service is due, and by when."""
    said = RHYTHMS[version.rhythm]
    if version.anniversary_of:
        return Text("每满一年", "each anniversary")
    if version.rhythm is Rhythm.ONCE:
        n = version.due_within
        return Text(f"{said.zh}，{n} 天内办好", f"{said.en}, within {n} days")
    return said


def limit(term: Term | None) -> Text | None:
    """Return a time limit in words, such as 10 个工作日."""
    if term is None:
        return None
    kind = KINDS[term.kind]
    en = kind.en.removesuffix("s") if term.days == 1 else kind.en
    return Text(f"{term.days} {kind.zh}", f"{term.days} {en}")


def named(code: Plain, words: Mapping[str, Text]) -> Text:
    """Return the word for a code; the code itself where the law gives none."""
    return words.get(str(code)) or Text(str(code), str(code))
