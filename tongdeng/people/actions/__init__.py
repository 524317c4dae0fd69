"""Writes of the register."""

from tongdeng.people.actions.divide import place_dwellings
from tongdeng.people.actions.dwellings import (
    end_tenancy,
    forget_statements,
    record_inspection,
    store_dwellings,
    take_back_statement,
)
from tongdeng.people.actions.merge import merge_persons, split_person, take_back_split, unmerge
from tongdeng.people.actions.rebuild import rebuild, rebuild_anew
from tongdeng.people.actions.reveal import Numbers, reveal_numbers
from tongdeng.people.actions.settle import settle_persons
from tongdeng.people.actions.shred import shred_person
from tongdeng.people.actions.staged import see_again, store_staged
from tongdeng.people.actions.store import keep_local_numbers, open_entry, store_records, take_back_entry
from tongdeng.people.actions.withdraw import Withdrawn, hide_sightings, withdraw_records, withdraw_sightings

__all__ = [
    "Numbers",
    "Withdrawn",
    "end_tenancy",
    "forget_statements",
    "hide_sightings",
    "keep_local_numbers",
    "merge_persons",
    "open_entry",
    "place_dwellings",
    "rebuild",
    "rebuild_anew",
    "record_inspection",
    "reveal_numbers",
    "see_again",
    "settle_persons",
    "shred_person",
    "split_person",
    "store_dwellings",
    "store_records",
    "store_staged",
    "take_back_entry",
    "take_back_split",
    "take_back_statement",
    "unmerge",
    "withdraw_records",
    "withdraw_sightings",
]
