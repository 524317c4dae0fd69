"""Profiles from records: the only writer of the caches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from django.db import connection

from tongdeng.access.exports import bulk, gather
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.org import selectors as org
from tongdeng.people import adding, ahead, caches, refresh, selectors

BLOCK = 2_500  # persons resolved at a time: bounds memory, not results; while the server writes as many
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
    for block in ahead.resolved((everyone[i : i + BLOCK] for i in range(0, len(everyone), BLOCK)), on):
        _write(block, reach)
    if not by.post_id:
        gather(everyone)  # whom a post has placed already, too: it does not see every matter
    audit.record("people.profiles.rebuilt", by=by, detail={"people": len(everyone)})
    return len(everyone)


def rebuild_anew(*, on: date, source: str, recorded_at: datetime, by: Actor) -> int:
    """Bring the profiles of `stage_anew` to what a roll says now, block by block. Returns how many there were."""
    count = added = 0
    is_adding = adding.adds_only(source)

    def left() -> Iterator[list[int]]:
        """Yield those of each block to whom the roll's rows could not simply be added."""
        nonlocal count, added
        last = 0
        while block := _anew_after(last):
            done = adding.add([p for p, is_new in block if is_new], source, recorded_at) if is_adding else set()
            count, added, last = count + len(block), added + len(done), block[-1][0]
            yield [person for person, _ in block if person not in done]

    for block in ahead.resolved(left(), on):
        _write(block, None)
    audit.record("people.profiles.rebuilt", by=by, detail={"people": count, "added_to": added})
    return count


def _anew_after(last: int) -> list[tuple[int, bool]]:
    """Return some persons, and whether a roll's new rows are all that is new of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, bool_and(is_added) FROM stage_anew WHERE person_id > %s GROUP BY person_id"
            " ORDER BY person_id LIMIT %s",
            [last, BLOCK],
        )
        return list(cursor.fetchall())


def _write(block: ahead.Resolved, reach: tuple[str, str] | None) -> None:
    profiles, places = block.profiles, block.places
    if reach:
        lo, hi = reach
        profiles = {p: (one, to if lo <= to < hi else places[p]) for p, (one, to) in profiles.items()}
    refresh.silence(block.silent)
    refresh.refresh(profiles, block.keys)
    _place_records(profiles, places)


def _place_records(profiles: caches.Profiles, places: Mapping[int, str]) -> None:
    """Let everything that hangs on a person follow the person from there to the territory of the current community."""
    place([(person, to) for person, (_, to) in profiles.items() if places[person] != to])


def place(moved: Sequence[tuple[int, str]]) -> None:
    """Let everything that hangs on these persons, but for their profiles, go to the territory beside each."""
    if not moved:
        return
    bulk.load("stage_moved", "people_person", ("id", "territory"), moved)
    with connection.cursor() as cursor:
        for statement in PLACE:
            cursor.execute(statement)
    bulk.drop("stage_moved", "stage_told")
    gather(person for person, _ in moved)
