"""What other packages need of the register besides its actions: batches, sealing of rows, and reads of one person."""

from tongdeng.people import (
    absence,
    candidates,
    cards,
    comparing,
    dwellings,
    history,
    households,
    identify,
    identity,
    lines,
    merges,
    profiles,
    records,
    search,
    shredding,
    sources,
    staging,
)
from tongdeng.people.models import Batch

__all__ = [
    "Batch",
    "absence",
    "candidates",
    "cards",
    "comparing",
    "dwellings",
    "history",
    "households",
    "identify",
    "identity",
    "lines",
    "merges",
    "profiles",
    "records",
    "search",
    "shredding",
    "sources",
    "staging",
]
