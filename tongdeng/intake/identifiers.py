"""Cell parsers for what identifies: id numbers, phones, documents, places, services."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from tongdeng.intake.types import Value
from tongdeng.intake.values import (
    INVALID,
    NOTE,
    SCIENTIFIC,
    WARNING,
    Memo,
    Parser,
    Problem,
    Reading,
    Screened,
    compact,
    invalid,
    is_blank_word,
    nothing,
    settled,
)
from tongdeng.kernel import citizen_id

_OLD = re.compile(r"[0-9]{15}").fullmatch
_COUNTING = "01234567890123456789012345678901234567890123456789"
_PLAIN_CODE = re.compile(r"[A-Z]{0,6}[0-9]{5,40}").fullmatch
_NO_DIGIT = re.compile(r"[^0-9\n]")
_MOBILE = re.compile(r"1[0-9]{10}").fullmatch
_LANDLINE = re.compile(r"0[0-9]{9,11}(-[0-9]{1,6})?|[2-9][0-9]{6,7}").fullmatch
_CREDIT_SIGNS = {sign: value for value, sign in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
# Provinces of GB/T 2260, the permits of residents from Hong Kong, Macao and Taiwan (81-83), foreign
# residents' cards (91), and 99, which no real place has.
_REGIONS = (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66), (71, 81, 82, 83))
_PROVINCES = frozenset(str(province) for region in (*_REGIONS, (91, 99)) for province in region)


class _Sums(dict[str, int]):
    """Each piece of a number with its share of the check sum, or `_UNSURE` where the piece needs a closer look."""

    def __init__(self, share: Callable[[str], int]) -> None:
        super().__init__()
        self.share = share

    def __missing__(self, piece: str) -> int:
        value = self.share(piece)
        if len(self) < 100_000:
            self[piece] = value
        return value


_UNSURE = -1_000_000  # no sum of other pieces makes up for it
_DIGITS = re.compile(r"[0-9]+").fullmatch


def _weighted(digits: str, start: int) -> int:
    return sum(weight * int(digit) for weight, digit in zip(citizen_id.WEIGHTS[start:], digits, strict=False))


class IdNumbers:
    """Reads citizen id numbers: repaired and valid, or kept as claimed, or dropped."""

    def __init__(self, today: date, knows: Callable[[str], bool]) -> None:
        self._today, self._knows = today, knows
        # A million numbers share some thousand divisions, birth dates and tails: three look-ups replace 17 products.
        self._heads, self._births, self._tails = _Sums(self._head), _Sums(self._birth), _Sums(self._tail)

    def read(self, cell: str) -> "Value | Reading | None":
        """Read one number."""
        if len(cell) > 200:
            return invalid("id.unreadable")
        return cell if self._is_plain(cell) else _read_doubtful(cell, self._today, self._knows)

    def each(self, cells: Sequence[str]) -> "list[Value | Reading | None]":
        """Read many numbers."""
        heads, births, tails = self._heads, self._births, self._tails
        sums = [heads[cell[:6]] + births[cell[6:14]] + tails[cell[14:19]] for cell in cells]
        return [
            cell if total >= 0 and not total % 11 else self.read(cell) if cell else None
            for cell, total in zip(cells, sums, strict=True)
        ]

    def _is_plain(self, cell: str) -> bool:
        total = self._heads[cell[:6]] + self._births[cell[6:14]] + self._tails[cell[14:19]]
        return total >= 0 and not total % 11

    def _head(self, six: str) -> int:
        return _weighted(six, 0) if len(six) == 6 and _DIGITS(six) and self._knows(six) else _UNSURE

    def _birth(self, eight: str) -> int:
        if len(eight) != 8 or not _DIGITS(eight):
            return _UNSURE
        day = citizen_id.born_on("000000" + eight)
        return _weighted(eight, 6) if day is not None and date(1850, 1, 1) <= day <= self._today else _UNSURE

    def _tail(self, four: str) -> int:
        if len(four) != 4 or not _DIGITS(four[:3]) or four[3] not in citizen_id.CHECKS:
            return _UNSURE
        return _weighted(four[:3], 14) - citizen_id.CHECKS.index(four[3]) + 11


def _read_doubtful(cell: str, today: date, knows: Callable[[str], bool]) -> "Value | Reading | None":
    text, notes = compact(cell)
    if not text:
        return None
    if SCIENTIFIC(text):
        return _dropped("id.scientific", notes)
    number = re.sub(r"(?<=[0-9]{15})\.0+$", "", text).upper()
    number = re.sub(r"(?<=^[0-9]{17})[×ХΧ]$", "X", number)
    if number != text:
        notes.append(Problem(NOTE, "repaired.number" if text.endswith("0") else "repaired.case"))
    if is_blank_word(text) or _is_placeholder(number):
        return _dropped("id.placeholder", notes)
    if not re.fullmatch(r"[0-9A-Z()/-]{2,30}", number) or not re.search("[0-9]", number):
        return invalid("id.unreadable", notes=notes)
    if _OLD(number) and citizen_id.is_valid(citizen_id.upgrade(number), today):
        number = citizen_id.upgrade(number)
        notes.append(Problem(NOTE, "id.upgraded"))
    if doubt := _doubt_about(number, today):
        return Reading(number, (*notes, doubt), claimed=True)
    if not knows(number[:6]):
        notes.append(Problem(WARNING, "id.division", number[:6]))
    return settled(number, notes)


def _doubt_about(number: str, today: date) -> Problem | None:
    """Return why a number cannot be taken for valid, or None."""
    if citizen_id.is_valid(number, today):
        return None
    if not re.fullmatch(r"[0-9]+X?", number):
        return Problem(WARNING, "id.format")
    if _OLD(number):
        return Problem(WARNING, "id.birth_date")
    if len(number) != 18:
        return Problem(WARNING, "id.length", str(len(number)))
    right_sum = number[17] == citizen_id.check_character(number[:17])
    return Problem(WARNING, "id.birth_date" if right_sum else "id.check_digit")


def _is_placeholder(number: str) -> bool:
    """Tell zeros for no number, 000000 + birth date + 0000 for children, one repeated sign, and 123456..."""
    return number.startswith("000000") or len(set(number)) == 1 or (len(number) > 5 and number in _COUNTING)


def _dropped(code: str, notes: list[Problem]) -> Reading:
    return Reading(None, (*notes, Problem(WARNING, code)))


def read_phone(cell: str) -> "Value | Reading | None":
    """Read a phone number into digits only: a mobile, or a landline with or without its area."""
    if _MOBILE(cell) and cell.count(cell[0]) != 11:
        return cell
    text, notes = compact(cell[:200])
    if not text or is_blank_word(text):
        return nothing(notes) if text else None
    if SCIENTIFIC(text):
        return invalid("phone.scientific")
    first, *more = [part for part in re.split(r"[、,，;；/]", text) if part] or [""]
    number = re.sub(r"^(\+|00)?86[-]?(?=1[0-9]{10}$|0?[1-9][0-9]{8,})", "", re.sub(r"[()\[\]]", "", first))
    number = re.sub(r"\.0$", "", number)
    digits = number.replace("-", "")
    if re.fullmatch(r"01[3-9][0-9]{9}", digits):
        digits = digits[1:]
    if not _MOBILE(digits):
        digits = re.sub(r"^(0[0-9]{2,3})-?([0-9]{7,8})", r"\1\2", number)
    if digits and len(set(digits.replace("-", ""))) == 1:
        return invalid("phone.placeholder")
    if not (_MOBILE(digits) or _LANDLINE(digits)):
        return invalid("phone.unreadable")
    if digits != first:
        notes.append(Problem(NOTE, "repaired.phone"))
    if more:
        notes.append(Problem(WARNING, "phone.several"))
    return settled(digits, notes)


def phone_parser() -> Parser:
    """Read phone numbers."""
    words = frozenset(("1" * 11,))
    return Screened(read_phone, sign=_NO_DIGIT, lengths=range(11, 12), words=words, first="1")


def read_code(cell: str) -> "Value | Reading | None":
    """Read a document's number: upper case, no blanks."""
    if _PLAIN_CODE(cell):
        return cell
    text, notes = compact(cell[:500])
    if not text or is_blank_word(text):
        return nothing(notes) if text else None
    if SCIENTIFIC(text):
        return invalid("code.scientific", text)
    if len(text) > 60:
        return invalid("text.too_long", str(len(text)))
    if text.upper() != text:
        notes.append(Problem(NOTE, "repaired.case"))
    return settled(text.upper(), notes)


