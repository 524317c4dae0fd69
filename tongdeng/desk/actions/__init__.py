"""Writes of cases."""

from tongdeng.desk.actions.batch import take_steps
from tongdeng.desk.actions.codes import exchange_code, exchange_package_code
from tongdeng.desk.actions.deadlines import carry_out_deadlines
from tongdeng.desk.actions.delegating import end_delegation, name_deputy
from tongdeng.desk.actions.finishing import finish_now
from tongdeng.desk.actions.following_up import answer_rating, note_contact
from tongdeng.desk.actions.handing_in import hand_in, hand_in_again, hand_in_for_all, take_back
from tongdeng.desk.actions.joining import (
    rate_package,
    send_package,
    start_package,
    withdraw_package,
)
from tongdeng.desk.actions.opening import reopen_case, start_case
from tongdeng.desk.actions.stepping import take_step
from tongdeng.desk.actions.supervising import reply
from tongdeng.desk.actions.tending import begin_waiting, tell_news, tend_packages

__all__ = [
    "answer_rating", "begin_waiting", "carry_out_deadlines", "end_delegation", "exchange_code", "exchange_package_code",
    "finish_now", "hand_in", "hand_in_again", "hand_in_for_all", "name_deputy", "note_contact", "rate_package",
    "reopen_case", "reply", "send_package", "start_case", "start_package", "take_back", "take_step", "take_steps",
    "tell_news", "tend_packages", "withdraw_package",
]  # fmt: skip
