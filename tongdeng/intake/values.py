"""Cell parsers: their common ground, and words.

Each returns the value, None for nothing, or a `Reading` when there is something to say. A column is read as a whole:
codes, dates and choices once per distinct text, and of names and free text only the cells that a search finds odd.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple, Protocol

from tongdeng.intake.types import Value
from tongdeng.kernel.names import tidy

NOTE, WARNING, INVALID = 0, 1, 2


class Problem(NamedTuple):
    """A repair, a doubt, or an invalid value; `shown` may be printed, so it holds nothing personal."""

    grade: int
    code: str
    shown: str = ""


class Reading(NamedTuple):
    """A cell with something to say about it."""

    value: Value | None
    problems: tuple[Problem, ...]
    claimed: bool = False


Read = Callable[[str], "Value | Reading | None"]


class Parser(Protocol):
    """Reads the cells of one column."""

    def read(self, cell: str) -> "Value | Reading | None":
        """Read one cell that is not empty."""
        ...

    def each(self, cells: Sequence[str]) -> "list[Value | Reading | None]":
        """Read many cells, empty ones among them: nothing."""
        ...


MEMO_LIMIT = 65_536
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE_WORDS = {c: n for c, n in _WIDE.items() if chr(n).isalnum()}
# Invisible marks that come along with copied text; direction marks could make a page lie.
_INVISIBLE = "\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
_HIDDEN = re.compile(f"[\x00-\x08\x0e-\x1b\x7f{_INVISIBLE}]")
_UNTIDY = re.compile(rf"[\s\x00-\x1f\x7f{_INVISIBLE}０-９Ａ-Ｚａ-ｚ]")
# The same without the line feed. Every blank by its number: with \s in it, the search takes several times as long.
_BLANKS = "\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
UNTIDY_SIGN = re.compile(f"[\x00-\x09\x0b-\x1f\x7f{_BLANKS}{_INVISIBLE}０-９Ａ-Ｚａ-ｚ]")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}").fullmatch
_NO_NAME_SIGN = re.compile(r"[^\u4e00-\u9fff\n]")
SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]{1,2}").fullmatch
# GB 18030-2022 gave these eight characters places of their own; older decoders put them in the private area.
_GB18030_2022 = dict(
    zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), range(0x9FB4, 0x9FBC), strict=True)
)
_BLANK_CHINESE = ("无", "不详", "未知", "暂无", "没有", "未填", "未填写", "空", "无号码", "不明", "—", "——")
_BLANK_SIGNS = ("-", "--", "/", "\\", "null", "none", "n/a", "na", "nan")
_SHEET_ERRORS = ("#n/a", "#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!")
BLANK_WORDS = frozenset((*_BLANK_CHINESE, *_BLANK_SIGNS, *_SHEET_ERRORS))
BLANK_FORMS = frozenset(
    "".join(form) for word in BLANK_WORDS for form in product(*({sign.lower(), sign.upper()} for sign in word))
)


class Memo(dict[str, "Value | Reading | None"]):
    """A parser that reads each distinct text once; stops learning when a column turns out not to repeat."""

    def __init__(self, parse: Read) -> None:
        super().__init__({"": None})
        self.parse = parse

    def __missing__(self, cell: str) -> "Value | Reading | None":
        value = self.parse(cell)
        if len(self) < MEMO_LIMIT:
            self[cell] = value
        return value

    def read(self, cell: str) -> "Value | Reading | None":
        """Read one cell."""
        return self[cell]

    def each(self, cells: Sequence[str]) -> "list[Value | Reading | None]":
        """Read many cells."""
        return list(map(self.__getitem__, cells))


class Plain:
    """A parser for a column that hardly repeats and has no quick test."""

    def __init__(self, read: Read) -> None:
        self.read = read

    def each(self, cells: Sequence[str]) -> "list[Value | Reading | None]":
        """Read many cells."""
        read = self.read
        return [read(cell) if cell else None for cell in cells]


class Screened:
    """A parser for a column whose cells mostly are the values: a few searches over all of them find the odd ones.

    Odd is a cell with a sign, a length or a first character that plain cells do not have, or one of the words.
    """

    def __init__(
        self, read: Read, *, sign: "re.Pattern[str]", lengths: range, words: frozenset[str], first: str = ""
    ) -> None:
        """`sign` must not match a line feed, which parts the cells while they are searched."""
        self.read = read
        self._sign, self._words = sign, words
        self._lengths = frozenset((0, *lengths))
        self._first = frozenset(("", *first))

    def each(self, cells: Sequence[str]) -> "list[Value | Reading | None]":
        """Read many cells."""
        values: list[Value | Reading | None] = [cell or None for cell in cells]
        for at in self._odd(cells):
            values[at] = self.read(cells[at]) if cells[at] else None
        return values

    def _odd(self, cells: Sequence[str]) -> set[int]:
        joined = "\n".join(cells)
        if joined.count("\n") != len(cells) - 1:
            return set(range(len(cells)))  # some cell has lines of its own
        odd, at, end = set(), 0, 0
        for found in self._sign.finditer(joined):
            at, end = at + joined.count("\n", end, found.start()), found.start()
            odd.add(at)
        if unusual := set(map(len, cells)) - self._lengths:
            odd.update(at for at, cell in enumerate(cells) if len(cell) in unusual)
        if len(self._first) > 1 and {cell[:1] for cell in cells} - self._first:
            odd.update(at for at, cell in enumerate(cells) if cell[:1] not in self._first)
        if not self._words.isdisjoint(cells):
            odd.update(at for at, cell in enumerate(cells) if cell in self._words)
        return odd


def readings(values: "Sequence[Value | Reading | None]") -> list[int]:
    """Return the places of a column's cells about which there is something to say."""
    if Reading not in set(map(type, values)):
        return []
    return [at for at, value in enumerate(values) if value.__class__ is Reading]


