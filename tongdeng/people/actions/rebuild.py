"""Profiles from records: the only writer of the caches."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.org import selectors as org
from tongdeng.people import caches, identity, selectors
from tongdeng.people.types import Profile, Statement

BLOCK = 5_000  # persons resolved at a time: bounds memory, not results
# The note of a merge or split lies with the smallest division that holds both.
PLACE_MERGES = """
UPDATE people_merge m SET territory = CASE WHEN a.territory = b.territory THEN a.territory
       WHEN left(a.territory, 9) = left(b.territory, 9) THEN left(a.territory, 9) || '000'
       ELSE left(a.territory, 6) || '000000' END
  FROM people_person a, people_person b
 WHERE a.id = m.person_id AND b.id = m.other_id AND (m.person_id IN {persons} OR m.other_id IN {persons})"""


def rebuild(*, persons: Iterable[int], on: date, by: Actor) -> int:
    """Resolve these persons anew and write their caches. Returns how many there were.

    A post cannot write beyond its territory: whom it would place elsewhere stays until a job rebuilds the person.
    """
    org.hold_map()
    everyone = sorted(set(persons))
    reach = selectors.reach_of(by.post_id) if by.post_id else None
    for start in range(0, len(everyone), BLOCK):
        _rebuild_block(everyone[start : start + BLOCK], on, reach)
    audit.record("people.profiles.rebuilt", by=by, detail={"people": len(everyone)})
    return len(everyone)


def rebuild_anew(*, on: date, by: Actor) -> int:
    """Resolve the persons of `stage_anew`, block by block. Returns how many there were."""
    count, last = 0, 0
    while block := _anew_after(last):
        _rebuild_block(block, on, None)
        count, last = count + len(block), block[-1]
    audit.record("people.profiles.rebuilt", by=by, detail={"people": count})
    return count


def _anew_after(last: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT person_id FROM stage_anew WHERE person_id > %s ORDER BY person_id LIMIT %s", [last, BLOCK]
        )
        return [row[0] for row in cursor.fetchall()]


def _rebuild_block(persons: list[int], on: date, reach: tuple[str, str] | None) -> None:
    county, ranks, successors = selectors.county_code(on), selectors.ranks(), org.successors(on)
    grouped: dict[int, list[Statement]] = defaultdict(list)
    for person, statement in selectors.statements_of(persons):
        grouped[person].append(statement)
    profiles: dict[int, tuple[Profile, str]] = {}
    for person, statements in grouped.items():
        profile = identity.resolve(statements, ranks, on, successors)
        profiles[person] = (profile, profile.community or county)
    if reach:
        profiles = _within(profiles, *reach)
    caches.clear(persons, silent=[person for person in persons if person not in grouped])
    caches.write(profiles, {person: caches.keys_of(grouped[person]) for person in profiles})
    _place_records({person: territory for person, (_, territory) in profiles.items()})


def _within(profiles: dict[int, tuple[Profile, str]], lo: str, hi: str) -> dict[int, tuple[Profile, str]]:
    now = selectors.territories(profiles)
    return {person: (one, to if lo <= to < hi else now[person]) for person, (one, to) in profiles.items()}


def _place_records(territories: dict[int, str]) -> None:
    """Let everything that hangs on a person follow the person to the territory of the current community."""
    columns = ("id", "territory")
    bulk.load("stage_place", "people_person", columns, territories.items())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stage_place")
        cursor.execute(
            "CREATE TEMP TABLE stage_moved ON COMMIT DROP AS SELECT id, place.territory FROM stage_place AS place"
            " JOIN people_person AS person USING (id) WHERE person.territory <> place.territory"
        )
        # The ids that were merged into a person, and what was written under them, go where the person goes.
        cursor.execute(
            "INSERT INTO stage_moved SELECT p.id, m.territory FROM people_person p"
            " JOIN stage_moved m ON m.id = p.survivor_id"
        )
        cursor.execute("UPDATE people_person p SET territory = m.territory FROM stage_moved m WHERE p.id = m.id")
        cursor.execute(PLACE_MERGES.format(persons="(SELECT id FROM stage_moved)"))
        cursor.execute(
            "UPDATE people_record r SET territory = m.territory FROM stage_moved m JOIN people_link l"
            " ON l.person_id = m.id WHERE r.id = l.record_id AND l.superseded_at IS NULL"
        )
        cursor.execute(
            "UPDATE people_sighting s SET territory = m.territory FROM stage_moved m JOIN people_link l"
            " ON l.person_id = m.id WHERE s.record_id = l.record_id AND l.superseded_at IS NULL"
        )
        cursor.execute("UPDATE people_link l SET territory = m.territory FROM stage_moved m WHERE l.person_id = m.id")
    bulk.drop("stage_place", "stage_moved")
