"""Cell parsers for days, counts, measures and money."""

import re
from datetime import date, timedelta
from decimal import Decimal

from tongdeng.intake.types import Value
from tongdeng.intake.values import (
    NOTE,
    Memo,
    Parser,
    Problem,
    Reading,
    compact,
    invalid,
    is_blank_word,
    nothing,
    settled,
    tidied,
)
from tongdeng.kernel.money import fen

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?").fullmatch
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})").fullmatch
_LUNAR = re.compile("农历|阴历|旧历|正月|腊月|闰|廿|初[一二三四五六七八九十]").search
_TIME = re.compile(r"(?<=[0-9日])[T ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?$")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.0+)?").fullmatch
_MONEY = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?").fullmatch
_SERIAL = re.compile(r"[0-9]{5}").fullmatch
_SERIAL_ZERO = date(1899, 12, 30)
_PLACEHOLDER_DATES = frozenset(
    {"1900-01-01", "1899-12-30", "1899-12-31", "9999-12-31", "2999-12-31", "2099-12-31", "0001-01-01"}
)


def date_parser(today: date, *, may_be_future: bool = False, personal: bool = False) -> Parser:
    """Read a day in any of the accepted forms into ISO text. A birth date is never shown in a message."""

    def read(cell: str) -> "Value | Reading | None":
        if _ISO(cell):
            return _judged(cell, [], "" if personal else cell)
        text, notes = tidied(cell[:60])
        if not text or is_blank_word(text):
            return nothing(notes) if text else None
        bare = _TIME.sub("", text)
        # A midnight comes from a database, not from a person: nothing to report.
        if bare != text and re.search("[1-9]", text[len(bare) :]):
            notes.append(Problem(NOTE, "date.time_dropped"))
        bare = re.sub(r"\.0$", "", bare.replace(" ", ""))
        shown = "" if personal else text
        if parts := _DATE(bare) or _COMPACT(bare[:8] if re.fullmatch(r"[0-9]{14}", bare) else bare):
            year, month, day = map(int, parts.groups())
            iso = f"{year:04}-{month:02}-{day:02}"
        elif _SERIAL(bare):
            iso = (_SERIAL_ZERO + timedelta(days=int(bare))).isoformat()
            notes.append(Problem(NOTE, "date.serial"))
        else:
            return invalid("date.lunar" if _LUNAR(bare) else "date.unreadable", shown)
        return _judged(iso, notes, shown)

    def _judged(iso: str, notes: list[Problem], shown: str) -> "Value | Reading | None":
        if iso in _PLACEHOLDER_DATES or iso.startswith("0000") or "-00" in iso[4:]:
            code = "date.placeholder" if iso[:4] in {"0000", "1900"} or iso in _PLACEHOLDER_DATES else "date.impossible"
            return invalid(code, shown)
        try:
            day = date.fromisoformat(iso)
        except ValueError:
            return invalid("date.impossible", shown)
        if not 1850 <= day.year < 2200:
            return invalid("date.impossible", shown)
        if day > today and not may_be_future:
            return invalid("date.future", shown)
        return settled(iso, notes)

    return Memo(read)


def count_parser(most: int) -> Parser:
    """Read a whole number that is not negative, with or without a unit behind it."""

    def read(cell: str) -> "Value | Reading | None":
        text, notes = compact(cell[:60])
        if not text or is_blank_word(text):
            return nothing(notes) if text else None
        bare = re.sub(r"(个月|月|人|年|次|户)$", "", text.replace(",", ""))
        if not _NUMBER(bare):
            return invalid("number.unreadable", text)
        number = int(bare.split(".")[0])
        if bare.startswith("-") and number:
            return invalid("number.negative", text)
        if number > most:
            return invalid("number.range", text)
        if bare != text:
            notes.append(Problem(NOTE, "repaired.number"))
        return settled(number, notes)

    return Memo(read)


def year_parser(today: date) -> Parser:
    """Read a year that has begun."""
    count = count_parser(today.year)

    def read(cell: str) -> "Value | Reading | None":
        value = count.read(cell)
        number = value.value if isinstance(value, Reading) else value
        return value if number is None or int(number) >= 1990 else invalid("number.range", str(number))

    return Memo(read)


def read_decimal(cell: str) -> "Value | Reading | None":
    """Read a measure such as an area into plain decimal text without needless zeros."""
    text, notes = compact(cell[:60])
    if not text or is_blank_word(text):
        return nothing(notes) if text else None
    bare = re.sub(r"(平方米|平米|㎡|m2|m²)$", "", text.replace(",", ""), flags=re.IGNORECASE)
    if not _MONEY(bare):
        return invalid("number.unreadable", text)
    if bare.startswith("-"):
        return invalid("number.negative", text)
    return settled(f"{Decimal(bare).normalize():f}", notes)


def read_money(cell: str) -> "Value | Reading | None":
    """Read an amount of yuan into fen."""
    text, notes = compact(cell[:60])
    if not text or is_blank_word(text):
        return nothing(notes) if text else None
    bare = re.sub(r"^[¥￥]|元$", "", text.replace(",", ""))
    try:
        amount = fen(bare) if _MONEY(bare) else None
    except ValueError:
        amount = None
    if amount is None:
        return invalid("money.unreadable", text)
    return invalid("number.negative", text) if amount < 0 else settled(amount, notes)
