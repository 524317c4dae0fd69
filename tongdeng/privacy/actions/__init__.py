"""Writes of people's rights."""

from tongdeng.privacy.actions.breaches import close_breach, note_told, open_breach
from tongdeng.privacy.actions.consents import note_shown, say
from tongdeng.privacy.actions.keeping import add_assessment, carry_out_retention
from tongdeng.privacy.actions.proxies import appoint, lay_down, take_back, take_up
from tongdeng.privacy.actions.requests import answer, ask, extend, hand_over
from tongdeng.privacy.actions.signin import ask_code, enter_demo, forget_phones, note_sign_out, prove, send_code

__all__ = [
    "add_assessment", "answer", "appoint", "ask", "ask_code", "carry_out_retention", "close_breach", "enter_demo",
    "extend", "forget_phones", "hand_over", "lay_down", "note_shown", "note_sign_out", "note_told", "open_breach",
    "prove", "say", "send_code", "take_back", "take_up",
]  # fmt: skip
