"""Services proposed to people who need not apply."""

from dataclasses import dataclass

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Fault, Link, Pager


@dataclass(frozen=True)
class Proposed:
    """One person to ask. `told`: has been told already and not said yes."""

    ref: str
    name: str
    url: str
    about: Text
    address: str
    phone: str
    told: bool
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class ServiceTab:
    """One proposed service, with how many may be asked."""

    text: Text
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class ProposalsPage:
    """Whom to ask about one service, and why nobody need apply for it."""

    services: tuple[ServiceTab, ...]
    service: str
    name: Text
    clause: Text
    is_checked: bool
    law: Link
    people: tuple[Proposed, ...]
    told: tuple[Proposed, ...]
    pager: Pager
    query: str
    refusing: int = 0  # who said that nobody should ask them
    fault: Text | None = None
