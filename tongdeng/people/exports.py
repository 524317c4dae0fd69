"""What intake needs of the register besides its actions: batches, and the sealing of rows."""

from tongdeng.people import records
from tongdeng.people.models import Batch

__all__ = ["Batch", "records"]
