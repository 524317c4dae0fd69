"""Writes of bureaus' returns: counts without persons."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock

RETURN = ("year", "place", "service", "age_group", "sex", "due", "served", "spent_fen", "batch_id", "recorded_at")


@transaction.atomic
def store_returns(*, batch_id: int, rows: Sequence[Mapping[str, Any]], by: Actor) -> int:
    """Store a bureau's return; a later one for the same cell replaces the earlier.

    Returns how many rows said something new, those among them that a later row of the same file replaced.
    """
    at, replaced = clock.now(), 0
    cells: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for r in rows:
        cell = (r["year"], r["place_code"], r["service"], r.get("age_group") or "", r.get("sex") or "")
        said = (r["due"], r["served"], r.get("spent_fen"), batch_id, at)
        replaced += cells.get(cell, said) != said
        cells[cell] = said
    bulk.load("stage_return", "delivery_return", RETURN, (key + rest for key, rest in cells.items()))
    same = " AND ".join(f"o.{column} = n.{column}" for column in RETURN[:5])
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM stage_return n USING delivery_return o WHERE {same} AND o.superseded_at IS NULL"
            " AND o.due = n.due AND o.served = n.served AND o.spent_fen IS NOT DISTINCT FROM n.spent_fen"
        )
        cursor.execute(
            f"UPDATE delivery_return o SET superseded_at = %s FROM stage_return n"
            f" WHERE {same} AND o.superseded_at IS NULL",
            [at],
        )
        names = ", ".join(RETURN)
        cursor.execute(f"INSERT INTO delivery_return ({names}) SELECT {names} FROM stage_return")
        count = cursor.rowcount
    bulk.drop("stage_return")
    audit.record("delivery.return.stored", by=by, detail={"batch": batch_id, "rows": count})
    return int(count) + replaced


CELL = ("year", "place", "service", "age_group", "sex")


def withdraw_returns(*, batch_id: int, by: Actor) -> int:
    """Take a return back; what it had replaced counts again, unless it was withdrawn too. Returns how many cells."""
    cell = ", ".join(CELL)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE stage_cell ON COMMIT DROP AS SELECT {cell} FROM delivery_return"
            " WHERE batch_id = %s AND superseded_at IS NULL",
            [batch_id],
        )
        cursor.execute(
            "UPDATE delivery_return SET superseded_at = %s WHERE batch_id = %s AND superseded_at IS NULL",
            [clock.now(), batch_id],
        )
        count = cursor.rowcount
        cursor.execute(
            "UPDATE delivery_return r SET superseded_at = NULL FROM"
            f" (SELECT DISTINCT ON ({cell}) o.id FROM delivery_return o JOIN stage_cell USING ({cell})"
            "   JOIN people_batch b ON b.id = o.batch_id AND b.state = 'done'"
            f"  WHERE o.batch_id <> %s ORDER BY {cell}, o.recorded_at DESC, o.id DESC) AS former"
            " WHERE r.id = former.id",
            [batch_id],
        )
    bulk.drop("stage_cell")
    audit.record("delivery.return.withdrawn", by=by, detail={"batch": batch_id, "cells": count})
    return int(count)
