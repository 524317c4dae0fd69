"""The key of care. It is not derived from the other secrets, and a process of the web does not get it."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from tongdeng.kernel.crypto import Provider, SoftwareProvider

DOMAIN = "F"
WEB = "tongdeng_app"


class NoKey(Exception):
    """The web asked for the key of care: a fault of the program, never of a user."""


def has_key() -> bool:
    """Tell whether this process may seal and open health data: jobs, commands and care itself."""
    return bool(connection.settings_dict["USER"] != WEB)


def _provider() -> Provider:
    if not has_key():
        raise NoKey
    return _module()


@lru_cache(maxsize=1)
def _module() -> Provider:
    return SoftwareProvider(settings.TONGDENG_CARE_KEY())


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
    return _provider().index("row", canonical)
