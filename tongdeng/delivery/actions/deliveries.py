"""Writes of deliveries: from rolls, from pages, and following the persons they are about."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from tongdeng.access import selectors as access
from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.delivery.models import Callback, Delivery
from tongdeng.delivery.types import ROLL_COLUMNS, Entry, Outcome
from tongdeng.kernel import clock
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import merges, records
from tongdeng.people.types import NewRecord
from tongdeng.work import actions as work
from tongdeng.work import selectors as tasks

WANTS = "delivery.wanted"  # kind of task: a person who was called back wants the service after all
SETTLING = (Outcome.SERVED, Outcome.DECLINED)

STAGED = f"""
INSERT INTO delivery_delivery (record_id, person_id, territory, staff_id, recorded_at, {", ".join(ROLL_COLUMNS)})
SELECT s.record_id, s.person_id, p.territory, %s, %s, {", ".join(f"d.own_{column}" for column in ROLL_COLUMNS)}
FROM stage_stated s JOIN stage_said d USING (position) JOIN people_person p ON p.id = s.person_id"""

# A call-back lies where the decline lies that it asks about, and is about whom that is about.
CALLBACKS_FOLLOW = """
UPDATE delivery_callback c SET territory = d.territory, person_id = d.person_id FROM delivery_delivery d
WHERE d.record_id = c.record_id AND (c.territory <> d.territory OR c.person_id <> d.person_id)"""


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
        cursor.execute(CALLBACKS_FOLLOW)
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
        cursor.execute(CALLBACKS_FOLLOW)
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
        cursor.execute(CALLBACKS_FOLLOW)
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
    digest = records.random_digest()
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
    if entry.outcome in SETTLING:
        _close_wishes(entry, record, by)
    _determine_soon(entry.person_id)
    return record


def _determine_soon(person_id: int) -> None:
    """Have the community of a person determined anew once this is committed."""
    person = merges.current(person_id)
    place = registry.territories([person]).get(person)
    if place:
        work.ask_for_job("tongdeng.insight.tasks.refresh_place", lock=f"place-{place}", community=place)


def _close_wishes(entry: Entry, record: int, by: Actor) -> None:
    """Close what was open because the person wanted this service: it has an outcome now."""
    about = tasks.tasks_by_id(tasks.tasks_about(merges.ids_of(merges.current(entry.person_id)), []))
    met = [one.id for one in about.values() if one.kind == WANTS and one.detail["service"] == entry.service]
    if met:
        work.close_tasks(ids=met, outcome=_met_by(record), by=by)


def _met_by(record: int) -> str:
    return f"record {record}"


@transaction.atomic
def take_back_delivery(*, record_id: int, by: Actor) -> int | None:
    """Undo one page entry of one's own; returns the person, or None where there is nothing to undo."""
    found = Delivery.objects.filter(record_id=record_id, staff_id=by.staff_id).first()
    if found is None:
        audit.record("delivery.delivery.not_taken_back", by=by, detail={"record": record_id})
        return None
    return _take_back(found, by)


@transaction.atomic
def revoke_delivery(*, record_id: int, by: Actor) -> None:
    """Undo the entry of a service that was given upon a decision which is revoked: it is owed again."""
    found = Delivery.objects.filter(record_id=record_id).first()
    if found is None:  # taken back before
        audit.record("delivery.delivery.not_taken_back", by=by, detail={"record": record_id})
        return
    _take_back(found, by)


def _take_back(found: Delivery, by: Actor) -> int:
    record_id = found.record_id
    people.take_back_entry(record_id=record_id, by=by)
    person = merges.current(found.person_id)
    wishes = tasks.tasks_about(merges.ids_of(person), [], outcome=_met_by(record_id))
    if wishes:
        work.reopen_tasks(ids=wishes, by=by)
    found.delete()
    Callback.objects.filter(record_id=record_id, state="open").delete()  # nothing is left to ask about
    audit.record("delivery.delivery.taken_back", by=by, subjects=[found.person_id], detail={"record": record_id})
    _determine_soon(person)
    return person


def withdraw_deliveries(*, records: Iterable[int], by: Actor) -> int:
    """Remove the deliveries that hang on withdrawn records; the records keep what they say. Returns how many."""
    bulk.values("stage_gone", "record_id", "bigint", records)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM delivery_delivery d USING stage_gone g WHERE d.record_id = g.record_id")
        count = cursor.rowcount
        cursor.execute(
            "DELETE FROM delivery_callback c USING stage_gone g WHERE c.record_id = g.record_id AND c.state = 'open'"
        )
    bulk.drop("stage_gone")
    audit.record("delivery.roll.withdrawn", by=by, detail={"deliveries": count})
    return int(count)
