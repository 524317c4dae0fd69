"""Emergencies: opening the sealed rows of one person, reading them, and judging that it was done."""

from dataclasses import dataclass

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Fault


@dataclass(frozen=True)
class Opened:
    """One opening. `url` leads to the rows while it is open; `judge_url` to the judgement, for somebody else."""

    who: str
    by: str
    reason: Text
    when: Text
    state: Text
    mark: str
    looks: int
    url: str = ""
    judge_url: str = ""


@dataclass(frozen=True)
class EmergencyPage:
    """What may be opened, and what this post has opened."""

    reasons: tuple[tuple[str, Text], ...]
    opened: tuple[Opened, ...]
    ref: str = ""
    reason: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class SealedPage:
    """What care holds of one person now, while an emergency is open."""

    name: str
    ref: str
    until: str
    rows: tuple[tuple[tuple[Text, str], ...], ...]
    close_url: str


@dataclass(frozen=True)
class ReviewPage:
    """What others have opened."""

    opened: tuple[Opened, ...]
    fault: Text | None = None
