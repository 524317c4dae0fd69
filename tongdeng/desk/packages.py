"""law/packages/: the forms by which somebody asks several departments at once."""

from functools import lru_cache

from django.conf import settings

from tongdeng.catalogue import selectors as catalogue
from tongdeng.rules.faults import LawIsFaulty
from tongdeng.rules.packages import Member, Package, read_packages

__all__ = ["Member", "Package", "find_package", "in_force", "known", "sealed_members"]


@lru_cache(maxsize=1)
def known() -> dict[str, Package]:
    """Return every package by its name. Raises LawIsFaulty, with every fault."""
    found, faults = read_packages(settings.TONGDENG_LAW)
    if faults:
        raise LawIsFaulty(faults)
    return found


def find_package(name: str) -> Package | None:
    """Return a package."""
    return known().get(name)


def in_force() -> list[Package]:
    """Return the packages of the county, in the order of their files."""
    return list(known().values())


def sealed_members(package: Package) -> list[str]:
    """Return the services that nobody applies for at a desk: the institution offers them."""
    law = catalogue.law()
    return [one.service for one in package.members if one.service in law.services and catalogue.is_sealed(one.service)]
