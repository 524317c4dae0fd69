"""Opening doubts: what a clerk must judge, where, how urgent, and whether one clerk may do so alone."""

import json
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.types import Doubt
from tongdeng.kernel import clock
from tongdeng.people.exports import candidates

DUE_IN_DAYS = 30

STAGE = """
CREATE TEMP TABLE stage_doubt (
    position bigint, person_id bigint, other_id bigint, record_id bigint, kind text, weights jsonb
) ON COMMIT DROP"""
# Who was merged since is judged by the survivor; a pair that has become one person is no question any more. Each is
# looked up by itself: beside a register that the planner knows little of, it would rather read all of it four times.
PAIRS = """
CREATE TEMP TABLE stage_pair ON COMMIT DROP AS
SELECT DISTINCT ON (least(a.id, b.id), greatest(a.id, b.id), CASE WHEN d.kind = 'sample' THEN d.record_id END)
       a.id AS person_id, b.id AS other_id, d.record_id, d.kind, d.weights,
       CASE WHEN a.territory = b.territory THEN a.territory
            WHEN left(a.territory, 9) = left(b.territory, 9) THEN left(a.territory, 9) || '000'
            ELSE left(a.territory, 6) || '000000' END AS territory
FROM stage_doubt d
CROSS JOIN LATERAL (SELECT coalesce(survivor_id, id) AS id FROM people_person WHERE id = d.person_id OFFSET 0) p
CROSS JOIN LATERAL (SELECT coalesce(survivor_id, id) AS id FROM people_person WHERE id = d.other_id OFFSET 0) o
CROSS JOIN LATERAL (SELECT id, territory FROM people_person WHERE id = p.id OFFSET 0) a
CROSS JOIN LATERAL (SELECT id, territory FROM people_person WHERE id = o.id OFFSET 0) b
WHERE (a.id <> b.id) = (d.kind <> 'sample')
ORDER BY least(a.id, b.id), greatest(a.id, b.id), CASE WHEN d.kind = 'sample' THEN d.record_id END, d.position"""
PERSONS = """
CREATE TEMP TABLE stage_asked ON COMMIT DROP AS
SELECT person_id FROM stage_pair UNION SELECT other_id FROM stage_pair"""
# What the answer may change for each person. Care and money: a second clerk must agree.
TOUCHED = """
CREATE TEMP TABLE stage_touched ON COMMIT DROP AS
SELECT a.person_id, said.records + given.deliveries + held.permits AS touched,
       said.is_care OR given.is_care OR insured.found AS is_care, coalesce(md5(concat_ws(
           '|', i.name, encode(i.id_index, 'hex'), encode(i.claimed_index, 'hex'), i.born_on, i.sex,
           encode(i.phone_index, 'hex'), i.hukou_code)), '') AS known_by
FROM stage_asked a
LEFT JOIN people_identity i USING (person_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS records, coalesce(bool_or(r.source = 'other'), false) AS is_care
    FROM people_link l JOIN people_record r ON r.id = l.record_id
    WHERE l.person_id = a.person_id AND l.superseded_at IS NULL AND r.superseded_at IS NULL
) said
CROSS JOIN LATERAL (
    SELECT count(*) AS deliveries,
           coalesce(bool_or(d.fee_fen > 0 OR left(d.service, 3) IN ('HEA', 'MIB', 'CIV')), false) AS is_care
    FROM delivery_delivery d JOIN people_link l ON l.record_id = d.record_id AND l.superseded_at IS NULL
    WHERE l.person_id = a.person_id
) given
CROSS JOIN LATERAL (SELECT count(*) AS permits FROM people_permit p WHERE p.person_id = a.person_id) held
CROSS JOIN LATERAL (SELECT count(*) > 0 AS found FROM people_insurance n WHERE n.person_id = a.person_id) insured"""
# Questions asked before, by the persons they are about now.
ASKED_BEFORE = """
CREATE TEMP TABLE stage_asked_before ON COMMIT DROP AS
SELECT coalesce(p.survivor_id, p.id) AS person_id, coalesce(o.survivor_id, o.id) AS other_id, k.kind, k.record_id,
       k.closed_at, k.verdict, k.evidence
FROM intake_doubt k JOIN people_person p ON p.id = k.person_id JOIN people_person o ON o.id = k.other_id
WHERE p.id IN (SELECT person_id FROM stage_asked) OR o.id IN (SELECT person_id FROM stage_asked)
   OR p.survivor_id IN (SELECT person_id FROM stage_asked) OR o.survivor_id IN (SELECT person_id FROM stage_asked)"""
