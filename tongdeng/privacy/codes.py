"""Sign-in codes: blind indexes of what is kept, the limits, and the words of the message."""

import re
import secrets
from datetime import timedelta

from django.db.models import Count, Q

from tongdeng.kernel import clock
from tongdeng.kernel.crypto import same
from tongdeng.kernel.errors import Text
from tongdeng.people.exports import records
from tongdeng.privacy import rights
from tongdeng.privacy.errors import TooManyCodes
from tongdeng.privacy.models import Challenge

DOMAIN = "sign_in"  # keys of its own: nothing here can be joined with the register
SEAL = "notify"  # as the message is sealed that goes to the phone
PHONE = re.compile(r"1\d{10}")
DIGITS = 6


def read_phone(text: str) -> str | None:
    """Return a mobile number as the register keeps it, or None where it is none."""
    digits = re.sub(r"[\s\-]", "", text)
    digits = digits.removeprefix("+86") if digits.startswith("+86") else digits
    return digits if PHONE.fullmatch(digits) and digits.isascii() else None


def index(kind: str, text: str) -> bytes:
    """Return the blind index of a phone, an address, a handle or a code."""
    return records.provider().index(DOMAIN, f"{kind}:{text}".encode())


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def code_index(challenge: Challenge, code: str) -> bytes:
    """Return a code's blind index, bound to the wish it answers."""
    return index("code", f"{challenge.pk}:{code}")


def is_code(challenge: Challenge, code: str) -> bool:
    """Tell whether a code is the one that was sent."""
    return challenge.code_index is not None and same(bytes(challenge.code_index), code_index(challenge, code))


def check_limits(phone_index: bytes, address_index: bytes) -> None:
    """Raise TooManyCodes where a phone or an address has asked too often."""
    now, limits = clock.now(), rights.law()["sign_in"]
    short, hour, day = now - timedelta(minutes=15), now - timedelta(hours=1), now - timedelta(days=1)
    found = Challenge.objects.filter(created_at__gt=day).aggregate(
        short=Count("pk", filter=Q(phone_index=phone_index, created_at__gt=short)),
        day=Count("pk", filter=Q(phone_index=phone_index)),
        hour=Count("pk", filter=Q(address_index=address_index, created_at__gt=hour)),
    )
    if found["day"] >= limits["per_phone"]["in_a_day"]:
        raise TooManyCodes(24 * 60)
    if found["hour"] >= limits["per_address"]["in_an_hour"]:
        raise TooManyCodes(60)
    if found["short"] >= limits["per_phone"]["in_15_minutes"]:
        raise TooManyCodes(15)


def message(code: str, lang: str) -> str:
    """Return what is sent. It names nobody, and says what to do for whoever did not ask for it."""
    minutes = rights.law()["sign_in"]["minutes"]
    return Text(
        f"验证码 {code}，{minutes} 分钟内有效，用来查看您自己的资料。"
        "不要告诉任何人，工作人员也不会问您要。不是您本人操作的，不用理会。",
        f"{code} is your code to see your own record. It works for {minutes} minutes. Tell nobody; staff never ask for"
        " it. If you did not ask for it, do nothing.",
    ).say(lang)
