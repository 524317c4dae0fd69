"""Connecting a system and its keys. Functions of the database decide who may: who acts is in the signed context."""

from functools import partial

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.connect import addresses, calls
from tongdeng.connect.errors import SystemRefused
from tongdeng.connect.types import NewKey, NewSystem
from tongdeng.kernel import clock
from tongdeng.org.exports import guarded

_call = partial(guarded.call, refused=SystemRefused)


@transaction.atomic
def add_system(*, new: NewSystem, key: NewKey, by: Actor) -> tuple[int, str]:
    """Ask that a system be connected, with its post and first key; return its number and the key, told this once.

    Nothing opens before a second person has approved the key, which gives the post.
    """
    made = int(
        _call(
            "connect_add", new.login, new.name, new.contact, new.kind, new.division, new.bureau, new.title_zh,
            new.title_en, new.until, new.reason, clock.now(),
        )
    )  # fmt: skip
    audit.record("connect.system.proposed", by=by, detail={"system": made, "kind": new.kind, "division": new.division})
    return made, ask_key(system_id=made, key=key, by=by)


def ask_key(*, system_id: int, key: NewKey, by: Actor) -> str:
    """Ask for another key of a system and return it, told this once; it opens once a second person has approved it."""
    if not calls.is_usable(key, clock.today()):
        raise SystemRefused("connect.key.unusable")
    text, mark, digest = calls.new_key()
    networks = [str(one) for one in addresses.networks(key.networks)]
    made = _call("connect_ask_key", system_id, mark, digest, networks, key.until, key.reason, clock.now())
    audit.record("connect.key.asked", by=by, detail={"system": system_id, "key": made})
    return text


def decide_key(*, key_id: int, is_approved: bool, refusal: str, by: Actor) -> None:
    """Approve a key that somebody else asked for, with the post that waits with it, or refuse both."""
    _call("connect_decide_key", key_id, is_approved, refusal, clock.now())
    code = "connect.key.approved" if is_approved else "connect.key.refused"
    audit.record(code, by=by, detail={"key": key_id})


def revoke_key(*, key_id: int, by: Actor) -> None:
    """Let a key open nothing any more, at once: narrowing needs no second person."""
    _call("connect_revoke_key", key_id, clock.now())
    audit.record("connect.key.revoked", by=by, detail={"key": key_id})


def end_system(*, system_id: int, reason: str, by: Actor) -> None:
    """Disconnect a system at once: its post, its keys and its addresses are gone, what it did stays."""
    _call("connect_end", system_id, reason, clock.now())
    audit.record("connect.system.ended", by=by, detail={"system": system_id})
