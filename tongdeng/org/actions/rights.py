"""Writes of accounts and rights. Functions of the database decide who may: who acts is in the signed context.

What is refused there comes up as RightRefused; nothing was changed then.
"""

from functools import partial

from django.contrib.auth.hashers import make_password

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.org import guarded
from tongdeng.org.errors import RightRefused
from tongdeng.org.types import Act, Right

_call = partial(guarded.call, refused=RightRefused)


def propose_right(*, staff_id: int, right: Right, reason: str, by: Actor) -> int:
    """Ask that somebody be given a post; it counts once a second person has approved. Returns the proposal's number."""
    made = _call(
        "org_propose", staff_id, Act.GRANT.value, right.kind.value, right.division, right.bureau, right.title_zh,
        right.title_en, right.until, reason, clock.now(),
    )  # fmt: skip
    audit.record(
        "org.right.proposed", by=by,
        detail={"proposal": made, "staff": staff_id, "kind": right.kind.value, "division": right.division},
    )  # fmt: skip
    return int(made)


def propose_factor_reset(*, staff_id: int, reason: str, by: Actor) -> int:
    """Ask that somebody's lost second factor be taken away, so that a new one can be set up."""
    made = _call("org_propose", staff_id, Act.FACTOR.value, "", None, None, "", "", None, reason, clock.now())
    audit.record("org.factor.reset_proposed", by=by, detail={"proposal": made, "staff": staff_id})
    return int(made)


def withdraw_proposal(*, proposal_id: int, by: Actor) -> None:
    """Take an own proposal back."""
    _call("org_withdraw", proposal_id)
    audit.record("org.right.withdrawn", by=by, detail={"proposal": proposal_id})


def decide_proposal(*, proposal_id: int, is_approved: bool, refusal: str, by: Actor) -> None:
    """Approve a proposal, which gives the right at once and ends that person's sessions, or refuse it."""
    _call("org_decide", proposal_id, is_approved, refusal, clock.now())
    code = "org.right.approved" if is_approved else "org.right.refused"
    audit.record(code, by=by, detail={"proposal": proposal_id})


def revoke_right(*, staff_id: int, reason: str, by: Actor) -> None:
    """Take somebody's post away at once: narrowing needs no second person."""
    _call("org_revoke", staff_id, reason, clock.now())
    audit.record("org.right.revoked", by=by, detail={"staff": staff_id})


def open_account(*, login: str, name: str, password: str, by: Actor) -> int:
    """Open an account without any right, under a first password that its owner must change."""
    made = _call("org_open_account", login, name, make_password(password))
    audit.record("org.account.opened", by=by, detail={"staff": made})
    return int(made)


def give_password(*, staff_id: int, password: str, by: Actor) -> None:
    """Give somebody a new first password; their sessions end. The second factor stays what it was."""
    _call("org_give_password", staff_id, make_password(password), clock.now())
    audit.record("org.account.password_given", by=by, detail={"staff": staff_id})


def close_account(*, staff_id: int, by: Actor) -> None:
    """Close an account: nobody signs in with it any more, and its post is taken away."""
    _call("org_close_account", staff_id, clock.now())
    audit.record("org.account.closed", by=by, detail={"staff": staff_id})
