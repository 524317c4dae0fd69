"""Person ids: eight random digits and a check digit. They never change, are never reused and say nothing."""

import array
import os
from collections.abc import Iterator
from functools import cache
from typing import NewType

PersonId = NewType("PersonId", int)
RecordId = NewType("RecordId", int)

# Damm's quasigroup of order 10: catches every single wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2), (7, 0, 9, 2, 1, 5, 4, 8, 6, 3), (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6), (6, 1, 2, 3, 0, 4, 5, 9, 7, 8), (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4), (8, 9, 4, 5, 3, 6, 2, 0, 1, 7), (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)  # fmt: skip


def check_digit(digits: str) -> int:
    """Return the Damm check digit of a text of decimal digits (Damm 2004)."""
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state


@cache
def _after_four() -> bytes:
    """Return the state after each state and four digits: two look-ups take the place of eight."""
    two = [bytes(_DAMM[_DAMM[state][one]][other] for one in range(10) for other in range(10)) for state in range(10)]
    return b"".join(two[between] for state in range(10) for between in two[state])


def draw(count: int) -> Iterator[PersonId]:
    """Yield so many random ids; two may be equal, and the caller's table tells which are taken."""
    states, most = _after_four(), 42 * 10**8  # what is drawn above is thrown away, so that every id is as likely
    while count > 0:
        for drawn in array.array("I", os.urandom(4 * min(count, 16_384))):
            if drawn < most:
                number = drawn % 10**8
                yield PersonId(number * 10 + states[states[number // 10_000] * 10_000 + number % 10_000])
                count -= 1


def new_person_id() -> PersonId:
    """Return a fresh random id; the caller's table makes sure that it is not taken."""
    return next(draw(1))


def show(person_id: int) -> str:
    """Return `P-0018-4427-6` for 184427 and its check digit."""
    text = f"{person_id:09d}"
    return f"P-{text[:4]}-{text[4:8]}-{text[8]}"


def read(text: str) -> PersonId | None:
    """Return the id that `show` wrote, with or without its dashes and prefix; None if it is not one."""
    digits = text.strip().upper().removeprefix("P").replace("-", "")
    if len(digits) != 9 or not digits.isascii() or not digits.isdecimal():
        return None
    return PersonId(int(digits)) if check_digit(digits[:8]) == int(digits[8]) else None
