"""Questions and tasks about what a withdrawn roll said: closed with it, and open again when it speaks again."""

from collections.abc import Collection, Iterable

from django.db import connection

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.work import actions as work
from tongdeng.work import selectors as tasks

WITHDRAWN = "withdrawn"

CLOSE = """
UPDATE intake_doubt SET verdict = %(verdict)s, closed_at = %(at)s
WHERE closed_at IS NULL
  AND (record_id = ANY(%(records)s) OR person_id = ANY(%(persons)s) OR other_id = ANY(%(persons)s))"""
# A question is one again when both persons are there and its record speaks, unless somebody has asked it anew.
REOPEN = """
UPDATE intake_doubt d SET verdict = NULL, closed_at = NULL
WHERE d.verdict = %(verdict)s AND (d.person_id = ANY(%(persons)s) OR d.other_id = ANY(%(persons)s))
  AND NOT EXISTS (SELECT 1 FROM people_person p WHERE p.id IN (d.person_id, d.other_id) AND p.retired_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM people_record r WHERE r.id = d.record_id AND r.superseded_at IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM intake_doubt o WHERE o.closed_at IS NULL AND (o.kind = 'sample') = (d.kind = 'sample')
      AND least(o.person_id, o.other_id) = least(d.person_id, d.other_id)
      AND greatest(o.person_id, o.other_id) = greatest(d.person_id, d.other_id))"""


def close_silent(*, records: Collection[int], persons: Collection[int], by: Actor) -> int:
    """Close what is open about records that fell silent and persons left without any; return how many questions."""
    with connection.cursor() as cursor:
        cursor.execute(
            CLOSE,
            {"verdict": WITHDRAWN, "at": clock.now(), "records": list(records), "persons": list(persons)},
        )
        count = int(cursor.rowcount)
    work.close_tasks(ids=tasks.tasks_about(persons, records), outcome=WITHDRAWN, by=by)
    audit.record("intake.doubts.withdrawn", by=by, detail={"doubts": count})
    return count


def reopen_silent(*, records: Collection[int], persons: Iterable[int], by: Actor) -> int:
    """Open again what was closed when these records fell silent; return how many questions."""
    back = list(persons)
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, {"verdict": WITHDRAWN, "persons": back})
        count = int(cursor.rowcount)
    work.reopen_tasks(ids=tasks.tasks_about(back, records, outcome=WITHDRAWN), by=by)
    audit.record("intake.doubts.reopened", by=by, detail={"doubts": count})
    return count
