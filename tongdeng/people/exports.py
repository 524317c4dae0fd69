"""What other packages need of the register besides its actions: batches, sealing of rows, and reads of one person."""

from tongdeng.people import cards, history, identity, lines, profiles, records, search, staging
from tongdeng.people.models import Batch

__all__ = ["Batch", "cards", "history", "identity", "lines", "profiles", "records", "search", "staging"]
