"""Takes a roll in step by step, with the rows lying in `stage_row` when the probable step comes."""

import dataclasses
import json
from datetime import date
from typing import Any

from django.db import connection

from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.intake import actions, pipeline, probable
from tongdeng.intake.rolls import read_roll
from tongdeng.intake.types import Doubt
from tongdeng.kernel import citizen_id, clock
from tongdeng.linkage import characters
from tongdeng.org import selectors as org
from tongdeng.people import actions as people
from tongdeng.people.exports import Batch, records
from tongdeng.people.types import NewRecord

STAGE = (
    "position bigint, digest bytea, sealed bytea, domain text, as_at date, row_on date, number_key bytea,"
    " triple_key bytea, needs_name bool, name text, name_sound text, born_on date, sex text, phone_key bytea,"
    " person_id bigint, is_new bool, method text, weights jsonb"
)


def staged(new: list[NewRecord]) -> None:
    """Fill `stage_row` with what the exact step left."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_row ({STAGE}) ON COMMIT DROP")
        with cursor.copy("COPY stage_row FROM STDIN") as copy:
            for position, one in enumerate(new):
                copy.write_row(_staged_row(position, one))


def _staged_row(position: int, one: NewRecord) -> tuple[Any, ...]:
    said = dict(one.values)
    number, name = said.get("id_number"), said.get("name")
    born = citizen_id.born_on(number) if number else said.get("born_on")
    phone = said.get("phone")
    return (
        position, one.digest, records.seal(said, one.domain), one.domain, one.as_at, one.row_on,
        records.index(records.ID, number) if number else None, records.triple_of(said), False, name,
        characters.sound(name) if name else None, born, citizen_id.sex(number) if number else said.get("sex"),
        records.index(records.PHONE, phone) if phone else None, one.person_id, one.is_new_person, one.method,
        json.dumps(one.weights),
    )  # fmt: skip


def take_in(source: str, content: bytes, as_at: date, by: Actor) -> list[Doubt]:
    """Take a roll in, probable step and all, and return the doubts that were opened."""
    communities, services = org.community_codes(clock.today()), catalogue.bureaus_of_services()
    batch = actions.receive_roll(source=source, path=content, as_at=as_at, by=by, name="roll.csv")
    with acting(by):
        stream = read_roll(
            source, content, today=clock.today(), communities=communities, services=services, aliases=None,
            name="roll.csv",
        )  # fmt: skip
        good = [row for block in stream for row in block if row.accepted]
        found = pipeline.sort_rows(source, good, pipeline.known_rows(source, good), as_at)
        staged(found.new)
        doubts = probable.identify(by=by)
        new = _decided(found.new)
        ids = people.store_records(batch_id=batch, new=new, by=by)
        people.see_again(batch_id=batch, seen=found.seen, as_at=as_at, by=by)
        people.rebuild(persons={one.person_id for one in new if one.person_id is not None}, on=clock.today(), by=by)
        doubts = probable.of_records(doubts, dict(enumerate(ids)))
        doubts += [one for at, one in _exact_doubts(found, ids) if new[at].method != probable.METHOD]
        actions.open_doubts(doubts=doubts, by=by)
        Batch.objects.filter(pk=batch).update(state="done", finished_at=clock.now())
    return doubts


def _decided(new: list[NewRecord]) -> list[NewRecord]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, is_new, method, weights FROM stage_row ORDER BY position")
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE stage_row")
    return [
        dataclasses.replace(one, person_id=person, is_new_person=is_new, method=method, weights=json.loads(weights))
        for one, (person, is_new, method, weights) in zip(new, rows, strict=True)
    ]


def _exact_doubts(found: Any, ids: list[int]) -> list[tuple[int, Doubt]]:
    return [
        (position, Doubt(decision.person, other, ids[position], "row", {"basis": "none"}))
        for position, decision in found.doubts
        for other in decision.fits
    ]