def tidied(cell: str, width: Mapping[int, int] = _WIDE) -> tuple[str, list[Problem]]:
    """Return the cell with single blanks and half-width characters, and what was repaired."""
    notes = []
    bare = _HIDDEN.sub("", cell).replace("\u3000", " ")
    text = " ".join(bare.split())
    if text != cell:
        notes.append(Problem(NOTE, "repaired.spaces"))
    narrow = text.translate(width)
    if narrow != text:
        notes.append(Problem(NOTE, "repaired.width"))
    return narrow, notes


def compact(cell: str) -> tuple[str, list[Problem]]:
    """Return the cell without any blank and without the apostrophe that marks text in a spreadsheet."""
    text, notes = tidied(cell)
    bare = text.replace(" ", "").lstrip("'‘’`")
    if bare != text and not any(note.code == "repaired.spaces" for note in notes):
        notes.append(Problem(NOTE, "repaired.spaces"))
    return bare, notes


def settled(value: Value | None, problems: list[Problem]) -> "Value | Reading | None":
    """Return the bare value when there is nothing to say about it."""
    return Reading(value, tuple(problems)) if problems else value


def invalid(code: str, shown: str = "", notes: list[Problem] | None = None) -> Reading:
    """Return a reading without a value."""
    return Reading(None, (*(notes or ()), Problem(INVALID, code, shown[:24])))


def nothing(notes: list[Problem]) -> Reading:
    """Return the reading of a word that says nothing."""
    return Reading(None, (*notes, Problem(NOTE, "cell.blank_word")))


def is_blank_word(text: str) -> bool:
    """Tell whether a cell says in words that it is empty."""
    return len(text) < 8 and text.lower() in BLANK_WORDS


def text_parser(limit: int = 500) -> Parser:
    """Read free text: blanks and full-width digits repaired, everything else as written."""

    def read(cell: str) -> "Value | Reading | None":
        length = len(cell)
        if length <= limit and not _UNTIDY.search(cell) and (length > 7 or cell.lower() not in BLANK_WORDS):
            return cell
        if length > 8 * limit:
            return invalid("text.too_long", str(length))
        text, notes = tidied(cell, _WIDE_WORDS)
        if len(text) > limit:
            return invalid("text.too_long", str(len(text)))
        if is_blank_word(text):
            return nothing(notes)
        return settled(text, notes) if text else None

    return Screened(read, sign=UNTIDY_SIGN, lengths=range(1, limit + 1), words=BLANK_FORMS)


def name_parser() -> Parser:
    """Read persons' names."""
    return Screened(read_name, sign=_NO_NAME_SIGN, lengths=range(2, 5), words=BLANK_WORDS)


def read_name(cell: str) -> "Value | Reading | None":
    """Read a person's name: one kind of dot, no blanks inside a Chinese name."""
    if _PLAIN_NAME(cell) and cell not in BLANK_WORDS:
        return cell
    if len(cell) > 500:
        return invalid("text.too_long", str(len(cell)))
    text, notes = tidied(cell)
    if is_blank_word(text):
        return nothing(notes)
    name = tidy(text.translate(_GB18030_2022)).strip("·")
    if not text or len(name) > 60:
        return invalid("text.too_long", str(len(name))) if text else None
    if name != text:
        notes.append(Problem(NOTE, "repaired.name"))
    if not any(sign.isalpha() for sign in name):
        return invalid("name.unreadable")
    if not all(sign.isalpha() or sign in "· -'" or "\ue000" <= sign <= "\uf8ff" for sign in name):
        notes.append(Problem(WARNING, "name.odd"))
    return settled(name, notes)


def choice_parser(choices: Mapping[str, Value], *, strict: bool = False) -> Parser:
    """Read one of a list of words into its code; the code itself is read too, and "" means nothing said.

    `strict`: only an empty cell is empty, because 未知 is not 全部.
    """
    known: dict[str, Value] = {str(code).casefold(): code for code in choices.values() if code != ""}
    known.update({str(words).casefold(): code for words, code in choices.items()})

    def read(cell: str) -> "Value | Reading | None":
        text, notes = compact(cell[:200])
        words = re.sub(r"\.0$", "", text).casefold()
        if re.fullmatch(r"[0-9]{4}-0?7-15", words):  # the age group 7-15, after a spreadsheet took it for a day
            words = "7-15"
        code = known.get(words)
        if code is not None:
            return settled(code, notes) if code != "" else nothing(notes)
        if not text or (is_blank_word(text) and not strict):
            return nothing(notes) if text else None
        return invalid("choice.unknown", text)

    return Memo(read)
