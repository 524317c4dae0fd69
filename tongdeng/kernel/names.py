"""Names as people search for them: the name, the name without its surname, pinyin and initials."""

from functools import lru_cache

DOTS = str.maketrans(dict.fromkeys(".•・‧∙●", "·"))  # dotted names of several ethnic groups


@lru_cache(maxsize=65536)
def _syllable(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return "" if character == "·" else "".join(lazy_pinyin(character, style=Style.NORMAL)).lower()


@lru_cache(maxsize=65536)
def _initial(character: str) -> str:
    return _syllable(character)[:1]


def tidy(name: str) -> str:
    """Return the name without blanks (kept between Latin words) and with one kind of dot."""
    parts = name.translate(DOTS).split()
    return "".join(parts) if not name.isascii() else " ".join(parts)


def pinyin(name: str) -> str:
    """Return the syllables run together: `赵春梅` gives `zhaochunmei`. Each character by its usual reading."""
    return "".join(map(_syllable, name))


def tokens(name: str) -> tuple[str, ...]:
    """Return what a clerk may type to find the name; equality and prefix search need nothing more."""
    return tuple(dict.fromkeys(token for token in (name, *spoken(name)) if token))


def spoken(name: str) -> tuple[str, str, str]:
    """Return the name without its surname, its pinyin and its initials; empty where there is none."""
    return name[1:], "".join(map(_syllable, name)), "".join(map(_initial, name))


def mask_id(number: str) -> str:
    """Return `9904**********1223`."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)


def mask_name(name: str) -> str:
    """Return `赵**`: the first character, and how long the name is."""
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(number: str) -> str:
    """Return `100****0217`."""
    return number[:3] + "****" + number[-4:] if len(number) >= 11 else "*" * len(number)
