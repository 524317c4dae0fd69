"""What can be wrong with a law, each with its file, its line and the offending word."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from tongdeng.kernel.errors import NOTHING, CheckFailed, Text


class ExpressionFault(Exception):
    """An expression that does not follow the language; `start` is the place of `word` in its text."""

    def __init__(self, code: str, fact: Text, *, start: int, word: str, remedy: Text = NOTHING) -> None:
        super().__init__(fact.en)
        self.code = code
        self.fact = fact
        self.start = start
        self.word = word
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault or warning. `code` is stable; `file` is relative to the law folder; lines count from 1."""

    code: str
    fact: Text
    file: str
    line: int
    word: str = ""
    remedy: Text = NOTHING

    @property
    def place(self) -> str:
        """Return `file:line`, as editors read it."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def say(self, lang: str = "zh") -> str:
        """Return place, fact and way out in one line."""
        remedy = self.remedy.say(lang)
        stop = " " if lang == "en" else ""
        return f"{self.place}: {self.fact.say(lang)}{stop + remedy if remedy else ''}"

    def as_json(self, lang: str = "zh") -> dict[str, str | int]:
        """Return the fault as `--json` prints it."""
        return {
            "code": self.code,
            "message": self.say(lang),
            "place": self.place,
            "file": self.file,
            "line": self.line,
            "word": self.word,
            "remedy": self.remedy.say(lang),
        }


class LawIsFaulty(CheckFailed):
    """A law folder with at least one fault; `faults` holds all of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        first = faults[0]
        more = len(faults) - 1
        fact = Text(
            first.say("zh") + (f"（另有 {more} 处）" if more else ""),
            first.say("en") + (f" (and {more} more)" if more else ""),
        )
        remedy = Text("改正后再运行；rules check 列出全部错误。", "Correct it; rules check lists every fault.")
        super().__init__(first.code, fact, place=first.place, remedy=remedy)
        self.faults = faults


def nearest(word: str, known: Iterable[str]) -> Text:
    """Return "did you mean ...?" with the known word closest to a misspelt one, or nothing."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return Text(f"是否应为“{found[0]}”？", f"Did you mean '{found[0]}'?") if found else NOTHING
