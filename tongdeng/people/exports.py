"""What other packages need of the register besides its actions: batches, sealing of rows, and reads of one person."""

from tongdeng.people import candidates, cards, dwellings, history, identity, merges, profiles, records, search, sources
from tongdeng.people.models import Batch

__all__ = [
    "Batch",
    "candidates",
    "cards",
    "dwellings",
    "history",
    "identity",
    "merges",
    "profiles",
    "records",
    "search",
    "sources",
]
