"""What a roll adds to persons who are known, where its source tells of no spell and little else than name and phone.

Nothing of them is opened: who states a value is kept with it, and whether a row agrees its blind keys tell. The profile
is the one that `resolve` would make; whoever cannot be told in this way is left to it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.kernel import names
from tongdeng.linkage import characters
from tongdeng.people import caches, selectors, stated
from tongdeng.people.types import Believed, Statement

# Attribute -> the column that tells whether two values are the same, and those that change with it.
ADDED = {
    "name": ("name", "name_sound", "given", "pinyin", "initials"),
    "id_number": ("id_index", "id_sealed"),
    "id_claimed": ("claimed_index", "claimed_sealed"),
    "phone": ("phone_index", "phone_sealed"),
}
COLUMNS = tuple(column for columns in ADDED.values() for column in columns)
FROM_NUMBER = ("born_on", "sex")
ROWS = """
SELECT s.person_id, s.record_id, s.as_at, s.row_on, s.digest, s.is_claimed,
  s.name, s.number_key, d.id_sealed, d.claimed_index, d.claimed_sealed, s.phone_key, d.phone_sealed
FROM stage_row s JOIN stage_said d USING (position) JOIN stage_added a USING (person_id)"""
PROFILES = """
SELECT i.person_id, i.sources::text, i.name, i.id_index, i.claimed_index, i.phone_index FROM people_identity i
WHERE i.person_id = ANY(ARRAY(SELECT person_id FROM stage_added))"""
KNOWN = "SELECT id, source, as_at, row_on, recorded_at, digest FROM people_record WHERE id = ANY(%s)"
KEYS = """
INSERT INTO people_key (person_id, kind, key, territory)
SELECT DISTINCT n.person_id, n.kind, n.key, p.territory FROM (
  SELECT person_id, 1 AS kind, number_key AS key FROM stage_row UNION ALL
  SELECT person_id, 2, triple_key FROM stage_row) n
JOIN stage_added USING (person_id) JOIN people_person p ON p.id = n.person_id
WHERE n.key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people_key k WHERE k.key = n.key AND k.person_id = n.person_id)"""
CHANGES = ", ".join(
    f"{column} = CASE WHEN s.{columns[0]} IS NULL THEN i.{column} ELSE s.{column} END"
    for columns in ADDED.values()
    for column in columns
)
UPDATE = f"""
UPDATE people_identity i SET sources = s.sources, {CHANGES} FROM stage_now s WHERE i.person_id = s.person_id"""
NOBODY = stated.Listed((), False)


class _Said(NamedTuple):
    """A value of a staged row: what it is compared by, and what is written where it is chosen; of a name not yet."""

    compared: Any
    columns: tuple[Any, ...]


class _Row(NamedTuple):
    statement: Statement
    said: Mapping[str, _Said]
    is_claimed: bool


class _Profile(NamedTuple):
    listed: Mapping[str, stated.Listed]
    chosen: Mapping[str, Any]


def adds_only(source: str) -> bool:
    """Tell whether the rows of a source can be added without opening what is known."""
    states = {attribute for attribute, order in selectors.ranks().items() if source in order}
    return states <= ADDED.keys() and not caches.tables_of(source)


def add(persons: Iterable[int], source: str, recorded_at: datetime) -> set[int]:
    """Add the staged rows to these persons, of whom nothing else is new; return those for whom it was done."""
    bulk.values("stage_added", "person_id", "bigint", persons)
    rows, profiles = _rows(source, recorded_at), _profiles()
    known = _statements({i for one in profiles.values() for a in ADDED for i in one.listed.get(a, NOBODY).records})
    lines = {}
    for person, added in rows.items():
        if person in profiles and (line := _added(person, profiles[person], added, known)):
            lines[person] = line
    bulk.drop("stage_added")
    _write(lines)
    return set(lines)


def _rows(source: str, recorded_at: datetime) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        for person, record, as_at, row_on, digest, is_claimed, *values in cursor.fetchall():
            statement = Statement(record, source, {}, as_at, row_on, recorded_at, bytes(digest))
            found[person].append(_Row(statement, dict(_said(*values)), is_claimed))
    return found


def _said(name: str | None, *sealed: bytes | None) -> Iterator[tuple[str, _Said]]:
    if name:
        yield "name", _Said(name, ())
    for attribute, key, cipher in zip(("id_number", "id_claimed", "phone"), sealed[::2], sealed[1::2], strict=True):
        if key:
            yield attribute, _Said(bytes(key), (key, cipher))


def _profiles() -> dict[int, _Profile]:
    with connection.cursor() as cursor:
        cursor.execute(PROFILES)
        return {
            person: _Profile(
                stated.read(json.loads(sources)),
                dict(zip(ADDED, (name, *(key and bytes(key) for key in keys)), strict=True)),
            )
            for person, sources, name, *keys in cursor.fetchall()
        }


def _statements(listed: Iterable[int]) -> dict[int, Statement]:
    """Return what orders the records among which the new ones take their places; none is opened."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(listed)])
        return {
            record: Statement(record, source, {}, as_at, row_on, recorded_at, bytes(digest))
            for record, source, as_at, row_on, recorded_at, digest in cursor.fetchall()
        }


