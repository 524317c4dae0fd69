"""Writes of intake: receiving a roll, taking it in, and what may go wrong on the way."""

from tongdeng.intake.actions.receive import fail_batch, receive_roll
from tongdeng.intake.actions.take_in import aside, import_roll

__all__ = ["aside", "fail_batch", "import_roll", "receive_roll"]
