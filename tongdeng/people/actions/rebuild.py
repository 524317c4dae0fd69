"""Profiles from records: the only writer of the caches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.org import selectors as org
from tongdeng.people import caches, identity, refresh, selectors, staging
from tongdeng.people.types import Profile, Statement

BLOCK = 5_000  # persons resolved at a time: bounds memory, not results
# The note of a merge or split lies with the smallest division that holds both.
PLACE_MERGES = """
UPDATE people_merge m SET territory = CASE WHEN a.territory = b.territory THEN a.territory
       WHEN left(a.territory, 9) = left(b.territory, 9) THEN left(a.territory, 9) || '000'
       ELSE left(a.territory, 6) || '000000' END
  FROM people_person a, people_person b
 WHERE a.id = m.person_id AND b.id = m.other_id AND (m.person_id IN {persons} OR m.other_id IN {persons})"""
MOVED = "ANY(ARRAY(SELECT id FROM stage_moved))"  # looked up in an index, whatever the planner takes the tables for
TOLD = "ANY(ARRAY(SELECT record_id FROM stage_told))"
PLACE = (
    # The ids that were merged into a person, and what was written under them, go where the person goes.
    f"""
INSERT INTO stage_moved SELECT p.id, m.territory FROM people_person p JOIN stage_moved m ON m.id = p.survivor_id
 WHERE p.survivor_id = {MOVED}""",
    f"UPDATE people_person p SET territory = m.territory FROM stage_moved m WHERE p.id = m.id AND p.id = {MOVED}",
    PLACE_MERGES.format(persons="(SELECT id FROM stage_moved)"),
    f"""
CREATE TEMP TABLE stage_told ON COMMIT DROP AS SELECT l.record_id, m.territory FROM people_link l
  JOIN stage_moved m ON m.id = l.person_id WHERE l.superseded_at IS NULL AND l.person_id = {MOVED}""",
    f"UPDATE people_record r SET territory = t.territory FROM stage_told t WHERE r.id = t.record_id AND r.id = {TOLD}",
    f"""
UPDATE people_sighting s SET territory = t.territory FROM stage_told t
 WHERE s.record_id = t.record_id AND s.record_id = {TOLD}""",
    f"""
UPDATE people_link l SET territory = m.territory FROM stage_moved m
 WHERE l.person_id = m.id AND l.person_id = {MOVED}""",
)


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


def rebuild_anew(*, on: date, source: str, recorded_at: datetime, by: Actor) -> int:
    """Resolve the persons of `stage_several` and `stage_anew`, block by block. Returns how many there were."""
    count, last = _write_made(on, source, recorded_at), 0
    while block := _anew_after(last):
        _rebuild_block(block, on, None)
        count, last = count + len(block), block[-1]
    audit.record("people.profiles.rebuilt", by=by, detail={"people": count})
    return count


def _write_made(on: date, source: str, recorded_at: datetime) -> int:
    """Write the profiles of the persons whom a roll has made by several rows: all that is known of them is staged."""
    county, count = selectors.county_code(on), 0
    for grouped, places in staging.made(source, recorded_at, BLOCK):
        profiles = _resolved(grouped, on, county)
        caches.write(profiles, {person: caches.keys_of(grouped[person]) for person in profiles})
        _place_records(profiles, places)
        count += len(profiles)
    return count


def _anew_after(last: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT person_id FROM stage_anew WHERE person_id > %s ORDER BY person_id LIMIT %s", [last, BLOCK]
        )
        return [row[0] for row in cursor.fetchall()]


def _resolved(grouped: Mapping[int, list[Statement]], on: date, county: str) -> dict[int, tuple[Profile, str]]:
    ranks, successors = selectors.ranks(), org.successors(on)
    profiles = {}
    for person, statements in grouped.items():
        profile = identity.resolve(statements, ranks, on, successors)
        profiles[person] = (profile, profile.community or county)
    return profiles


def _rebuild_block(persons: list[int], on: date, reach: tuple[str, str] | None) -> None:
    grouped: dict[int, list[Statement]] = defaultdict(list)
    for person, statement in selectors.statements_of(persons):
        grouped[person].append(statement)
    profiles, places = _resolved(grouped, on, selectors.county_code(on)), selectors.territories(grouped)
    if reach:
        lo, hi = reach
        profiles = {p: (one, to if lo <= to < hi else places[p]) for p, (one, to) in profiles.items()}
    refresh.silence([person for person in persons if person not in grouped])
    refresh.refresh(profiles, {person: caches.keys_of(grouped[person]) for person in profiles})
    _place_records(profiles, places)


def _place_records(profiles: caches.Profiles, places: Mapping[int, str]) -> None:
    """Let everything that hangs on a person follow the person from there to the territory of the current community."""
    moved = [(person, to) for person, (_, to) in profiles.items() if places[person] != to]
    if not moved:
        return
    bulk.load("stage_moved", "people_person", ("id", "territory"), moved)
    with connection.cursor() as cursor:
        for statement in PLACE:
            cursor.execute(statement)
    bulk.drop("stage_moved", "stage_told")