def _added(person: int, profile: _Profile, rows: Sequence[_Row], known: Mapping[int, Statement]) -> caches.Line | None:
    """Return a person's line of `stage_now`; None where it takes more than adding."""
    if any(row.is_claimed for row in rows):
        return None
    listed, changed = dict(profile.listed), dict.fromkeys(COLUMNS)
    for attribute, columns in ADDED.items():
        new = [(row.statement, row.said[attribute]) for row in rows if attribute in row.said]
        if not new:
            continue
        had = listed.get(attribute, NOBODY)
        if not known.keys() >= set(had.records):
            return None
        former = profile.chosen[attribute]
        listed[attribute], first = _merged(attribute, had, new, former, known)
        if first is not None and first.compared != former:
            if attribute == "id_number":
                return None  # it decides birth date and sex
            chosen = first.columns or _name_columns(first.compared)
            changed.update(zip(columns, chosen, strict=True))
    for attribute in FROM_NUMBER:
        if "id_number" in listed and attribute in listed:
            records = (*listed["id_number"].records, *listed[attribute].records)
            listed[attribute] = listed[attribute]._replace(records=tuple(dict.fromkeys(records)))
    believed = {attribute: Believed(None, *one) for attribute, one in listed.items()}
    return person, stated.written(believed), *changed.values()


def _name_columns(name: str) -> tuple[Any, ...]:
    return name, characters.sound(name), *(word or None for word in names.spoken(name))


def _merged(
    attribute: str, had: stated.Listed, new: Sequence[tuple[Statement, _Said]], former: Any,
    known: Mapping[int, Statement],
) -> tuple[stated.Listed, _Said | None]:  # fmt: skip
    """Return who states an attribute now, and the value that is chosen if a new row states it."""
    order = selectors.ranks()[attribute]
    every: list[tuple[Statement, _Said | None]] = [*((known[record], None) for record in had.records), *new]
    every.sort(key=lambda one: one[0].newness, reverse=True)
    every.sort(key=lambda one: order[one[0].source])
    values = {said.compared for _, said in new} | ({former} if had.records else set())
    records = tuple(statement.record_id for statement, _ in every)
    return stated.Listed(records, had.is_disputed or len(values) > 1), every[0][1]


def _write(lines: Mapping[int, caches.Line]) -> None:
    bulk.values("stage_added", "person_id", "bigint", lines)
    bulk.load("stage_now", "people_identity", ("person_id", "sources", *COLUMNS), lines.values())
    with connection.cursor() as cursor:
        for statement in (UPDATE, KEYS):
            cursor.execute(statement)
    bulk.drop("stage_now", "stage_added")
