"""The public number of a case and its secret code: together they let anybody follow it without an account."""

import secrets
from datetime import date

from tongdeng.kernel import ids
from tongdeng.kernel.crypto import sm3

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing to mistake
LOOKALIKES = str.maketrans("OIL", "011")
LETTERS = 16  # 80 bits: nobody guesses one, however long they try


def new_number(day: date) -> str:
    """Return a number that says the day and nothing else; its last digit is a check digit."""
    return f"{day:%y%m%d}-{ids.new_person_id():09d}"


def new_code() -> str:
    """Return a secret code, in fours."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[at : at + 4] for at in range(0, LETTERS, 4))


def tidy_number(typed: str) -> str:
    """Return a number as it is kept, however it was typed."""
    digits = "".join(filter(str.isdecimal, typed))
    return f"{digits[:6]}-{digits[6:]}"


def code_hash(number: str, typed: str) -> str:
    """Return what is kept of a code: a hash of it and the number."""
    letters = "".join(filter(str.isalnum, typed.upper())).translate(LOOKALIKES)
    return sm3(f"{number}|{letters}".encode()).hex()
