"""What the deletion of a person does in each table, and the functions of upper packages that go with it."""

import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

from tongdeng.audit.types import Actor
from tongdeng.people import records
from tongdeng.people.types import Doomed

KEPT, SEARCHED = "kept", "search"
SHREDDED = b"\xff"  # in the place of a sealed payload: no key's version, so that nobody tries to open it
SECRETS = ("id_number", "id_claimed", "phone", "phone_claimed")

Forget = Callable[[Doomed, Actor], int]
_upper: list[Forget] = []


def connect(*forget: Forget) -> None:
    """Let these functions of upper packages run in each deletion, before the register forgets whose things they are."""
    _upper[:] = forget


def upper() -> Sequence[Forget]:
    """Return the functions of upper packages."""
    return tuple(_upper)


@lru_cache(maxsize=1)
def _law() -> dict[str, Any]:
    return tomllib.loads((settings.TONGDENG_LAW / "shredding.toml").read_text(encoding="utf-8"))


def reasons() -> dict[str, bool]:
    """Return the reasons for a deletion, and whether each holds while the person lives here."""
    return dict(_law()["reasons"])


def tables() -> dict[str, str]:
    """Return what happens to each personal table: a statement, KEPT or SEARCHED."""
    return dict(_law()["tables"])


def statements() -> list[str]:
    """Return the statements in their order."""
    return [text for text in tables().values() if text not in (KEPT, SEARCHED)]


def secrets_in(sealed: bytes, domain: str) -> set[str]:
    """Return the numbers and phones a record states; none for one that is shredded already."""
    if bytes(sealed) == SHREDDED:
        return set()
    said = records.unseal(sealed, domain)
    return {str(said[one]) for one in SECRETS if said.get(one)}
