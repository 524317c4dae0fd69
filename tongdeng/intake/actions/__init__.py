"""Writes of intake: receiving a roll, taking it in, and what may go wrong on the way."""

from tongdeng.intake.actions.declare import Declaration, declare_tenant, take_back_declaration
from tongdeng.intake.actions.divisions import carry_out_due, judge_changes, plan_changes, withdraw_plan
from tongdeng.intake.actions.doubts import open_doubts
from tongdeng.intake.actions.households import register_household, take_back_household
from tongdeng.intake.actions.links import NewLink, count_attempt, keep_submission, make_link, revoke_link
from tongdeng.intake.actions.lookup import look_up
from tongdeng.intake.actions.moves import answer_move, settle_household, settle_moves, watch_moves
from tongdeng.intake.actions.moves_undo import take_back_move, take_back_move_answer
from tongdeng.intake.actions.presence import say_left, say_still_here
from tongdeng.intake.actions.quality import export_corrections, measure_quality
from tongdeng.intake.actions.receive import begin_batch, cancel_batch, expect_rows, fail_batch, receive_roll
from tongdeng.intake.actions.rejudge import rejudge
from tongdeng.intake.actions.review import (
    decide,
    part_records,
    send_up,
    settle_change,
    take_back_change,
    undo_decision,
)
from tongdeng.intake.actions.shred import forget_rejects
from tongdeng.intake.actions.take_in import aside, import_roll
from tongdeng.intake.actions.withdraw import withdraw_batch

__all__ = [
    "Declaration",
    "NewLink",
    "answer_move",
    "aside",
    "begin_batch",
    "cancel_batch",
    "carry_out_due",
    "count_attempt",
    "decide",
    "declare_tenant",
    "expect_rows",
    "export_corrections",
    "fail_batch",
    "forget_rejects",
    "import_roll",
    "judge_changes",
    "keep_submission",
    "look_up",
    "make_link",
    "measure_quality",
    "open_doubts",
    "part_records",
    "plan_changes",
    "receive_roll",
    "register_household",
    "rejudge",
    "revoke_link",
    "say_left",
    "say_still_here",
    "send_up",
    "settle_change",
    "settle_household",
    "settle_moves",
    "take_back_change",
    "take_back_declaration",
    "take_back_household",
    "take_back_move",
    "take_back_move_answer",
    "undo_decision",
    "watch_moves",
    "withdraw_batch",
    "withdraw_plan",
]
