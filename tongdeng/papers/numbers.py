"""Numbers and codes of papers: what is printed, and what of it somebody typed."""

import re
import secrets

from tongdeng.kernel.crypto import sm3
from tongdeng.kernel.ids import check_digit

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
CODE_LENGTH = 12  # 59 bits
SERIAL = 7


def number_of(mark: str, year: int, serial: int) -> str:
    """Return `受〔2026〕0000012-7`: the last digit catches a mistyped one."""
    digits = f"{serial:0{SERIAL}d}"
    return f"{mark}〔{year}〕{digits}-{check_digit(f'{year}{digits}')}"


def digits_of(typed: str) -> str:
    """Return the digits of a number however it was typed; empty where they are none of ours."""
    digits = "".join(re.findall(r"[0-9]", typed))
    return digits if 12 <= len(digits) <= 20 and check_digit(digits[:-1]) == int(digits[-1]) else ""


def new_code() -> str:
    """Return a code as it is printed: three groups of four."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(drawn[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def letters_of(typed: str) -> str:
    """Return the letters of a code however it was typed."""
    return "".join(one for one in typed.upper() if one in LETTERS)


def code_hash(digits: str, code: str) -> bytes:
    """Return what is kept of a code: of 59 random bits a plain hash gives nothing away."""
    return sm3(f"{digits}|{letters_of(code)}".encode())
