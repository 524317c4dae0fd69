"""What the matrix says."""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from tongdeng.access import compile_rls, matrix
from tongdeng.access.session import acting, key_generation, signed

__all__ = [
    "acting", "acting_person", "domains_of", "installation_marks", "is_open", "is_page", "key_generation", "may_call",
    "may_open",
    "personal_tables", "policies_sql", "service_domain", "signed",
]  # fmt: skip


@lru_cache(maxsize=1)
def _matrix() -> matrix.Matrix:
    return matrix.read(settings.TONGDENG_LAW / "access.toml")


def policies_sql() -> str:
    """Return the row policies and rights that law/access.toml asks for."""
    return compile_rls.compile_sql(_matrix())


def acting_person() -> int | None:
    """Return the resident whom the signed context of this transaction names; None for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person FROM access_scope() WHERE purpose = 'resident'")
        row = cursor.fetchone()
    return row[0] if row else None


def service_domain(service: str) -> str:
    """Return the confidentiality domain of what is recorded about a service."""
    known = _matrix().services
    return known.get(service) or known.get(service.partition("-")[0]) or "B"


def personal_tables() -> dict[str, str]:
    """Return every table with personal data and its confidentiality domain."""
    return dict(_matrix().personal)


def domains_of(post_kind: str) -> str:
    """Return the letters of the domains a kind of post may see."""
    return _matrix().posts.get(post_kind, "")


def is_page(page: str) -> bool:
    """Tell whether the matrix knows a page by this name: one it does not know is not there for anybody."""
    return page in _matrix().pages


def may_open(page: str, post_kind: str) -> bool:
    """Tell whether a kind of post has any business with a page; what the page shows, row security cuts."""
    return not _matrix().pages[page].isdisjoint({matrix.ANYBODY, post_kind})


def may_call(operation: str, post_kind: str) -> bool:
    """Tell whether a system in this kind of post has any business with an operation of /api/v1."""
    return post_kind in _matrix().api.get(operation, ())


def is_open(page: str) -> bool:
    """Tell whether a page answers to somebody who has not signed in."""
    return matrix.ANYBODY in _matrix().pages.get(page, ())


def installation_marks() -> tuple[bool, dict[str, Any]]:
    """Return whether this database is a demo, and of which county."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_demo, demo FROM access_installation WHERE id = 1")
        row = cursor.fetchone()
    return (bool(row[0]), json.loads(row[1])) if row else (False, {})
