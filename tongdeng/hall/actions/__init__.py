"""Everything that writes in the hall."""

from tongdeng.hall.actions.bookings import book, cancel, close_days, tell
from tongdeng.hall.actions.seats import leave, sit
from tongdeng.hall.actions.tickets import (
    call_next,
    check_in,
    finish,
    link_person,
    mark_absent,
    put_back,
    recall,
    take_ticket,
    transfer,
)

__all__ = [
    "book", "call_next", "cancel", "check_in", "close_days", "finish", "leave", "link_person", "mark_absent",
    "put_back", "recall", "sit", "take_ticket", "tell", "transfer",
]  # fmt: skip
