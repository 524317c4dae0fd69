"""Packages of several departments at the window."""

from dataclasses import dataclass

from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models.cases import Paper
from tongdeng.sites.shell.frame import Choice, Fault


@dataclass(frozen=True)
class OfferRow:
    """A service of a package that the person is or may be owed."""

    code: str
    name: Text
    mark: str
    why: Text
    department: Text
    order: Text
    is_chosen: bool


@dataclass(frozen=True)
class AsideRow:
    """A service of a package that is not taken in here, and why."""

    name: Text
    mark: str
    why: Text


@dataclass(frozen=True)
class NewPackagePage:
    """One form for several departments, before it is cases."""

    person: str
    ref: str
    name: str
    title: Text
    token: str
    offers: tuple[OfferRow, ...]
    others: tuple[AsideRow, ...]
    papers: tuple[Paper, ...]
    channels: tuple[Choice, ...]
    faults: tuple[Fault, ...] = ()
