"""Writes about connected systems: themselves, their keys, requests sent twice, and what they are told."""

from tongdeng.connect.actions.delivering import clear_old, deliver_due, resume_deliveries
from tongdeng.connect.actions.noting import note_event
from tongdeng.connect.actions.repeating import answer_once
from tongdeng.connect.actions.subscribing import add_webhook, end_webhook
from tongdeng.connect.actions.systems import add_system, ask_key, decide_key, end_system, revoke_key

__all__ = [
    "add_system", "add_webhook", "answer_once", "ask_key", "clear_old", "decide_key", "deliver_due", "end_system",
    "end_webhook", "note_event", "resume_deliveries", "revoke_key",
]  # fmt: skip