# Open questions follow the persons they are about; what two clerks disagreed on stays with the level above.
PLACE = """
UPDATE intake_doubt d SET territory = CASE WHEN a.territory = b.territory THEN a.territory
       WHEN left(a.territory, 9) = left(b.territory, 9) THEN left(a.territory, 9) || '000'
       ELSE left(a.territory, 6) || '000000' END
  FROM people_person a, people_person b
 WHERE a.id = d.person_id AND b.id = d.other_id AND d.closed_at IS NULL AND d.second_verdict IS NULL"""
# A sample moves one record at most, so only that record decides whether care or money is touched.
SAMPLED = """
    EXISTS (SELECT 1 FROM people_record r WHERE r.id = p.record_id AND r.source = 'other')
    OR EXISTS (SELECT 1 FROM people_insurance n WHERE n.record_id = p.record_id)
    OR EXISTS (SELECT 1 FROM delivery_delivery d WHERE d.record_id = p.record_id
               AND (d.fee_fen > 0 OR left(d.service, 3) IN ('HEA', 'MIB', 'CIV')))"""
OPEN = f"""
INSERT INTO intake_doubt (
    person_id, other_id, record_id, kind, method, weights, weight, consequence, needs_two, territory, evidence,
    opened_at, ask_on, due_on, note, settler)
SELECT p.person_id, p.other_id, p.record_id, p.kind,
       coalesce((SELECT l.method FROM people_link l WHERE l.record_id = p.record_id AND l.superseded_at IS NULL), ''),
       p.weights, (p.weights ->> 'weight')::float8,
       least(CASE p.kind WHEN 'sample' THEN 1 ELSE a.touched + b.touched END, 32767),
       CASE p.kind WHEN 'sample' THEN {SAMPLED} ELSE a.is_care OR b.is_care END,
       p.territory, least(a.known_by, b.known_by) || greatest(a.known_by, b.known_by), %(at)s, %(today)s, %(due)s,
       '', ''
FROM stage_pair p
JOIN stage_touched a ON a.person_id = p.person_id
JOIN stage_touched b ON b.person_id = p.other_id
WHERE NOT EXISTS (
    SELECT 1 FROM stage_asked_before k
    WHERE least(k.person_id, k.other_id) = least(p.person_id, p.other_id)
      AND greatest(k.person_id, k.other_id) = greatest(p.person_id, p.other_id)
      AND CASE WHEN p.kind = 'sample' THEN k.kind = 'sample' AND k.record_id = p.record_id
          ELSE k.kind <> 'sample' AND (k.closed_at IS NULL OR k.verdict = 'different'
               AND k.evidence = least(a.known_by, b.known_by) || greatest(a.known_by, b.known_by)) END)"""


def open_doubts(*, doubts: Sequence[Doubt], by: Actor) -> int:
    """Ask clerks whether these pairs are one person, and return how many questions are new.

    Not asked again: a pair whose question is open, a pair found different while what the two are known by is still the
    same, a sample of one link drawn before. Pairs of which the actor may not see both are left to a job that may.
    """
    at, today = clock.now(), clock.today()
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy("COPY stage_doubt FROM STDIN") as copy:
            for position, one in enumerate(doubts):
                weights = json.dumps(dict(one.weights), ensure_ascii=False)
                copy.write_row((position, one.person_id, one.other_id, one.record_id, one.kind, weights))
        cursor.execute("ANALYZE stage_doubt")
        if not by.post_id:  # a post cannot place anything beyond its own territory
            cursor.execute(PLACE)
        cursor.execute(PAIRS)
        cursor.execute(PERSONS)
        # Few are asked about: joined by hashing, as a bulk import joins, each would be sought in the whole register.
        with candidates.looking_up(is_bulk=False):
            cursor.execute(TOUCHED)
        cursor.execute(ASKED_BEFORE)
        cursor.execute(OPEN, {"at": at, "today": today, "due": today + timedelta(days=DUE_IN_DAYS)})
        count = int(cursor.rowcount)
        cursor.execute("DROP TABLE stage_doubt, stage_pair, stage_asked, stage_touched, stage_asked_before")
    audit.record("intake.doubts.opened", by=by, detail={"doubts": count})
    return count
