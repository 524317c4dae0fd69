"""Reads of who was merged into whom, what a merge moved, and what was made since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from tongdeng.kernel import clock
from tongdeng.people.models import Merge, Person
from tongdeng.people.types import Change


@dataclass(frozen=True, slots=True)
class Made:
    """A record that came to a survivor after a merge, and stays with the survivor when the merge is taken back."""

    record_id: int
    source: str
    on: date


@dataclass(frozen=True, slots=True)
class Noted:
    """A change with who made it and when."""

    change: Change
    staff_id: int | None
    at: datetime
    is_undone: bool = False


def as_change(row: Merge) -> Change:
    """Return what others may know of a change."""
    return Change(row.pk, row.kind, row.person_id, row.other_id, tuple(row.records))


def find_change(change_id: int) -> Change | None:
    """Return a change, whether it stands or was taken back; None where the reader may not see it."""
    row = Merge.objects.filter(pk=change_id).first()
    return as_change(row) if row else None


def current(person_id: int) -> int:
    """Return the id under which a person lives on, or the id itself where the reader knows no other."""
    row = Person.objects.filter(pk=person_id).values_list("survivor_id", flat=True).first()
    return int(row) if row else person_id


def currents(persons: Iterable[int]) -> dict[int, int]:
    """Return the same for each of these persons, read at once."""
    asked = set(persons)
    merged = dict(Person.objects.filter(pk__in=asked, survivor_id__isnull=False).values_list("pk", "survivor_id"))
    return {one: merged.get(one, one) for one in asked}


def ids_of(person_id: int) -> list[int]:
    """Return a person's id and those that were merged into it: what other tables may have written for them."""
    merged = Person.objects.filter(survivor_id=person_id).values_list("pk", flat=True)
    return [person_id, *merged]


def standing_changes(person_id: int, ever: Sequence[int] = ()) -> list[Noted]:
    """Return the merges into a person, and the splits of a person, that were not taken back; newest first.

    `ever`, here as elsewhere: `ids_of` the person, where they were read before.
    """
    rows = Merge.objects.filter(person_id__in=ever or ids_of(person_id), undone_at=None).order_by("-recorded_at", "-pk")
    return [Noted(as_change(row), row.staff_id, row.recorded_at) for row in rows]


def find_standing(change_id: int) -> Noted | None:
    """Return a change that was not taken back; None where there is none or the reader may not see it."""
    found = find_noted(change_id)
    return None if found is None or found.is_undone else found


def find_noted(change_id: int) -> Noted | None:
    """Return a change with who made it and when, whether it stands or was taken back."""
    row = Merge.objects.filter(pk=change_id).first()
    return Noted(as_change(row), row.staff_id, row.recorded_at, row.undone_at is not None) if row else None


def made_since(change: Change) -> list[Made]:
    """Return the records that came to the survivor of a merge after it, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.source, coalesce(r.row_on, r.as_at), r.recorded_at FROM people_link l"
            " JOIN people_record r ON r.id = l.record_id JOIN people_merge m ON m.id = %s"
            " WHERE l.person_id = %s AND l.superseded_at IS NULL AND r.superseded_at IS NULL"
            " AND r.recorded_at > m.recorded_at AND r.recorded_at <= coalesce(m.undone_at, r.recorded_at)"
            " AND NOT r.id = ANY(m.records) ORDER BY r.recorded_at DESC, r.id DESC",
            [change.id, current(change.person_id)],
        )
        return [Made(record, source, on or clock.today()) for record, source, on, _ in cursor.fetchall()]
