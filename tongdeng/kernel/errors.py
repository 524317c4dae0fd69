"""One base for every error a person may read: the fact, the place and the way out, in two languages."""

from collections.abc import Iterable
from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in both languages of the product."""

    zh: str
    en: str

    def say(self, lang: str = "zh") -> str:
        """Return the sentence in English for `en`, else in Chinese."""
        return self.en if lang == "en" else self.zh

    @classmethod
    def listed(cls, names: Iterable["Text"]) -> "Text":
        """Return several names as one text; nothing where there is none."""
        found = list(names)
        return cls("、".join(one.zh for one in found), ", ".join(one.en for one in found))


NOTHING = Text("", "")


class TongdengError(Exception):
    """A fact that went wrong. `code` is stable and may be relied on; the texts may be reworded."""

    exit_code = 2

    def __init__(self, code: str, fact: Text, *, place: str = "", remedy: Text = NOTHING) -> None:
        super().__init__(f"{code}: {fact.en}")
        self.code = code
        self.fact = fact
        self.place = place
        self.remedy = remedy

    @property
    def sentence(self) -> Text:
        """Return the fact and the way out, as sentences for a page."""
        zh = [part.rstrip("。") for part in (self.fact.zh, self.remedy.zh) if part]
        # Only the first letter: the rest keeps its PDFs, JPEGs and names.
        en = [part[:1].upper() + part[1:].rstrip(".") for part in (self.fact.en, self.remedy.en) if part]
        return Text("。".join(zh) + "。", ". ".join(en) + ".")

    def as_json(self, lang: str = "zh") -> dict[str, str]:
        """Return the four keys that `--json` prints on failure."""
        return {
            "code": self.code,
            "message": self.fact.say(lang),
            "place": self.place,
            "remedy": self.remedy.say(lang),
        }


class UnusableInput(TongdengError):
    """The input cannot be used; nothing was changed. Exit code 2."""


class CheckFailed(TongdengError):
    """What was asked to be checked does not hold. Exit code 1."""

    exit_code = 1
