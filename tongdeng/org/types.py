"""Places and posts as other packages see them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongdeng.org.succession import Step, Successors, successors_of

__all__ = [
    "Act", "ChangeKind", "Level", "Place", "PostKind", "ProposalState", "Right", "Step", "Successors", "county_of",
    "level_of", "successors_of", "territory_of", "town_of",
]  # fmt: skip


class Level(StrEnum):
    """The three levels of the county's own divisions."""

    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"


class ChangeKind(StrEnum):
    """What may happen to a division on a day."""

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"  # to another town, or to another code
    RENAME = "rename"
    ESTABLISH = "establish"
    ABOLISH = "abolish"


class PostKind(StrEnum):
    """What a post does; the matrix of rights in law/access.toml speaks of these."""

    OFFICE = "office"
    TOWN = "town"
    WORKER = "worker"
    CLERK = "clerk"
    POLICE = "police"
    HRSS = "hrss"
    EDUCATION = "education"
    HOUSING = "housing"
    HEALTH = "health"
    NURSE = "nurse"
    CIVIL = "civil"
    JUSTICE = "justice"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SECURITY = "security"
    DEVICE = "device"  # a kiosk or a screen in a hall: nobody stands behind it, and it sees nobody
    RESIDENT = "resident"


class Act(StrEnum):
    """What may be done to somebody's right; the first two need a second person."""

    GRANT = "grant"
    FACTOR = "factor"  # a lost second factor is taken away, so that a new one can be set up
    REVOKE = "revoke"


class ProposalState(StrEnum):
    """What became of a proposal. A revocation is done at once."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"


@dataclass(frozen=True)
class Right:
    """A post to be given: what it does, where, under which title, and until when (None: until it is taken away)."""

    kind: PostKind
    division: str
    bureau: str | None
    title_zh: str
    title_en: str
    until: date | None = None


@dataclass(frozen=True)
class Place:
    """A division on today's map."""

    code: str
    name_zh: str
    name_en: str
    level: Level
    parent: str | None

    def name(self, lang: str) -> str:
        """Return the name in the reader's language."""
        return self.name_en if lang == "en" else self.name_zh


def level_of(code: str) -> Level:
    """Return the level of a 12-digit code by its trailing zeros."""
    if code.endswith("000000"):
        return Level.COUNTY
    return Level.TOWN if code.endswith("000") else Level.COMMUNITY


def territory_of(code: str) -> tuple[str, str]:
    """Return the half-open range [lo, hi) of codes that lie in a division, itself included."""
    step = {Level.COUNTY: 10**6, Level.TOWN: 10**3, Level.COMMUNITY: 1}[level_of(code)]
    return code, f"{int(code) + step:012d}"


def town_of(code: str) -> str:
    """Return the 12-digit code of the town a community lies in."""
    return code[:9] + "000"


def county_of(code: str) -> str:
    """Return the 12-digit code of the county."""
    return code[:6] + "000000"
