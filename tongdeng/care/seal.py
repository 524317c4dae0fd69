"""The keys of care, under a root key of its own, which a process of the web does not get."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

from tongdeng.keys.exports import Keys, Root

DOMAIN = "F"
WEB = "tongdeng_app"


class NoKey(Exception):
    """The web asked for the key of care: a fault of the program, never of a user."""


def has_key() -> bool:
    """Tell whether this process may seal and open health data: jobs, commands and care itself."""
    return bool(connection.settings_dict["USER"] != WEB)


_module = Keys(Root.CARE)


def _provider() -> Keys:
    if not has_key():
        raise NoKey
    return _module


def seal(values: Mapping[str, Any]) -> bytes:
    """Return sealed health values."""
    return _provider().seal(DOMAIN, json.dumps(dict(values), ensure_ascii=False).encode())


def unseal(sealed: bytes) -> dict[str, Any]:
    """Return what `seal` was given."""
    found: dict[str, Any] = json.loads(_provider().unseal(DOMAIN, bytes(sealed)))
    return found


def row_digest(canonical: bytes) -> bytes:
    """Return the identity of a row with health columns.

    Under the register's key, whoever holds that key could try vaccine after vaccine until the digest fits.
    """
    return _provider().index("care.row", canonical)
