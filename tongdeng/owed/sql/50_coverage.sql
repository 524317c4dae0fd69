-- For each evaluated day E: which window of a person and service counts, and how it stands as of E.
CREATE OR REPLACE TEMP TABLE counted AS
WITH
as_seen AS (
    SELECT e.day, e.year_start, w.n, w.service, w.opens_on, w.due_on,
           CASE WHEN w.outcome_on <= e.day THEN w.outcome END AS outcome,
           CASE WHEN w.outcome_on <= e.day THEN w.outcome_on END AS outcome_on,
           -- A closing that lies after E is not known on E; the end of a calendar period is.
           CASE WHEN w.outcome_on <= e.day OR (w.outcome IN ('lapsed', 'missed') AND w.closes_on <= e.day) THEN w.closes_on
           END AS closed_on,
           w.outcome = 'lapsed' AND w.closes_on <= e.day AS is_lapsed
    FROM measured e JOIN owed_window w ON w.opens_on <= e.day
),
touching AS (
    SELECT * FROM as_seen WHERE NOT coalesce(is_lapsed, false) AND (closed_on IS NULL OR closed_on >= year_start)
),
chosen AS (
    SELECT * FROM touching
    QUALIFY row_number() OVER (
        PARTITION BY day, n, service
        ORDER BY (due_on <= day OR outcome_on IS NOT NULL) DESC, opens_on DESC, due_on DESC
    ) = 1
)
SELECT c.day, c.n, c.service, f.community, c.outcome, c.due_on, c.closed_on, s.provision
FROM chosen c
JOIN resident f ON f.n = c.n AND f.day = c.day
JOIN state s ON s.n = c.n AND s.service = c.service AND s.day = c.day
WHERE s.provision <> 'hukou'
  AND (c.outcome_on IS NULL OR c.outcome_on >= c.year_start)
  -- Unknown today is outside; a window that ran out before stays and counts.
  AND NOT (s.answer = 'unknown' AND c.outcome IS NULL AND c.closed_on IS NULL);
