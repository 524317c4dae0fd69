"""What the matrix says."""

from functools import lru_cache

from django.conf import settings

from tongdeng.access import compile_rls, matrix
from tongdeng.access.session import acting, signed

__all__ = ["acting", "policies_sql", "service_domain", "signed"]


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


def domains_of(post_kind: str) -> str:
    """Return the letters of the domains a kind of post may see."""
    return _matrix().posts.get(post_kind, "")
