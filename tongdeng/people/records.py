"""Sealing and opening records, and the blind keys they can be found by."""

import json
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from tongdeng.kernel import citizen_id
from tongdeng.keys.exports import NO_KEY, Keys, Root
from tongdeng.people.short_names import lengthened, shortened
from tongdeng.people.types import Values

ID, NAME_BIRTH_SEX, CLAIMED, PHONE = 1, 2, 3, 4  # kinds of blind key


# One of each for all rows: `json.dumps` with options of its own builds a new one each time, `loads` guesses encodings.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode


_module = Keys(Root.REGISTER)


def provider() -> Keys:
    """Return this installation's cryptographic module."""
    return _module


def seal(values: Values, domain: str) -> bytes:
    """Return a row's sealed payload."""
    return provider().seal(domain, _encode(shortened(values)).encode())


def seal_each(payloads: Sequence[bytes | None], domain: str = "B") -> list[bytes | None]:
    """Return payloads, which are encoded already, under short names, sealed each by itself; None stays None."""
    return provider().seal_each(domain, payloads)


def unseal(sealed: bytes, domain: str) -> dict[str, Any]:
    """Return what `seal` was given."""
    return lengthened(_decode(provider().unseal(domain, bytes(sealed)).decode()))


def seal_text(text: str | None, domain: str = "B") -> bytes | None:
    """Return one sealed value; None stays None."""
    return None if text is None else provider().seal(domain, text.encode())


def unseal_text(sealed: bytes | memoryview | None, domain: str = "B") -> str | None:
    """Return one opened value; None stays None."""
    return None if sealed is None else provider().unseal(domain, bytes(sealed)).decode()


def index(kind: int, text: str) -> bytes:
    """Return the blind key of a value. Kinds do not share a key space: a phone never meets a number."""
    return provider().index("key", f"{kind}:{text}".encode())


def indexes(kind: int, text: str) -> list[bytes]:
    """Return every blind key under which a value may lie: several while keys are rotated."""
    return provider().forms("key", f"{kind}:{text}".encode())


def index_each(kind: int, texts: Iterable[str | None]) -> list[bytes | None]:
    """Return the blind key of each value; None stays None."""
    plains = (None if text is None else text.encode() for text in texts)
    return provider().index_each("key", plains, head=f"{kind}:".encode())


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


def row_digests(source: str, canonicals: Iterable[bytes]) -> list[bytes]:
    """Return the identity of each row, as `row_digest` gives it."""
    return [one for one in provider().index_each("row", canonicals, head=source.encode() + b"\n") if one is not None]


def row_digest(source: str, canonical: bytes) -> bytes:
    """Return a row's identity: HMAC-SM3 over its source and its repaired known columns."""
    return provider().index("row", source.encode() + b"\n" + canonical)


def random_digest() -> bytes:
    """Return an identity for an entry that no roll can repeat."""
    return NO_KEY + secrets.token_bytes(32)
