-- How a person stands to a service of which there is a window, the first that fits: an outcome this year; not entitled;
-- unknown; owed; not due. Without a window it is the answer that tells: not entitled, unknown, available or not due.
CREATE OR REPLACE TEMP TABLE standing AS
WITH
told_by AS (
    SELECT n, s, p, outcome IN ('served', 'declined') AS is_settled, outcome, outcome_on,
           opens_on <= getvariable('as_of') AND outcome IS NULL
               AND coalesce(closes_on, DATE '9999-12-31') >= getvariable('as_of') AS is_open,
           is_several
    FROM part_window
),
one AS (
    SELECT n, s, p, is_open, CASE WHEN is_settled THEN outcome END AS newest,
           CASE WHEN is_settled AND outcome_on >= getvariable('year_start') THEN outcome END AS this_year
    FROM told_by WHERE NOT is_several
    UNION ALL
    SELECT n, s, any_value(p), bool_or(is_open), arg_max(outcome, outcome_on) FILTER (is_settled),
           arg_max(outcome, outcome_on) FILTER (is_settled AND outcome_on >= getvariable('year_start'))
    FROM told_by WHERE is_several GROUP BY n, s
)
SELECT n, s, unknown_days(coalesce(p, 0)) & getvariable('last_bit') <> 0 AS is_unknown,
       CASE WHEN this_year IS NOT NULL THEN this_year
            WHEN t.once & getvariable('last_bit') <> 0 AND newest IS NOT NULL THEN newest
            WHEN coalesce(p, 0) >> 16 & getvariable('last_bit') = 0 THEN 'not_entitled'
            WHEN is_unknown THEN 'unknown'
            WHEN is_open THEN 'owed'
            WHEN t.stream & getvariable('last_bit') <> 0 AND newest IS NOT NULL THEN newest
            ELSE 'not_due' END AS status
FROM one JOIN term_mask t USING (s)
WHERE t.in_force & getvariable('last_bit') <> 0;

INSERT INTO tally_standing
SELECT status, is_unknown, count(*)
FROM standing JOIN home USING (n) WHERE home.days & getvariable('last_bit') <> 0 GROUP BY ALL;

INSERT INTO tally_people
SELECT (SELECT count(*) FROM home WHERE days & getvariable('last_bit') <> 0),
       (SELECT count(*) FROM told WHERE lives_here IS NULL AND hi = len(getvariable('evaluated_days')));
