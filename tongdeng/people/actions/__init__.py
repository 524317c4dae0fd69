"""Writes of the register."""

from tongdeng.people.actions.rebuild import rebuild, rebuild_touched
from tongdeng.people.actions.store import (
    keep_local_numbers,
    open_entry,
    see_again,
    store_dwellings,
    store_records,
    store_staged,
    take_back_entry,
)
from tongdeng.people.actions.withdraw import Withdrawn, bring_back, withdraw_sightings

__all__ = [
    "Withdrawn",
    "bring_back",
    "keep_local_numbers",
    "open_entry",
    "rebuild",
    "rebuild_touched",
    "see_again",
    "store_dwellings",
    "store_records",
    "store_staged",
    "take_back_entry",
    "withdraw_sightings",
]
