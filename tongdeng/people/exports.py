"""What other packages need of the register besides its actions: batches, sealing of rows, profiles, search."""

from tongdeng.people import cards, profiles, records, search
from tongdeng.people.models import Batch

__all__ = ["Batch", "cards", "profiles", "records", "search"]
