"""Writes of deliveries, call-backs and returns."""

from tongdeng.delivery.actions.callbacks import (
    answer_callback,
    draw_callbacks,
    reveal_phone,
    take_back_answer,
)
from tongdeng.delivery.actions.deliveries import (
    follow_anew,
    follow_links,
    follow_persons,
    record_delivery,
    revoke_delivery,
    store_deliveries,
    take_back_delivery,
    withdraw_deliveries,
)
from tongdeng.delivery.actions.returns import store_returns, withdraw_returns
from tongdeng.delivery.types import Outcome

__all__ = [
    "Outcome",
    "answer_callback",
    "draw_callbacks",
    "follow_anew",
    "follow_links",
    "follow_persons",
    "record_delivery",
    "reveal_phone",
    "revoke_delivery",
    "store_deliveries",
    "store_returns",
    "take_back_answer",
    "take_back_delivery",
    "withdraw_deliveries",
    "withdraw_returns",
]
