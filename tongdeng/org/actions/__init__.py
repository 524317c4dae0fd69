"""Writes of org: the map and the county, staff and their posts, and signing in."""

from tongdeng.org.actions.county import (
    add_staff,
    carry_out_changes,
    change_password,
    link_subject,
    plan_changes,
    register_bureaus,
    register_divisions,
    reset_staff,
    settle_county,
    withdraw_changes,
)
from tongdeng.org.actions.rights import (
    close_account,
    decide_proposal,
    give_password,
    open_account,
    propose_factor_reset,
    propose_right,
    revoke_right,
    withdraw_proposal,
)
from tongdeng.org.actions.signing_in import Try, begin_sitting, complete_sitting, count_try, end_sittings

__all__ = [
    "Try",
    "add_staff",
    "begin_sitting",
    "carry_out_changes",
    "change_password",
    "close_account",
    "complete_sitting",
    "count_try",
    "decide_proposal",
    "end_sittings",
    "give_password",
    "link_subject",
    "open_account",
    "plan_changes",
    "propose_factor_reset",
    "propose_right",
    "register_bureaus",
    "register_divisions",
    "reset_staff",
    "revoke_right",
    "settle_county",
    "withdraw_changes",
    "withdraw_proposal",
]
