"""Writes of deliveries and returns."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from tongdeng.access import selectors as access
from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.delivery.models import Delivery
from tongdeng.delivery.types import ROLL_COLUMNS, Entry, Outcome
from tongdeng.kernel import clock
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import merges
from tongdeng.people.types import NewRecord

STAGED = f"""
INSERT INTO delivery_delivery (record_id, person_id, territory, staff_id, recorded_at, {", ".join(ROLL_COLUMNS)})
SELECT s.record_id, s.person_id, p.territory, %s, %s, {", ".join(f"d.own_{column}" for column in ROLL_COLUMNS)}
FROM stage_stated s JOIN stage_said d USING (position) JOIN people_person p ON p.id = s.person_id"""


def store_deliveries(*, by: Actor) -> int:
    """Store the deliveries that the staged records of a roll state. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(STAGED, [by.staff_id, clock.now()])
        count = cursor.rowcount
    audit.record("delivery.roll.stored", by=by, detail={"deliveries": count})
    return int(count)


def follow_anew(*, by: Actor) -> int:
    """Let the deliveries of the persons in `stage_anew` follow them to the territory they live in now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_delivery d SET territory = p.territory FROM people_person p WHERE p.id = d.person_id"
            " AND d.territory <> p.territory AND p.id IN (SELECT person_id FROM stage_anew UNION ALL"
            " SELECT m.id FROM people_person m JOIN stage_anew t ON m.survivor_id = t.person_id)"
        )
        moved = cursor.rowcount
    audit.record("delivery.persons.followed", by=by, detail={"deliveries": moved})
    return int(moved)


def follow_persons(*, persons: Iterable[int], by: Actor) -> int:
    """Let the deliveries of these persons, and of ids merged into them, follow to the territory they live in now."""
    places = registry.territories(persons)
    bulk.load("stage_follow", "delivery_delivery", ("person_id", "territory"), places.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stage_follow SELECT p.id, f.territory FROM people_person p"
            " JOIN stage_follow f ON f.person_id = p.survivor_id"
        )
        cursor.execute(
            "UPDATE delivery_delivery d SET territory = f.territory FROM stage_follow f"
            " WHERE d.person_id = f.person_id AND d.territory <> f.territory"
        )
        moved = cursor.rowcount
    bulk.drop("stage_follow")
    audit.record("delivery.persons.followed", by=by, detail={"deliveries": moved})
    return int(moved)


def follow_links(*, persons: Iterable[int], by: Actor) -> int:
    """Let deliveries follow their records to whom these are linked now. Returns how many went to another person.

    What stands under the id of a merged person stays there: it is read through the survivor.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_delivery d SET person_id = l.person_id"
            " FROM people_person p, people_link l WHERE p.id = d.person_id AND l.record_id = d.record_id"
            " AND l.superseded_at IS NULL AND l.person_id <> coalesce(p.survivor_id, p.id)"
            " AND (p.id = ANY(%(persons)s) OR p.survivor_id = ANY(%(persons)s))",
            {"persons": list(persons)},
        )
        moved = cursor.rowcount
    audit.record("delivery.links.followed", by=by, detail={"deliveries": moved})
    return int(moved)


def _values(entry: Entry, name: str) -> dict[str, Any]:
    said = {
        "name": name,
        "service": entry.service,
        "served_on": entry.served_on.isoformat(),
        "result": entry.outcome.value,
        "decline_confirmation": entry.confirmation,
        "channel": entry.channel,
        "note": entry.note,
    }
    return {key: value for key, value in said.items() if value is not None}


@transaction.atomic
def record_delivery(*, entry: Entry, by: Actor) -> int:
    """Record one service on a person's page as a source record, and return the record's id."""
    name = registry.names_of([entry.person_id])[entry.person_id]
    # Two visits on one day are two entries: a page entry is told apart by a random word, not by its content.
    digest = secrets.token_bytes(32)
    batch = people.open_entry(source="panel", digest=digest, by=by)
    domain = access.service_domain(entry.service)
    new = NewRecord(
        source="panel", digest=digest, values=_values(entry, name), domain=domain, as_at=clock.today(),
        row_on=entry.served_on, row_number=1, person_id=entry.person_id, is_new_person=False, method="entry",
    )  # fmt: skip
    (record,) = people.store_records(batch_id=batch, new=[new], by=by, territory=entry.territory)
    Delivery.objects.create(
        record_id=record, person_id=entry.person_id, territory=entry.territory, domain=domain, service=entry.service,
        served_on=entry.served_on, outcome=entry.outcome.value, confirmation=entry.confirmation, channel=entry.channel,
        note=entry.note, staff_id=by.staff_id, recorded_at=clock.now(),
    )  # fmt: skip
    audit.record(
        "delivery.delivery.recorded", by=by, subjects=[entry.person_id],
        detail={"service": entry.service, "outcome": entry.outcome.value},
    )  # fmt: skip
    return record


@transaction.atomic
def take_back_delivery(*, record_id: int, by: Actor) -> int | None:
    """Undo one page entry of one's own; returns the person, or None where there is nothing to undo."""
    found = Delivery.objects.filter(record_id=record_id, staff_id=by.staff_id).first()
    if found is None:
        audit.record("delivery.delivery.not_taken_back", by=by, detail={"record": record_id})
        return None
    people.take_back_entry(record_id=record_id, by=by)
    found.delete()
    audit.record("delivery.delivery.taken_back", by=by, subjects=[found.person_id], detail={"record": record_id})
    return merges.current(found.person_id)


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


def withdraw_deliveries(*, records: Iterable[int], by: Actor) -> int:
    """Remove the deliveries that hang on withdrawn records; the records keep what they say. Returns how many."""
    bulk.values("stage_gone", "record_id", "bigint", records)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM delivery_delivery d USING stage_gone g WHERE d.record_id = g.record_id")
        count = cursor.rowcount
    bulk.drop("stage_gone")
    audit.record("delivery.roll.withdrawn", by=by, detail={"deliveries": count})
    return int(count)


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


__all__ = [
    "Outcome",
    "follow_anew",
    "follow_links",
    "follow_persons",
    "record_delivery",
    "store_deliveries",
    "store_returns",
    "take_back_delivery",
    "withdraw_deliveries",
    "withdraw_returns",
]
