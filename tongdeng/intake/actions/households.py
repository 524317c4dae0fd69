"""A household registered at the door: one entry, whole or not at all."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.actions.lookup import look_up
from tongdeng.intake.households import Known, Standing
from tongdeng.intake.matching import METHOD
from tongdeng.intake.models import Move
from tongdeng.kernel import clock, ids
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch, identify, profiles, records
from tongdeng.people.types import NewRecord
from tongdeng.work import actions as work

FORM = "form"
SETTLE = "tongdeng.intake.tasks.settle_household"
WAIT = frozenset({Standing.ELSEWHERE, Standing.UNPLACED})  # stored by a job, which may see both places


@dataclass(frozen=True, slots=True)
class Placed:
    """One member of an entry as decided: what to store, and who it is."""

    position: int
    values: dict[str, Any]
    known: Known


def entry_digest(token: str) -> bytes:
    """Return what an entry is known by: the random word its empty form came with."""
    return records.row_digest(FORM, token.encode())


@transaction.atomic
def register_household(
    *, home: Mapping[str, Any], members: Sequence[Mapping[str, Any]], token: str, by: Actor
) -> int:  # fmt: skip
    """Register a household and return its entry's number; the same form sent twice is one entry.

    Who is new or known in this community is registered at once. For whoever is known in another one that community is
    asked first; who is registered in this county has nothing to register and is left out.
    """
    digest = entry_digest(token)
    _hold(digest)
    former = Batch.objects.filter(source=FORM, file_digest=digest).first()
    if former is not None:
        audit.record("intake.household.sent_again", by=by, detail={"batch": former.pk})
        return int(former.pk)
    batch = people.open_entry(source=FORM, digest=digest, by=by)
    community, household = str(home["community_code"]), secrets.token_hex(8)
    placed = [
        Placed(at, {**said, "household": household}, look_up(values=said, community=community, by=by))
        for at, said in enumerate(members)
    ]
    stored = _store(batch, home, [one for one in placed if one.known.standing not in WAIT], token, by)
    waiting = [one for one in placed if one.known.standing in WAIT]
    Move.objects.bulk_create(_move(batch, home, one, by) for one in waiting)
    Batch.objects.filter(pk=batch).update(counts={"rows": len(placed), "waiting": len(waiting), "place": community})
    audit.record(
        "intake.household.registered", by=by, subjects=stored,
        detail={"batch": batch, "people": len(stored), "waiting": len(waiting), "place": community},
    )  # fmt: skip
    settle_soon(batch, community)
    return batch


def settle_soon(batch: int, *communities: str) -> None:
    """Let a job that sees the whole county finish an entry, and the places it concerns be determined anew."""
    work.ask_for_job(SETTLE, lock=f"entry-{batch}", batch_id=batch)
    for community in communities:
        work.ask_for_job("tongdeng.insight.tasks.refresh_place", lock=f"place-{community}", community=community)


def _hold(digest: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])


def _fresh_id(by: Actor) -> int:
    with identify.county_wide(by):
        while True:
            drawn = int(ids.new_person_id())
            if not registry.taken_person_ids([drawn]):
                return drawn


def _store(batch: int, home: Mapping[str, Any], placed: Sequence[Placed], token: str, by: Actor) -> list[int]:
    community, today = str(home["community_code"]), clock.today()
    new, persons = [], []
    for one in placed:
        if one.known.standing is Standing.RESIDENT:
            continue
        is_new = one.known.standing is not Standing.HERE
        person = _fresh_id(by) if is_new else one.known.person_id
        values = said_of(home, one.values, None if is_new else person)
        if one.known.number_is_claimed:
            values["id_claimed"] = values.pop("id_number")
        persons.append(person)
        new.append(entry_record(token, one.position, values, person, is_new=is_new, basis=one.known.basis))
    if not new:  # everybody waits for another community's answer
        return []
    people.store_records(batch_id=batch, new=new, by=by, territory=community)
    people.rebuild(persons=persons, on=today, by=by)
    return persons


def said_of(home: Mapping[str, Any], member: Mapping[str, Any], person: int | None) -> dict[str, Any]:
    """Return what the record of one member says; of somebody known here the name and the arrival need no asking."""
    values = {**home, **member}
    if person is not None:
        profile = profiles.find_profile(person)
        if profile is not None:
            values.setdefault("name", profile.name)
            since = [
                stay.starts_on for stay in profile.stays
                if stay.ends_on is None and stay.community == home["community_code"] and stay.rank == 1
            ]  # fmt: skip
            # Whoever lives here already did not arrive today: the form confirms the stay that is known.
            earlier = [day.isoformat() for day in since if day.isoformat() <= str(home["arrived_on"])]
            values["arrived_on"] = max(earlier, default=values["arrived_on"])
    return values


def entry_record(
    token: str, position: int, values: Mapping[str, Any], person: int, *, is_new: bool, basis: str
) -> NewRecord:
    """Return one line of an entry as a record: said today, and told apart by the form's random word."""
    today = clock.today()
    return NewRecord(
        source=FORM, digest=records.row_digest(FORM, f"{token}/{position}".encode()), values=values, domain="B",
        as_at=today, row_on=today, row_number=position + 1, person_id=person, is_new_person=is_new, method=METHOD,
        weights={"basis": basis},
    )  # fmt: skip


def _move(batch: int, home: Mapping[str, Any], one: Placed, by: Actor) -> Move:
    is_asked = one.known.standing is Standing.ELSEWHERE
    values = {**home, **one.values, "basis": one.known.basis}
    if one.known.number_is_claimed:
        values["id_claimed"] = values.pop("id_number")
    return Move(
        subject_id=one.known.person_id, territory=home["community_code"], from_place=one.known.place,
        arrived_on=home["arrived_on"], source=FORM, batch_id=batch, row_number=one.position,
        sealed=records.seal(values, "B"), state="asked",
        how="" if is_asked else "unasked", staff_id=by.staff_id, asked_at=clock.now(),
    )  # fmt: skip


def take_back_household(*, batch_id: int, by: Actor) -> bool:
    """Undo an entry of one's own; a job withdraws what it stored. False: there is nothing of one's own to undo."""
    with acting(by):
        undone = Batch.objects.filter(pk=batch_id, source=FORM, state="done", staff_id=by.staff_id)
        is_undone = bool(by.staff_id and undone.update(state="withdrawn", finished_at=clock.now()))
        if is_undone:
            settle_soon(batch_id)
        audit.record("intake.entry.taken_back", by=by, detail={"batch": batch_id, "undone": int(is_undone)})
    return is_undone
