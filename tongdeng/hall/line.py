"""The line in the database: taking the next number out of it, so that no two windows ever get the same one."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from tongdeng.hall.models import Ticket

# Whoever is looked at by another window at this instant is passed over, and nobody waits for anybody.
LOCK = "FOR UPDATE SKIP LOCKED"
PREFERRED = "(is_priority OR coalesce(due_at <= %(now)s, false))"
CALL = """
UPDATE hall_ticket SET state = 'called', "window" = %(window)s, wanted_window = NULL, called_at = %(now)s,
       first_called_at = coalesce(first_called_at, %(now)s), was_preferred = %(preferred)s, calls = 1,
       staff_id = %(staff)s
 WHERE id = (SELECT id FROM hall_ticket
              WHERE hall = %(hall)s AND day = %(day)s AND state = 'waiting'
                AND (wanted_window = %(window)s OR (business = ANY(%(businesses)s)
                     AND (wanted_window IS NULL OR wanted_window <> ALL(%(staffed)s))))
                AND {preferred} = %(preferred)s
              ORDER BY waits_since, id LIMIT 1 {lock})
RETURNING id"""


def call(
    *, hall: str, day: date, window: int, businesses: Sequence[str], staffed: Collection[int], now: datetime,
    staff: int | None, preferred_first: bool,
) -> int | None:  # fmt: skip
    """Take the next number for a window out of the line and return its id: of those who go first, else of the others,
    or the other way round; None where nobody waits for this window. What was handed over to a window where nobody sits
    any more (`staffed`) goes to whoever takes its business."""
    values: dict[str, Any] = {
        "hall": hall, "day": day, "window": window, "businesses": list(businesses), "staffed": list(staffed),
        "now": now, "staff": staff,
    }  # fmt: skip
    query = CALL.format(preferred=PREFERRED, lock=LOCK)
    with connection.cursor() as cursor:
        for preferred in (preferred_first, not preferred_first):
            cursor.execute(query, {**values, "preferred": preferred})
            if row := cursor.fetchone():
                return int(row[0])
    return None


def hold_numbers(hall: str, day: date) -> None:
    """Let nobody else draw a number of this hall until this transaction ends: numbers have no gaps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('hall.numbers'), hashtext(%s))", [f"{hall} {day}"])


def hold_person(person_id: int) -> None:
    """Let nobody else book for this person until this transaction ends: appointments of one person are counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('hall.person'), hashtext(%s))", [str(person_id)])


def last_calls(hall: str, day: date, window: int, most: int) -> list[bool]:
    """Return of the newest numbers that a window called whether they went first, newest first."""
    called = Ticket.objects.filter(hall=hall, day=day, window=window, called_at__isnull=False)
    return [bool(one) for one in called.order_by("-called_at", "-id").values_list("was_preferred", flat=True)[:most]]
