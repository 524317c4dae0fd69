"""Writes of signing in: each try, each sitting and its end."""

import secrets
from datetime import datetime

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.org import signing_in as rules
from tongdeng.org.models import Attempt, Sitting


class Try:
    """A try that may be judged; `good()` says that it was right, and then it counts no more."""

    def __init__(self, pk: int, locked_until: datetime | None) -> None:
        self._pk = pk
        self.locked_until = locked_until

    def good(self, staff_id: int | None = None) -> None:
        """Say that it was right."""
        changed: dict[str, object] = {"is_good": True}
        if staff_id is not None:
            changed["staff_id"] = staff_id
        Attempt.objects.using(rules.ASIDE).filter(pk=self._pk).update(**changed)


def count_try(*, name: str, address: str, how: str, by: Actor) -> Try:
    """Count a try before it is judged, by name and by address; a locked one must not be judged at all."""
    now, index = rules.real_now(), rules.name_index(name)
    # First written, then counted: of many guesses at once each finds all the others.
    kept = Attempt.objects.using(rules.ASIDE).create(
        at=now, name_index=index, address=address, staff_id=by.staff_id, how=how
    )
    locked = rules.locked_until(index=index, address=address, now=now)
    if locked is not None:
        audit.record("org.staff.locked_out", by=by, detail={"how": how})
    return Try(kept.pk, locked)


def begin_sitting(*, where: rules.Where, how: str, has_factor: bool, most: int | None, by: Actor) -> str:
    """Begin a sitting and return the token its session carries; of those over the limit the oldest end."""
    token, now = secrets.token_urlsafe(32), rules.real_now()
    Sitting.objects.create(
        staff_id=by.staff_id, token_index=rules.token_index(token), started_at=now, seen_at=now,
        address=where.address, browser=where.browser, how=how, has_factor=has_factor,
    )  # fmt: skip
    going_on = Sitting.objects.filter(staff_id=by.staff_id, ended_at=None).order_by("-started_at", "-id")
    over = [] if most is None else list(going_on.values_list("pk", flat=True)[most:])
    Sitting.objects.filter(pk__in=over, ended_at=None).update(ended_at=now, ending="too_many")
    audit.record("org.staff.signed_in", by=by, detail={"how": how, "ended": len(over)})
    return token


def complete_sitting(*, sitting_id: int, by: Actor) -> None:
    """Open everything to a sitting that was only there to set up a second factor."""
    Sitting.objects.filter(pk=sitting_id, staff_id=by.staff_id, ended_at=None).update(has_factor=True)
    audit.record("org.staff.factor_set_up", by=by)


def end_sittings(*, sittings: list[int], ending: str, by: Actor) -> int:
    """End sittings of whoever acts; returns how many went on until now."""
    mine = Sitting.objects.filter(pk__in=sittings, staff_id=by.staff_id, ended_at=None)
    count = mine.update(ended_at=rules.real_now(), ending=ending)
    audit.record("org.staff.signed_out", by=by, detail={"ending": ending, "sittings": count})
    return int(count)
