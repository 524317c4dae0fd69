"""Compares what the sources say of everybody and counts it by community: the cube that the pages read."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.intake.quality import findings
from tongdeng.intake.quality.terms import terms
from tongdeng.kernel import clock
from tongdeng.people import selectors as registry
from tongdeng.people.types import Statement

BLOCK = 20_000
COLUMNS = ("source", "community", "kind", "code", "other", "people", "measured_at")
Key = tuple[str, str, str, str, str]  # source, community, kind, code, other

PEOPLE = """
SELECT r.source, l.territory, 'people', '', '', count(DISTINCT l.person_id)
  FROM people_link l JOIN people_record r ON r.id = l.record_id
 WHERE l.superseded_at IS NULL AND r.superseded_at IS NULL GROUP BY 1, 2"""
CLAIMED = """
SELECT r.source, i.territory, 'claimed', '', '', count(*)
  FROM people_identity i JOIN people_record r ON r.id =
       (jsonb_path_query_first(i.sources, '$[*] ? (@.of like_regex "id_claimed").records[0]'))::bigint
 WHERE i.claimed_index IS NOT NULL AND i.id_index IS NULL GROUP BY 1, 2"""
OPEN = "(s.ends_on IS NULL OR s.ends_on > %(today)s)"
STALE = f"""
SELECT s.source, s.territory, 'stale', '', '', count(DISTINCT s.person_id) FROM people_stay s
 WHERE {OPEN} AND s.as_at < %(stale)s GROUP BY 1, 2"""
FAR_PAST = f"""
SELECT s.source, s.territory, 'far_past', '', '', count(DISTINCT s.person_id)
  FROM people_stay s JOIN people_identity i USING (person_id)
 WHERE {OPEN} AND (s.starts_on < %(far)s OR s.starts_on < i.born_on) GROUP BY 1, 2"""
DOUBLE = f"""
SELECT source, territory, 'double', '', '', count(*) FROM (
    SELECT s.source, s.territory, s.person_id FROM people_stay s WHERE {OPEN}
     GROUP BY 1, 2, 3 HAVING count(*) > 1) AS twice GROUP BY 1, 2"""
# A first roll brings everything there is; how soon a bureau tells shows in what it sends afterwards.
LAG = """
WITH began AS (
    SELECT source, min(finished_at) AS at FROM people_batch WHERE state = 'done' AND file_name <> '' GROUP BY source)
SELECT r.source, r.territory, 'lag',
       CASE WHEN r.recorded_at::date - r.row_on <= %(timely)s THEN 'timely' ELSE 'late' END, '', count(*)
  FROM people_record r JOIN began b ON b.source = r.source AND r.recorded_at > b.at
 WHERE r.row_on IS NOT NULL AND r.recorded_at > %(today)s - interval '400 days' GROUP BY 1, 2, 4"""
DOUBT = """
SELECT coalesce(r.source, ''), d.territory, 'doubt', '', '', count(*)
  FROM intake_doubt d LEFT JOIN people_record r ON r.id = d.record_id
 WHERE d.closed_at IS NULL AND d.kind <> 'sample' GROUP BY 1, 2"""
DISPUTED = """
SELECT person_id, territory FROM people_identity
 WHERE jsonb_path_exists(sources, '$[*].disputed')"""


def compare(today: date) -> Counter[Key]:
    """Return how many people of each community stand out in each source, and how. Reads as whoever is acting."""
    known = terms()
    days = {
        "timely": known.timely_days,
        "today": today, "stale": today - timedelta(days=known.stale_after_days),
        "far": findings.years_before(today, known.far_past_years),
    }  # fmt: skip
    found: Counter[Key] = Counter()
    with connection.cursor() as cursor:
        for query in (PEOPLE, CLAIMED, STALE, FAR_PAST, DOUBLE, LAG, DOUBT):
            cursor.execute(query, days)
            for *key, count in cursor.fetchall():
                found[tuple(key)] += count
    found.update(_conflicts())
    return found


def _conflicts() -> Iterator[Key]:
    attributes, ranks, compared = terms().conflicts, registry.ranks(), registry.compared_sources()
    places = disputed()
    persons = sorted(places)
    for start in range(0, len(persons), BLOCK):
        said: dict[int, list[Statement]] = defaultdict(list)
        for person, statement in registry.statements_of(persons[start : start + BLOCK], compared):
            said[person].append(statement)
        for person, statements in said.items():
            newest = findings.newest_by_source(statements)
            for one in findings.conflicts(newest, ranks, attributes):
                yield (one.statement.source, places[person], "conflict", one.column, one.by or "")


def disputed() -> dict[int, str]:
    """Return the persons about whom records disagree, with their territory; nobody else can have a conflict."""
    with connection.cursor() as cursor:
        cursor.execute(DISPUTED)
        return dict(cursor.fetchall())


def replace_cells(found: Counter[Key]) -> int:
    """Put the counts in the place of the former ones."""
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM intake_quality_cell")
    return bulk.insert("intake_quality_cell", COLUMNS, ((*key, count, at) for key, count in found.items()))
