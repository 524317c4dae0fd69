"""Departments and their clerks: each makes its own mistakes, more of them as the noise level rises."""

from collections.abc import Callable, Iterator
from itertools import accumulate
from random import Random

from tongdeng.synth import mistakes
from tongdeng.synth.likeness import USUAL, Likeness
from tongdeng.synth.people import Person

Row = list[str]

MULTIPLIERS = (0.0, 1.0, 2.0, 3.5)

# Share of rows, at level 1, in which a department makes each mistake.
_RATES: dict[str, dict[str, float]] = {
    "police": {
        "same_sound": 0.008, "near_shape": 0.008, "wrong_digit": 0.005, "swapped_digits": 0.004, "no_number": 0.008,
        "old_number": 0.006, "full_width": 0.006, "placeholder": 0.003, "duplicate": 0.01, "home_as_address": 0.007,
        "date_form": 0.02, "no_phone": 0.05, "unknown_community": 0.0008, "impossible_date": 0.001, "blanks": 0.004,
    },
    "hrss": {
        "same_sound": 0.005, "near_shape": 0.004, "wrong_digit": 0.012, "swapped_digits": 0.012, "no_number": 0.004,
        "old_number": 0.02, "spreadsheet_number": 0.006, "duplicate": 0.006, "date_form": 0.01, "no_phone": 0.06,
        "impossible_date": 0.001, "blanks": 0.005,
    },
    "education": {
        "same_sound": 0.014, "near_shape": 0.005, "wrong_digit": 0.008, "swapped_digits": 0.005, "no_number": 0.04,
        "parents_number": 0.004, "full_width": 0.006, "duplicate": 0.005, "home_as_address": 0.02, "date_form": 0.03,
        "unknown_community": 0.001, "impossible_date": 0.0015,
    },
    "immunisation": {
        "same_sound": 0.012, "near_shape": 0.004, "wrong_digit": 0.004, "no_number": 0.08, "parents_number": 0.004,
        "duplicate": 0.003, "date_form": 0.01, "impossible_date": 0.0005,
    },
    "housing": {
        "same_sound": 0.016, "near_shape": 0.006, "wrong_digit": 0.008, "swapped_digits": 0.006, "no_number": 0.05,
        "old_number": 0.01, "full_width": 0.02, "placeholder": 0.004, "duplicate": 0.005, "date_form": 0.02,
        "no_phone": 0.08, "unknown_community": 0.001, "impossible_date": 0.001, "blanks": 0.01,
    },
    "deliveries": {
        "same_sound": 0.009, "near_shape": 0.004, "wrong_digit": 0.006, "swapped_digits": 0.006, "no_number": 0.025,
        "old_number": 0.004, "spreadsheet_number": 0.002, "duplicate": 0.008, "date_form": 0.02, "no_phone": 0.05,
        "unknown_service": 0.0006, "future_date": 0.0005,
    },
}  # fmt: skip
# How often a clerk forgets something that is no slip of the pen; times the level's multiplier.
_HABITS = {
    "left_not_cancelled": 0.1, "move_not_closed": 0.06, "dormitory_phone": 0.3, "not_in_roll": 0.02,
    "small_x": 0.3, "other_dot": 0.25, "no_hukou": 0.006, "old_pupil": 0.3,
}  # fmt: skip
_DATE_FORMS = {"hrss": mistakes.slashes, "education": mistakes.digits_only, "housing": mistakes.in_chinese}

_NAMES = ("姓名", "学生姓名", "儿童姓名", "承租人姓名")
_NUMBERS = ("公民身份号码", "身份证件号", "儿童身份证号", "承租人证件号")
_PHONES = ("联系电话", "监护人电话", "承租人电话")
_ADDRESSES = ("现居住地址", "现住址")
_IN_NUMBER: dict[str, Callable[[str, Random], str]] = {
    "wrong_digit": mistakes.wrong_digit,
    "swapped_digits": mistakes.swapped_digits,
    "old_number": mistakes.old_number,
    "spreadsheet_number": mistakes.spreadsheet_number,
    "placeholder": mistakes.placeholder,
    "full_width": mistakes.full_width,
    "blanks": mistakes.blanks,
}
_IN_NAME = {"same_sound": mistakes.same_sound, "near_shape": mistakes.near_shape}


