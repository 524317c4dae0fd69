"""Reads `<source>/format.toml`, merges a county's own aliases, and matches the headers of a file to columns."""

import os
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from tongdeng.intake.errors import unusable
from tongdeng.intake.types import Value
from tongdeng.kernel.errors import Text
from tongdeng.people.types import Columns

HERE = Path(__file__).parent
LAW = Path(os.environ.get("TONGDENG_LAW") or HERE.parents[2] / "law")
SEALED_BUREAU = "HEA"
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")
_DECORATION = re.compile(r"[\s*'\"“”‘’:\ufeff\u200b]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a roll: what it is called, what its cells hold, and what an invalid one costs."""

    key: str
    zh: str
    en: str
    type: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    note: Text | None = None
    choices: Mapping[str, Value] = field(default_factory=dict)
    claimed_key: str = "id_claimed"
    default: Value | None = None
    may_be_future: bool = False
    personal: bool = False
    max: int = 10**9
    if_invalid: str = "drop"
    sealed: bool = False  # health: it goes to care and nowhere else

    @property
    def rejects(self) -> bool:
        """Tell whether an invalid value costs the whole row."""
        return self.required or self.if_invalid == "reject"


@dataclass(frozen=True, slots=True)
class Matching:
    """How the headers of one file fit a format; positions count from 0."""

    known: dict[int, Column]
    unknown: dict[int, str]
    missing: tuple[Column, ...]
    doubled: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Format:
    """One department's roll, as its folder describes it."""

    source: str
    bureau: str
    title: Text
    columns: tuple[Column, ...]
    row_date: tuple[str, ...]
    spell: tuple[str, ...]
    subject: tuple[str, ...]
    with_subject: tuple[str, ...]
    flagged_order: tuple[tuple[str, str], ...]
    ends: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]]
    recorded_as: str  # the source under which the register keeps its rows
    register: Mapping[str, Any]  # what the register makes of them
    headers: Mapping[str, Column] = field(repr=False)

    @property
    def is_sealed(self) -> bool:
        """Tell whether the roll belongs to care: the health bureau is sealed as a whole."""
        return self.bureau == SEALED_BUREAU

    @property
    def makes(self) -> frozenset[str]:
        """Return the kinds of spell its rows tell of: stay, permit, job, insurance, schooling, dwelling, delivery."""
        return frozenset(self.register.get("makes", ()))

    def column(self, key: str) -> Column:
        """Return the column with this canonical key."""
        return next(column for column in self.columns if column.key == key)

    def find(self, header: str) -> Column | None:
        """Return the column a header names, however it is decorated."""
        plain = plain_header(header)
        return self.headers.get(plain) or self.headers.get(_BRACKETS.sub("", plain))

    def match(self, headers: Sequence[str]) -> Matching:
        """Fit the headers of a file to the columns. Unknown ones keep their words, made unique."""
        known: dict[int, Column] = {}
        unknown: dict[int, str] = {}
        named: dict[str, list[str]] = {}
        for position, header in enumerate(headers):
            column = self.find(header)
            if column is None:
                unknown[position] = _unique(header.strip() or f"第{position + 1}列", unknown)
                continue
            known[position] = column
            named.setdefault(column.key, []).append(header.strip())
        missing = tuple(column for column in self.columns if column.required and column.key not in named)
        doubled = tuple(tuple(words) for words in named.values() if len(words) > 1)
        return Matching(known, unknown, missing, doubled)

    def row_date_of(self, values: Mapping[str, Value]) -> str | None:
        """Return the row's own date, in the format's order of preference."""
        return next((str(values[key]) for key in self.row_date if key in values), None)

    def row_date_of_each(self, columns: Columns) -> list[str | None]:
        """Return the own date of each row."""
        found: list[str | None] = [None] * columns.rows
        for key in reversed(self.row_date):
            if key in columns:
                found = [said or other for said, other in zip(columns[key], found, strict=True)]
        return found

    def has_subject(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the row speaks of a person: a vacant dwelling and a return do not."""
        return any(key in values for key in self.subject)


def plain_header(header: str) -> str:
    """Return a header without blanks, stars, quotes, width and case."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", header)).casefold()


