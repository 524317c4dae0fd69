"""Sealing and opening records, and the blind keys they can be found by."""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings

from tongdeng.kernel import citizen_id
from tongdeng.kernel.crypto import Provider, SoftwareProvider
from tongdeng.people.types import Values

ID, NAME_BIRTH_SEX, CLAIMED, PHONE = 1, 2, 3, 4  # kinds of blind key


# One encoder for all rows: `json.dumps` with options of its own builds a new one each time.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=1)
def provider() -> Provider:
    """Return this installation's cryptographic module."""
    return SoftwareProvider(settings.TONGDENG_ROOT_KEY)


def seal(values: Values, domain: str) -> bytes:
    """Return a row's sealed payload."""
    return seal_bytes(_encode(values).encode(), domain)


def seal_bytes(payload: bytes, domain: str) -> bytes:
    """Return a payload, which is encoded already, sealed."""
    return provider().seal(domain, payload)


def unseal(sealed: bytes, domain: str) -> dict[str, Any]:
    """Return what `seal` was given."""
    found: dict[str, Any] = json.loads(provider().unseal(domain, bytes(sealed)))
    return found


def seal_text(text: str | None, domain: str = "B") -> bytes | None:
    """Return one sealed value; None stays None."""
    return None if text is None else provider().seal(domain, text.encode())


def unseal_text(sealed: bytes | memoryview | None, domain: str = "B") -> str | None:
    """Return one opened value; None stays None."""
    return None if sealed is None else provider().unseal(domain, bytes(sealed)).decode()


def index(kind: int, text: str) -> bytes:
    """Return the blind key of a value. Kinds do not share a key space: a phone never meets a number."""
    return provider().index("key", f"{kind}:{text}".encode())


def triple_of(values: Values) -> bytes | None:
    """Return the blind key of name, birth date and sex, the last two from a valid number where there is one.

    None where one of the three is missing.
    """
    number, born_on, sex = values.get("id_number"), values.get("born_on"), values.get("sex")
    if number:
        day = citizen_id.born_on(number)
        born_on, sex = day.isoformat() if day else born_on, citizen_id.sex(number)
    name = values.get("name")
    return index(NAME_BIRTH_SEX, f"{name}|{born_on}|{sex}") if name and born_on and sex else None


def row_digest(source: str, canonical: bytes) -> bytes:
    """Return a row's identity: HMAC-SM3 over its source and its repaired known columns."""
    return provider().index("row", source.encode() + b"\n" + canonical)
