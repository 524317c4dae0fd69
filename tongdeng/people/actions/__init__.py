"""Writes of the register."""

from tongdeng.people.actions.rebuild import place_records, rebuild
from tongdeng.people.actions.store import (
    keep_local_numbers,
    open_entry,
    see_again,
    store_dwellings,
    store_records,
    take_back_entry,
)

__all__ = [
    "keep_local_numbers",
    "open_entry",
    "place_records",
    "rebuild",
    "see_again",
    "store_dwellings",
    "store_records",
    "take_back_entry",
]
