"""Breaches: described, the affected found and kept, the authority and the persons told, closed."""

from dataclasses import asdict
from datetime import timedelta

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.people import selectors as registry
from tongdeng.privacy import breaches, rights
from tongdeng.privacy.errors import RequestRefused
from tongdeng.privacy.models import Affected, Breach
from tongdeng.privacy.types import NewBreach


@transaction.atomic
def open_breach(*, made: NewBreach, by: Actor) -> int:
    """Write a breach down with everybody it touches, and start its deadlines from when it was found."""
    persons, terms = breaches.affected(made.scope), rights.law()["breach"]
    scope = {key: str(value) for key, value in asdict(made.scope).items() if value}
    breach = Breach.objects.create(
        what=made.what, cause=made.cause, harm=made.harm, measures=made.measures, contact=made.contact, scope=scope,
        found_at=made.found_at, opened_at=clock.now(), persons=len(persons), staff_id=by.staff_id or 0,
        authority_due_at=made.found_at + timedelta(hours=terms["authority_hours"]),
        persons_due_on=rights.due_on(made.found_at.astimezone(clock.CHINA).date(), terms["persons_working_days"]),
    )  # fmt: skip
    places = registry.territories(persons)
    Affected.objects.bulk_create(
        [
            Affected(breach_id=breach.pk, person_id=person, territory=places[person], desks=[rights.OFFICE])
            for person in sorted(persons)
            if person in places
        ],
        batch_size=5000,
    )
    audit.record(
        "privacy.breach.opened", by=by, subjects=persons, detail={"breach": breach.pk, "persons": len(persons)}
    )
    return int(breach.pk)


@transaction.atomic
def note_told(*, breach_id: int, whom: str, by: Actor) -> None:
    """Write down that the authority, or the persons, were told; from then on the persons read it on their own page."""
    column = {"authority": "authority_told_at", "persons": "persons_told_at"}[whom]
    told = Breach.objects.filter(pk=breach_id, **{column: None}).update(**{column: clock.now()})
    audit.record("privacy.breach.told", by=by, detail={"breach": breach_id, "whom": whom, "first": told})


@transaction.atomic
def close_breach(*, breach_id: int, closing: str, by: Actor) -> None:
    """Close a breach once both were told, with what was learnt from it."""
    open_one = Breach.objects.filter(
        pk=breach_id, closed_at=None, authority_told_at__isnull=False, persons_told_at__isnull=False
    )
    if not closing.strip() or not open_one.update(closed_at=clock.now(), closing=closing.strip()[:2000]):
        raise RequestRefused(
            "not_told", Text("先告知主管部门和本人，再写明结果", "tell both first, and say what came of it")
        )
    audit.record("privacy.breach.closed", by=by, detail={"breach": breach_id})
