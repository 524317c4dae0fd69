"""What other packages need of the register besides its actions: batches, sealing of rows, profiles, search."""

from tongdeng.people import profiles, records, search
from tongdeng.people.models import Batch

__all__ = ["Batch", "profiles", "records", "search"]
