"""Deleting what is past its time, and writing impact assessments down."""

from django.db import transaction

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.privacy import register, retention
from tongdeng.privacy.models import Assessment, Retention
from tongdeng.privacy.types import LEVELS, REASONS, NewAssessment


def carry_out_retention(*, by: Actor) -> dict[str, int]:
    """Delete what is past its time, rule by rule, and keep a report of counts."""
    now, counts = clock.now(), {}
    with acting(by):
        for rule in retention.rules().values():
            if rule.do == retention.DELETE:
                counts[rule.code] = retention.delete(rule, now)
            elif rule.do == retention.LIST:
                counts[rule.code] = retention.due(rule, now)
        Retention.objects.create(ran_at=now, law_digest=retention.digest(), counts=counts)
        audit.record("privacy.retention.carried_out", by=by, detail={"rows": sum(counts.values())})
    return counts


@transaction.atomic
def add_assessment(*, made: NewAssessment, by: Actor) -> int:
    """Keep an impact assessment; it is never changed, and a newer one takes its place by its date."""
    if made.activity not in register.activities() or made.why not in REASONS or made.level not in LEVELS:
        raise ValueError("an assessment of something that is not in the register")  # the form offers nothing else
    kept = Assessment.objects.create(
        activity=made.activity, why=made.why, made_on=made.made_on, lawful=made.lawful, risk=made.risk,
        measures=made.measures, level=made.level, staff_id=by.staff_id or 0, recorded_at=clock.now(),
    )  # fmt: skip
    audit.record("privacy.assessment.added", by=by, detail={"assessment": kept.pk, "activity": made.activity})
    return int(kept.pk)
