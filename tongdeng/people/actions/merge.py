"""Two persons found to be one, and the way back. Only links move, and each is kept: no other table is rewritten.

Who was merged keeps the id and points to the survivor, always in one step; what other tables wrote under it is read
through the survivor.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.people import merges, records
from tongdeng.people.actions.settle import settle_persons
from tongdeng.people.models import Merge, Person
from tongdeng.people.types import Change

METHOD = "clerk"


@transaction.atomic
def merge_persons(*, survivor_id: int, merged_id: int, weights: Mapping[str, Any], by: Actor) -> Change:
    """Make two persons one: the older id lives on, whichever is named first; of equally old ones the first named.

    Raises UnusableInput where they are one already, bear two different valid numbers, or one of them has fallen silent.
    """
    first, second = _living(survivor_id, merged_id)
    kept, gone = (second, first) if second.created_at < first.created_at else (first, second)
    _refuse_two_numbers(kept.pk, gone.pk)
    at = clock.now()
    moved = _move(_links_of(gone.pk), kept.pk, weights, by, at)
    with connection.cursor() as cursor:
        # Of the same territory as the survivor, or whoever sees the survivor could not follow an old id.
        cursor.execute(
            "UPDATE people_person SET survivor_id = %s, territory = %s WHERE id = %s OR survivor_id = %s RETURNING id",
            [kept.pk, kept.territory, gone.pk, gone.pk],
        )
        repointed = sorted({row[0] for row in cursor.fetchall()} - {gone.pk})
    change = Merge.objects.create(
        kind="merge", person_id=kept.pk, other_id=gone.pk, records=moved, repointed=repointed, weights=dict(weights),
        staff_id=by.staff_id, territory=kept.territory, recorded_at=at,
    )  # fmt: skip
    settle_persons(persons=[kept.pk, gone.pk], by=by)
    audit.record(
        "people.persons.merged", by=by, subjects=[kept.pk, gone.pk], detail={"change": change.pk, "records": len(moved)}
    )
    return merges.as_change(change)


@transaction.atomic
def unmerge(*, merge_id: int, by: Actor) -> Change:
    """Take a merge back: the links return as they were before. What was made since stays with the survivor.

    Raises UnusableInput where there is no such merge, or it was taken back already.
    """
    change = _lock_change(merge_id, "merge")
    other = Person.objects.select_for_update().get(pk=change.other_id)
    kept = Person.objects.select_for_update().get(pk=other.survivor_id or other.pk)
    at = clock.now()
    returned = _return_links(change, other.pk, kept.pk, at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET survivor_id = NULL WHERE id = %s", [other.pk])
        # Whoever was merged anew since belongs where that later merge put them.
        cursor.execute(
            "UPDATE people_person p SET survivor_id = %(other)s WHERE id = ANY(%(ids)s) AND survivor_id = %(kept)s"
            " AND NOT EXISTS (SELECT 1 FROM people_merge m WHERE m.kind = 'merge' AND m.other_id = p.id"
            " AND m.undone_at IS NULL AND m.recorded_at > %(at)s)",
            {"other": other.pk, "ids": change.repointed, "kept": kept.pk, "at": change.recorded_at},
        )
    _close(change, by, at)
    settle_persons(persons=[kept.pk, other.pk], by=by)
    audit.record(
        "people.persons.unmerged", by=by, subjects=[kept.pk, other.pk],
        detail={"change": change.pk, "records": len(returned)},
    )  # fmt: skip
    return merges.as_change(change)


@transaction.atomic
def split_person(
    *,
    person_id: int,
    records: Sequence[int],
    by: Actor,
    into: int | None = None,
    weights: Mapping[str, Any] | None = None,
) -> Change:
    """Allot records of a person to a new one, or back to one who was merged into this person.

    Raises UnusableInput where nothing or everything was chosen, a record is not this person's, or `into` is neither.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    own, chosen = set(_links_of(person.pk)), sorted(set(records))
    _refuse_empty_split(own, set(chosen))
    at = clock.now()
    other = _new_person(person.territory, at) if into is None else _revive(person, into)
    moved = _move(chosen, other, weights or {}, by, at)
    change = Merge.objects.create(
        kind="split", person_id=person.pk, other_id=other, records=moved, weights=dict(weights or {}),
        staff_id=by.staff_id, territory=person.territory, recorded_at=at,
    )  # fmt: skip
    settle_persons(persons=[person.pk, other], by=by)
    audit.record(
        "people.person.split", by=by, subjects=[person.pk, other], detail={"change": change.pk, "records": len(moved)}
    )
    return merges.as_change(change)