def read_credit_code(cell: str) -> "Value | Reading | None":
    """Read a unified social credit code (GB 32100-2015) that passes its check."""
    reading = read_code(cell)
    code = reading.value if isinstance(reading, Reading) else reading
    if code is None:
        return reading
    signs = [_CREDIT_SIGNS.get(sign, -1) for sign in str(code)]
    if len(signs) != 18 or min(signs) < 0:
        return invalid("credit_code.invalid")
    total = sum(weight * sign for weight, sign in zip(_CREDIT_WEIGHTS, signs[:17], strict=True))
    return reading if (31 - total % 31) % 31 == signs[17] else invalid("credit_code.invalid")


def division_judge(divisions: Collection[str] | None) -> Callable[[str], bool]:
    """Return a test for six digits: in the county's list of today's divisions, or, without one, in some province."""
    listed = frozenset(code[:6] for code in divisions) if divisions else None
    return lambda six: six[:2] == "99" or (six in listed if listed is not None else six[:2] in _PROVINCES)


def division_parser(knows: Callable[[str], bool]) -> Parser:
    """Read a division code. An unknown one is kept: the place may have been abolished."""

    def read(cell: str) -> "Value | Reading | None":
        text, notes = compact(cell[:60])
        if not text or is_blank_word(text):
            return nothing(notes) if text else None
        if SCIENTIFIC(text):
            return invalid("code.scientific", text)
        if not re.fullmatch(r"[0-9]{6}|[0-9]{9}|[0-9]{12}", text):
            return invalid("division.unreadable", text)
        if not knows(text[:6]):
            notes.append(Problem(WARNING, "division.unknown", text))
        return settled(text, notes)

    return Memo(read)


