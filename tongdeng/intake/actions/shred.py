"""Rows given back that speak of somebody who is being deleted."""

from collections.abc import Collection

from django.db import connection

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.people.exports import records

BLOCK = 5_000
PAGE = "SELECT id, sealed FROM intake_reject WHERE id > %s ORDER BY id LIMIT %s"


def forget_rejects(*, secrets: Collection[str], by: Actor) -> int:
    """Remove the rows that hold one of these numbers or phones, and return how many there were.

    They are of nobody the register knows, so that each has to be opened.
    """
    found: list[int] = []
    last = 0
    with connection.cursor() as cursor:
        while secrets:
            cursor.execute(PAGE, [last, BLOCK])
            rows = cursor.fetchall()
            if not rows:
                break
            found += [row for row, sealed in rows if _holds(sealed, secrets)]
            last = rows[-1][0]
        cursor.execute("DELETE FROM intake_reject WHERE id = ANY(%s)", [found])
    audit.record("intake.rejects.shredded", by=by, detail={"rows": len(found)})
    return len(found)


def _holds(sealed: bytes, secrets: Collection[str]) -> bool:
    text = records.provider().unseal("B", bytes(sealed)).decode()
    return any(one in text for one in secrets)
