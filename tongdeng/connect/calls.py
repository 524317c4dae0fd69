"""Letting a call in: by its key, from its networks, and not too often."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connections

from tongdeng.connect import addresses, errors
from tongdeng.connect.models import Key
from tongdeng.connect.types import MARK, PREFIX, Caller, KeyState, NewKey
from tongdeng.kernel import clock
from tongdeng.org.exports import rights

LONGEST_KEY = timedelta(days=366)  # nothing opens for ever
ASIDE = "aside"  # counted whatever becomes of the call, and without holding up another call of the same system
# One statement: of many calls at once each counts the others.
COUNT = """
INSERT INTO connect_pulse AS p (who, minute, calls, seen_at)
VALUES (%(who)s, date_trunc('minute', clock_timestamp()), 1, clock_timestamp())
ON CONFLICT (who) DO UPDATE SET seen_at = excluded.seen_at, minute = excluded.minute,
       calls = CASE WHEN p.minute = excluded.minute THEN p.calls + 1 ELSE 1 END
RETURNING calls, 60 - extract(second FROM clock_timestamp())::int"""


def is_usable(key: NewKey, today: date) -> bool:
    """Tell whether a key ends within a year and opens from networks that are named."""
    try:
        found = addresses.networks(key.networks)
    except ValueError:
        return False
    return bool(found) and today < key.until <= today + LONGEST_KEY


def new_key() -> tuple[str, str, str]:
    """Return a fresh key, the part by which it is known in lists, and its hash."""
    key = PREFIX + secrets.token_urlsafe(32)
    return key, key[len(PREFIX) : len(PREFIX) + MARK], digest_of(key)


def digest_of(key: str) -> str:
    """Return the hash of a key: of 256 random bits, so that nothing is gained by making it slow."""
    return hashlib.sha256(key.encode()).hexdigest()


def admit(key: str, address: str) -> Caller:
    """Return who calls. Raises CallRefused: for a key that does not open here, without a post, and too often."""
    found = _opening(key, address) if key.startswith(PREFIX) else None
    if found is None:
        _count(f"address:{address}", settings.TONGDENG_API_BAD_KEYS)
        raise errors.unknown_key()
    _count(f"system:{found.system_id}", settings.TONGDENG_API_CALLS)
    staff = found.system.staff
    if not staff.is_active or not rights.is_open_to(staff, clock.today()):
        raise errors.no_post()
    post = staff.post
    return Caller(found.system_id, found.pk, staff.pk, post.pk, post.kind, str(post.lo), str(post.hi))


def _opening(key: str, address: str) -> Key | None:
    found = Key.objects.select_related("system__staff__post").filter(
        digest=digest_of(key), state=KeyState.APPROVED, until__gte=clock.today(), system__ended_at=None
    ).first()  # fmt: skip
    return found if found is not None and addresses.is_within(address, found.networks) else None


def _count(who: str, most: int) -> None:
    with connections[ASIDE].cursor() as cursor:
        cursor.execute(COUNT, {"who": who})
        calls, wait = cursor.fetchone()
    if calls > most:
        raise errors.too_many(max(int(wait), 1))


def last_use(systems: list[int]) -> dict[int, datetime]:
    """Return when each of these systems last called."""
    with connections[ASIDE].cursor() as cursor:
        cursor.execute("SELECT who, seen_at FROM connect_pulse WHERE who = ANY(%s)", [[f"system:{n}" for n in systems]])
        return {int(who.partition(":")[2]): seen for who, seen in cursor.fetchall()}
