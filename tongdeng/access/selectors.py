"""What the matrix says."""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from tongdeng.access import compile_rls, matrix
from tongdeng.access.session import acting, signed

__all__ = ["acting", "domains_of", "installation_marks", "personal_tables", "policies_sql", "service_domain", "signed"]


@lru_cache(maxsize=1)
def _matrix() -> matrix.Matrix:
    return matrix.read(settings.TONGDENG_LAW / "access.toml")


def policies_sql() -> str:
    """Return the row policies and rights that law/access.toml asks for."""
    return compile_rls.compile_sql(_matrix())


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


def installation_marks() -> tuple[bool, dict[str, Any]]:
    """Return whether this database is a demo, and of which county."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_demo, demo FROM access_installation WHERE id = 1")
        row = cursor.fetchone()
    return (bool(row[0]), json.loads(row[1])) if row else (False, {})
