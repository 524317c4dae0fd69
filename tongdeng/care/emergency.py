"""Opening the sealed rows of one person in an emergency, as the login of sealed care does it for a post.

Every statement runs under the post's own signed context for purpose `emergency`; what it may see and until when is
decided by the policies, not here.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.care import seal
from tongdeng.care.types import Emergency, Refused

LIFE = timedelta(hours=3)
REASONS = ("unconscious", "reaction", "poisoning", "outbreak", "child")
VERDICTS = ("right", "wrong")
KIND = "care.emergency"  # of the second person's task
PURPOSE, REVIEW = "emergency", "emergency_review"
SHOWN = 50
COLUMNS = "id, person_id, reason, staff_id, opened_at, expires_at, closed_at, looks, reviewer_id, reviewed_at, verdict"
INSERT = f"""
INSERT INTO care.emergency (person_id, reason, staff_id, post_id, opened_at, expires_at)
VALUES (%s, %s, %s, %s, statement_timestamp(), statement_timestamp() + %s) RETURNING {COLUMNS}"""
# With the county, where nobody below reads that something about somebody's health was opened; and without a name.
TASK = """
INSERT INTO work_task (kind, territory, detail, due_on, opened_at)
VALUES (%s, %s, jsonb_build_object('emergency', %s::bigint), %s, %s)"""
TASK_DONE = """
UPDATE work_task SET closed_at = clock_timestamp(), outcome = %s, closed_staff_id = %s
 WHERE kind = %s AND closed_at IS NULL AND detail @> jsonb_build_object('emergency', %s::bigint)"""
ROWS = "SELECT sealed, received_at FROM care.intake_row WHERE withdrawn_at IS NULL ORDER BY received_at, record_id"
OPEN = "closed_at IS NULL AND expires_at > clock_timestamp()"


def open_rows(*, person_id: int, reason: str, county: str, by: Actor) -> Emergency:
    """Open one person's rows for three hours, and tell a second person in the same transaction."""
    if reason not in REASONS:
        raise Refused("reason")
    try:
        with _as(by, PURPOSE, person_id) as actor, connection.cursor() as cursor:
            cursor.execute(INSERT, [person_id, reason, by.staff_id, by.post_id, LIFE])
            opened = _read(cursor.fetchone())
            cursor.execute(TASK, [KIND, county, opened.id, opened.expires_at.date(), opened.opened_at])
            detail = {"emergency": opened.id, "reason": reason}
            audit.record("care.emergency.opened", by=actor, subjects=[person_id], detail=detail)
    except DatabaseError as error:
        raise Refused("post") from error
    return opened


def look(*, emergency_id: int, person_id: int, by: Actor) -> tuple[Emergency, list[dict[str, Any]]]:
    """Return what care holds of the person now. Raises Refused once the emergency is over; each look is recorded."""
    with _as(by, PURPOSE, person_id) as actor, connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE care.emergency SET looks = looks + 1 WHERE id = %s AND person_id = %s AND {OPEN}"
            f" RETURNING {COLUMNS}",
            [emergency_id, person_id],
        )
        row = cursor.fetchone()
        if row is None:
            raise Refused("over")
        cursor.execute(ROWS)
        found = [{**seal.unseal(sealed), "received_on": str(at.date())} for sealed, at in cursor.fetchall()]
        detail = {"emergency": emergency_id, "rows": len(found)}
        audit.record("care.emergency.looked", by=actor, subjects=[person_id], detail=detail)
    return _read(row), found


def close(*, emergency_id: int, by: Actor) -> None:
    """End an emergency before its time."""
    with _as(by, PURPOSE) as actor, connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE care.emergency SET closed_at = clock_timestamp() WHERE id = %s AND {OPEN} RETURNING person_id",
            [emergency_id],
        )
        row = cursor.fetchone()
        if row:
            audit.record("care.emergency.closed", by=actor, subjects=[row[0]], detail={"emergency": emergency_id})


def own(*, by: Actor) -> list[Emergency]:
    """Return what this post has opened, newest first."""
    with _as(by, PURPOSE):
        return _listed()


def to_review(*, by: Actor) -> list[Emergency]:
    """Return what anybody has opened, for somebody who judges it; nothing of anybody's health."""
    with _as(by, REVIEW) as actor:
        found = _listed()
        persons = {one.person_id for one in found}
        audit.record("care.emergencies.reviewed", by=actor, subjects=persons, detail={"emergencies": len(found)})
        return found


def judge(*, emergency_id: int, verdict: str, by: Actor) -> None:
    """Say whether it was right to open the rows. Raises Refused for one's own, and for what was judged already."""
    if verdict not in VERDICTS:
        raise Refused("verdict")
    try:
        with _as(by, REVIEW) as actor, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE care.emergency SET reviewer_id = %s, reviewed_at = clock_timestamp(), verdict = %s"
                " WHERE id = %s AND verdict IS NULL RETURNING person_id",
                [by.staff_id, verdict, emergency_id],
            )
            row = cursor.fetchone()
            if row is None:
                raise Refused("judged")
            cursor.execute(TASK_DONE, [verdict, by.staff_id, KIND, emergency_id])
            detail = {"emergency": emergency_id, "verdict": verdict}
            audit.record("care.emergency.judged", by=actor, subjects=[row[0]], detail=detail)
    except DatabaseError as error:
        raise Refused("own") from error


def _as(by: Actor, purpose: str, person: int = 0) -> Any:
    return acting(replace(by, purpose=purpose), person=person)


def _listed() -> list[Emergency]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM care.emergency ORDER BY opened_at DESC LIMIT {SHOWN}")
        return [_read(row) for row in cursor.fetchall()]


def _read(row: Any) -> Emergency:
    return Emergency(*row)