@transaction.atomic
def take_back_split(*, change_id: int, by: Actor) -> Change:
    """Take a split back: the two become one again, under the older id."""
    change = _lock_change(change_id, "split")
    _close(change, by, clock.now())
    merged = merge_persons(survivor_id=change.person_id, merged_id=change.other_id, weights={"split": change.pk}, by=by)
    audit.record("people.split.taken_back", by=by, subjects=[merged.person_id], detail={"change": change.pk})
    return merged


# ---- what may not be done ----


def _living(first_id: int, second_id: int) -> tuple[Person, Person]:
    """Lock the persons that two ids stand for now, by id, so that two clerks cannot block each other."""
    wanted = [merges.current(first_id), merges.current(second_id)]
    if wanted[0] == wanted[1]:
        raise UnusableInput(
            "people.merge.same_person", Text("这两个编号已经是同一个人", "these two ids are one person already"),
            place=f"{ids.show(first_id)}, {ids.show(second_id)}",
        )  # fmt: skip
    locked = {one.pk: one for one in Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if len(locked) < 2:
        raise UnusableInput(
            "people.merge.unseen",
            Text("其中一个人不在本岗位的范围里", "one of the two is not within this post's reach"),
            remedy=Text("由管两处的岗位来合并", "let a post that covers both places do it"),
        )
    if any(one.survivor_id for one in locked.values()):
        raise UnusableInput(
            "people.merge.changed",
            Text("刚才有人合并了其中一个人", "somebody has just merged one of the two"),
            remedy=Text("重新打开再看", "open the page again"),
        )
    for one in locked.values():
        if one.retired_at is not None:
            raise UnusableInput(
                "people.merge.silent",
                Text("这个人的记录都已经撤回", "all records of this person have been withdrawn"),
                place=ids.show(one.pk),
                remedy=Text("等名册重新导入后再合并", "merge after a roll speaks of the person again"),
            )
    return locked[wanted[0]], locked[wanted[1]]


def _refuse_two_numbers(first: int, second: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, array_agg(key) FROM people_key WHERE kind = %s AND person_id IN (%s, %s)"
            " GROUP BY person_id",
            [records.ID, first, second],
        )
        found = [{bytes(key) for key in keys} for _, keys in cursor.fetchall()]
    if len(found) == 2 and not found[0] & found[1]:
        raise UnusableInput(
            "people.merge.two_numbers",
            Text("两个人各有一个有效的证件号码，而且不一样", "each of the two has a valid id number, and they differ"),
            place=f"{ids.show(first)}, {ids.show(second)}",
            remedy=Text(
                "先请登错号码的部门更正那条记录，再合并",
                "have the bureau that sent the wrong number correct its record, then merge",
            ),
        )


def _refuse_empty_split(own: set[int], chosen: set[int]) -> None:
    if not chosen or not chosen <= own:
        raise UnusableInput(
            "people.split.not_theirs",
            Text("没有选记录，或选的记录不是这个人的", "no record was chosen, or one that is not this person's"),
            remedy=Text("重新打开再选", "open the page again and choose"),
        )
    if chosen == own:
        raise UnusableInput(
            "people.split.nothing_left",
            Text("不能把全部记录都分出去", "not every record can be parted from a person"),
            remedy=Text("至少留下一条", "leave at least one"),
        )


# ---- links ----


def _links_of(person: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_id FROM people_link WHERE person_id = %s AND superseded_at IS NULL", [person])
        return [row[0] for row in cursor.fetchall()]


def _supersede(links: Sequence[int], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_link SET superseded_at = %s WHERE record_id = ANY(%s) AND superseded_at IS NULL",
            [at, list(links)],
        )


def _move(moving: Sequence[int], to: int, weights: Mapping[str, Any], by: Actor, at: datetime) -> list[int]:
    """Supersede the live links of records and link them to another person; returns the records."""
    _supersede(moving, at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_link (record_id, person_id, method, weights, staff_id, territory, recorded_at)"
            " SELECT record_id, p.id, %s, %s, %s, p.territory, %s FROM unnest(%s::bigint[]) AS moving (record_id)"
            " JOIN people_person p ON p.id = %s",
            [METHOD, json.dumps(dict(weights)), by.staff_id, at, list(moving), to],
        )
    return sorted(moving)


def _return_links(change: Merge, other: int, kept: int, at: datetime) -> list[int]:
    """Give the records of a merge that are still with the survivor back, each by the link it had before."""
    with connection.cursor() as cursor:
        cursor.execute(
            # What has been with one of the merged since was given back once, and came to the survivor by a later act.
            "SELECT record_id FROM people_link l WHERE record_id = ANY(%(records)s) AND person_id = %(kept)s"
            " AND superseded_at IS NULL AND NOT EXISTS (SELECT 1 FROM people_link x WHERE x.record_id = l.record_id"
            " AND x.recorded_at > %(at)s AND x.person_id = ANY(%(former)s))",
            {
                "records": change.records, "kept": kept, "at": change.recorded_at,
                "former": [other, *change.repointed],
            },
        )  # fmt: skip
        returning = [row[0] for row in cursor.fetchall()]
        _supersede(returning, at)
        cursor.execute(
            "INSERT INTO people_link (record_id, person_id, method, weights, staff_id, territory, recorded_at)"
            " SELECT DISTINCT ON (record_id) record_id, person_id, method, weights, staff_id, territory, %s"
            " FROM people_link WHERE record_id = ANY(%s) AND person_id = %s AND superseded_at IS NOT NULL"
            " ORDER BY record_id, superseded_at DESC, id DESC",
            [at, returning, other],
        )
    return returning


# ---- persons ----


def _new_person(territory: str, at: datetime) -> int:
    with connection.cursor() as cursor:
        while True:  # an id may be taken by somebody this post does not see
            person = int(ids.new_person_id())
            cursor.execute(
                "INSERT INTO people_person (id, territory, created_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [person, territory, at],
            )
            if cursor.rowcount:
                return person


def _revive(person: Person, into: int) -> int:
    revived = Person.objects.filter(pk=into, survivor_id=person.pk).update(survivor_id=None)
    if not revived:
        raise UnusableInput(
            "people.split.not_merged",
            Text("这个编号没有并入此人", "this id was not merged into the person"),
            place=ids.show(into),
            remedy=Text("把记录分给一个新的人", "part the records as a new person"),
        )
    return into


# ---- notes of changes ----


def _lock_change(change_id: int, kind: str) -> Merge:
    found = Merge.objects.select_for_update().filter(pk=change_id, kind=kind).first()
    if found is None or found.undone_at is not None:
        raise UnusableInput(
            "people.merge.taken_back",
            Text("没有这次合并或拆分，或者已经撤回", "there is no such change, or it was taken back already"),
            place=str(change_id),
            remedy=Text("重新打开人员页再看", "open the person's page again"),
        )
    return found


def _close(change: Merge, by: Actor, at: datetime) -> None:
    change.undone_at, change.undone_staff_id = at, by.staff_id
    change.save(update_fields=["undone_at", "undone_staff_id"])