def listed_parser(
    known: Collection[str], unknown_code: str, *, pads: bool = False, ended: Mapping[str, Sequence[str]] | None = None
) -> Parser:
    """Read a code that must be in a list: a community, a place, a service.

    One that has ended is kept as written while it is clear who took over, or (an aggregate) where nobody must; the
    register reads it on today's map. `ended` gives the divisions of today that follow it.
    """
    former = ended or {}

    def succeeded(code: str, notes: list[Problem]) -> Reading:
        followers = former[code]
        if len(followers) == 1 or pads:
            shown = f"{code} → {'、'.join(followers)}" if followers else code
            return Reading(code, (*notes, Problem(WARNING, "community.succeeded", shown)))
        return Reading(None, (*notes, Problem(INVALID, "community.parted", f"{code} → {'、'.join(followers)}")))

    def read(cell: str) -> "Value | Reading | None":
        if cell in known:
            return cell
        text, notes = compact(cell[:60])
        if not text or is_blank_word(text):
            return nothing(notes) if text else None
        if SCIENTIFIC(text):
            return invalid("code.scientific", text)
        code = text.upper()
        if code != text:
            notes.append(Problem(NOTE, "repaired.case"))
        if pads and len(code) == 9:
            code += "000"
            notes.append(Problem(NOTE, "place.padded"))
        if code in former:
            return succeeded(code, notes)
        return settled(code, notes) if code in known else invalid(unknown_code, text)

    return Memo(read)
