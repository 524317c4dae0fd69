"""Dwellings on a changed map."""

from collections.abc import Iterable

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.org.types import Successors


def place_dwellings(*, codes: Iterable[str], successors: Successors, by: Actor) -> int:
    """Place the dwellings of changed divisions by their own addresses. Returns how many went elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, territory, address FROM people_dwelling WHERE territory = ANY(%s)", [list(codes)])
        found = cursor.fetchall()
    moved = [
        (dwelling, now)
        for dwelling, code, address in found
        if (now := successors.current(code, address=address)) != code
    ]  # fmt: skip
    bulk.load("stage_homes", "people_dwelling", ("id", "territory"), moved)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_dwelling d SET territory = h.territory FROM stage_homes h WHERE h.id = d.id")
        cursor.execute(
            "UPDATE people_dwelling_statement s SET territory = h.territory FROM stage_homes h"
            " WHERE h.id = s.dwelling_id"
        )
    bulk.drop("stage_homes")
    audit.record("people.dwellings.placed", by=by, detail={"dwellings": len(moved)})
    return len(moved)
