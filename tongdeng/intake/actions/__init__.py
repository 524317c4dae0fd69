"""Writes of intake: receiving a roll, taking it in, and what may go wrong on the way."""

from tongdeng.intake.actions.receive import cancel_batch, expect_rows, fail_batch, receive_roll
from tongdeng.intake.actions.take_in import aside, import_roll
from tongdeng.intake.actions.withdraw import withdraw_batch

__all__ = ["aside", "cancel_batch", "expect_rows", "fail_batch", "import_roll", "receive_roll", "withdraw_batch"]