class Clerk:
    """Writes the rows of one department's roll, with the mistakes of its noise level; none at level 0."""

    def __init__(self, roll: str, headers: tuple[str, ...], level: int, seed: int, likeness: Likeness = USUAL) -> None:
        self._chance = Random(f"{seed}:noise:{level}:{roll}")
        self._random = self._chance.random
        self._factor = MULTIPLIERS[level]
        rates, often = _RATES[roll], {"parents_number": likeness.parents_numbers}
        self._kinds = list(rates)
        self._bounds = list(accumulate(rate * often.get(kind, 1.0) for kind, rate in rates.items()))
        self._habits = {**_HABITS, "dormitory_phone": _HABITS["dormitory_phone"] * likeness.shared_phones}
        self._share = min(0.85, self._bounds[-1] * self._factor)
        self._name = self._column(headers, _NAMES)
        self._number = self._column(headers, _NUMBERS)
        self._phone = self._column(headers, _PHONES)
        self._address = self._column(headers, _ADDRESSES)
        self._community = self._column(headers, ("社区代码",))
        self._service = self._column(headers, ("事项编码",))
        self._dates = [place for place, header in enumerate(headers) if header.endswith("日期")]
        self._date_form = _DATE_FORMS.get(roll) if level else None

    @staticmethod
    def _column(headers: tuple[str, ...], names: tuple[str, ...]) -> int:
        return next((headers.index(name) for name in names if name in headers), -1)

    def does(self, habit: str) -> bool:
        """Tell whether the clerk falls into this habit now."""
        return self._random() < self._habits[habit] * self._factor

    def write(self, row: Row, person: Person | None) -> Iterator[Row]:
        """Yield the row as it ends up in the roll: once, or twice when it is entered twice."""
        if not self._factor:
            yield row
            return
        if row[self._number][-1:] == "X" and self.does("small_x"):
            row[self._number] = row[self._number].lower()
        if "·" in row[self._name] and self.does("other_dot"):
            row[self._name] = mistakes.other_dot(row[self._name], self._chance)
        again: Row | None = None
        if person is not None and self._random() < self._share:
            again = self._slip(row, person)
            if self._random() < 0.12 * self._factor:
                self._slip(row, person)
        yield self._dated(row)
        if again:
            yield self._dated(again)

    def _dated(self, row: Row) -> Row:
        if self._date_form:
            for place in self._dates:
                # Only a plain ISO date: a slip may have written it in another form already.
                if row[place][4:5] == "-":
                    row[place] = self._date_form(row[place])
        return row

    def _slip(self, row: Row, person: Person) -> Row | None:
        """Make one mistake in the row; return a second row if it was to enter the row twice."""
        kind = self._chance.choices(self._kinds, cum_weights=self._bounds)[0]
        if kind == "duplicate":
            copy = list(row)
            if self._random() < 0.5:
                self._slip(copy, person)
            return copy
        if kind in _IN_NAME:
            row[self._name] = _IN_NAME[kind](row[self._name], self._chance)
        elif kind in _IN_NUMBER:
            # A number is spoilt once; a second slip on zeros or on 15 digits would have nothing to go wrong.
            if person.number and row[self._number].upper() == person.number:
                row[self._number] = _IN_NUMBER[kind](person.number, self._chance)
        else:
            self._drop_or_replace(kind, row, person)
        return None

    def _drop_or_replace(self, kind: str, row: Row, person: Person) -> None:
        if kind == "no_number":
            row[self._number] = ""
        elif kind == "no_phone" and row[self._number]:
            row[self._phone] = ""
        elif kind == "parents_number" and person.guardian:
            row[self._number] = person.guardian.number
        elif kind == "home_as_address":
            row[self._address] = person.home_address
        elif kind == "unknown_community":
            row[self._community] = row[self._community][:9] + "999"
        elif kind == "unknown_service":
            row[self._service] = row[self._service][:4] + "99"
        else:
            self._misdate(kind, row)

    def _misdate(self, kind: str, row: Row) -> None:
        place = self._chance.choice(self._dates)
        day = row[place]
        if day[4:5] != "-":
            return
        if kind == "date_form":
            row[place] = self._chance.choice(mistakes.DATE_FORMS)(day)
        elif kind == "impossible_date":
            row[place] = self._chance.choice((f"{day[:4]}-02-30", f"{day[:4]}-13-{day[8:]}", "1900-01-00"))
        elif kind == "future_date":
            row[place] = f"{int(day[:4]) + 10}{day[4:]}"
