-- The first that fits: an outcome this year; not entitled; unknown; owed; available; not due.
CREATE OR REPLACE TEMP TABLE status AS
WITH
newest AS (
    SELECT n, service, arg_max(outcome, outcome_on) AS outcome
    FROM owed_window WHERE outcome IN ('served', 'declined') GROUP BY n, service
),
this_year AS (
    SELECT n, service, arg_max(outcome, outcome_on) AS outcome FROM owed_window
    WHERE outcome IN ('served', 'declined') AND outcome_on >= getvariable('year_start') GROUP BY n, service
),
open_now AS (
    SELECT DISTINCT n, service FROM owed_window
    WHERE opens_on <= getvariable('as_of') AND outcome IS NULL
      AND coalesce(closes_on, DATE '9999-12-31') >= getvariable('as_of')
)
SELECT s.n, s.service, s.answer, open_now.n IS NOT NULL AS is_open,
       CASE WHEN this_year.n IS NOT NULL THEN this_year.outcome
            WHEN s.kind = 'once' AND newest.n IS NOT NULL THEN newest.outcome
            WHEN s.answer = 'no' THEN 'not_entitled'
            WHEN s.answer = 'unknown' THEN 'unknown'
            WHEN open_now.n IS NOT NULL THEN 'owed'
            WHEN s.kind = 'stream' AND newest.n IS NOT NULL THEN newest.outcome
            WHEN s.kind = 'event' THEN 'available'
            ELSE 'not_due' END AS status
FROM state s
LEFT JOIN this_year USING (n, service)
LEFT JOIN newest USING (n, service)
LEFT JOIN open_now USING (n, service)
WHERE s.day = getvariable('as_of');

-- A window told of and not settled.
CREATE OR REPLACE TEMP TABLE offered AS
SELECT DISTINCT w.n, w.service, w.opens_on
FROM owed_window w JOIN delivery d
  ON d.n = w.n AND d.service = w.service AND d.outcome = 'offered' AND d.on_day >= w.opens_on
 AND d.on_day <= getvariable('as_of')
WHERE w.outcome IS NULL;