def folders() -> dict[str, Path]:
    """Return the folder of every roll there is: those of this version, and a county's own beside its law."""
    own = Path(os.environ.get("TONGDENG_ROLLS") or LAW / "rolls")
    found = {path.parent.name: path.parent for path in own.glob("*/format.toml")}
    return found | {path.parent.name: path.parent for path in HERE.glob("*/format.toml")}


def sources() -> tuple[str, ...]:
    """Return the name of every roll there is."""
    return tuple(sorted(folders()))


def formats() -> tuple[Format, ...]:
    """Return the format of every roll there is."""
    return tuple(_load(folder) for _, folder in sorted(folders().items()))


def load_format(source: str, aliases: Path | None = None) -> Format:
    """Return the format of a roll, with the county's own header aliases when a TOML file of them is given."""
    folder = folders().get(source)
    if folder is None:
        raise unusable("format.unknown", source, source, remedy_shown=", ".join(sources()))
    base = _load(folder)
    return base if aliases is None else _with_aliases(base, aliases)


def narrowed(base: Format, keys: Sequence[str], required: Sequence[str]) -> Format:
    """Return a format with some of its columns only, required as asked, and without the rules of whole rolls."""
    columns = tuple(replace(base.column(key), required=key in required) for key in keys)
    return replace(base, columns=columns, rules=(), headers=_headers(columns))


@cache
def _load(folder: Path) -> Format:
    lists = (file for file in (HERE / "choices.toml", folder / "choices.toml") if file.exists())
    choices = {name: words for file in lists for name, words in tomllib.loads(file.read_text("utf-8")).items()}
    data = tomllib.loads((folder / "format.toml").read_text("utf-8"))
    if data["source"] != folder.name:
        raise ValueError(f"{folder}: the roll calls itself {data['source']!r}")
    columns = tuple(_column(item, choices) for item in data["column"])
    return Format(
        source=data["source"],
        bureau=data["bureau"],
        title=Text(**data["title"]),
        columns=columns,
        row_date=tuple(data["row_date"]),
        spell=tuple(data["spell"]),
        subject=tuple(data["subject"]),
        with_subject=tuple(data.get("with_subject", ())),
        flagged_order=tuple(tuple(pair) for pair in data.get("flagged_order", ())),
        ends=tuple(tuple(pair) for pair in data.get("ends", ())),
        rules=tuple(data["rules"]),
        options={name: data[name] for name in data["rules"] if name in data},
        recorded_as=data.get("recorded_as", data["source"]),
        register=data.get("register", {}),
        headers=_headers(columns),
    )


def _column(item: dict[str, Any], choices: dict[str, dict[str, Value]]) -> Column:
    note = item.get("note")
    known = dict(item, aliases=tuple(item.get("aliases", ())), note=Text(**note) if note else None)
    if "choices" in item:
        known["choices"] = choices[item["choices"]]
    return Column(**known)


def _headers(columns: Sequence[Column]) -> dict[str, Column]:
    """Return every way to write each header. The same words for two columns is a fault of the format."""
    found: dict[str, Column] = {}
    for column in columns:
        for words in {plain_header(text) for text in (column.zh, column.en, column.key, *column.aliases)}:
            if found.setdefault(words, column) is not column:
                raise ValueError(f"{words!r} names both {found[words].key} and {column.key}")
    return found


def _with_aliases(base: Format, path: Path) -> Format:
    try:
        more = tomllib.loads(path.read_text("utf-8-sig")).get(base.source, {})
        own: dict[str, tuple[str, ...]] = {}
        for name, words in more.items():
            column = base.find(name)
            if column is None or not isinstance(words, list) or not all(isinstance(w, str) for w in words):
                raise ValueError(f"[{base.source}] {name}")
            own[column.key] = tuple(words)
        columns = tuple(replace(c, aliases=c.aliases + own.get(c.key, ())) for c in base.columns)
        return replace(base, columns=columns, headers=_headers(columns))
    except (OSError, ValueError, AttributeError) as error:
        raise unusable("format.aliases", path.name, str(error)) from error


def _unique(words: str, taken: dict[int, str]) -> str:
    names, number, name = set(taken.values()), 2, words
    while name in names:
        name, number = f"{words}({number})", number + 1
    return name
