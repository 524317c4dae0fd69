-- Spans with their outcomes. The spans of one person and service never overlap, so a delivery belongs to at most one.
CREATE OR REPLACE TEMP TABLE owed_window AS
WITH settled AS (
    SELECT span.*, min(s.on_day) AS outcome_on, arg_min(s.outcome, s.on_day) AS outcome, arg_min(s.record, s.on_day) AS record
    FROM span LEFT JOIN settling s
        ON s.n = span.n AND s.service = span.service AND s.on_day >= span.opens_on
       AND s.on_day < coalesce(span.until_on, DATE '9999-12-31')
    GROUP BY ALL
),
bounds AS (SELECT n, service, min(opens_on) AS first_on, max(opens_on) AS last_on FROM span GROUP BY n, service),
-- A delivery before the first window of a once service is a window of that day; so is one between a lapse and the next
-- window of a plain once service, which with any outcome stays served or declined.
early AS (
    SELECT t.kind, s.n, s.service, min(s.on_day) AS on_day, arg_min(s.outcome, s.on_day) AS outcome,
           arg_min(s.record, s.on_day) AS record
    FROM settling s
    JOIN (SELECT DISTINCT service, kind FROM terms WHERE kind IN ('once', 'stream')) t USING (service)
    LEFT JOIN bounds USING (n, service)
    WHERE s.on_day < coalesce(CASE t.kind WHEN 'once' THEN last_on ELSE first_on END, DATE '9999-12-31')
      AND NOT EXISTS (
          SELECT 1 FROM span x WHERE x.n = s.n AND x.service = s.service AND x.opens_on <= s.on_day
             AND s.on_day < coalesce(x.until_on, DATE '9999-12-31'))
    GROUP BY ALL
),
-- A plain once service that has an outcome asks for nothing more, nor does a calendar period in its time.
done_period AS (
    SELECT n, service, due_on, min(outcome_on) AS outcome_on
    FROM settled WHERE kind = 'period' AND outcome_on IS NOT NULL GROUP BY ALL
),
done_once AS (
    SELECT n, service, min(outcome_on) AS outcome_on FROM (
        SELECT n, service, outcome_on FROM settled WHERE kind = 'once' AND outcome_on IS NOT NULL
        UNION ALL SELECT n, service, on_day FROM early WHERE kind = 'once'
    ) GROUP BY ALL
)
SELECT s.n, s.service, s.opens_on, s.due_on,
       CASE WHEN s.outcome_on IS NOT NULL THEN s.outcome_on
            WHEN s.ending = 'lapsed' OR (s.ending = 'missed' AND s.kind = 'stream') THEN s.until_on
            ELSE s.closes_on END AS closes_on,
       coalesce(s.outcome, s.ending) AS outcome, s.outcome_on, s.record
FROM settled s
LEFT JOIN done_once d ON s.kind = 'once' AND d.n = s.n AND d.service = s.service
LEFT JOIN done_period p ON s.kind = 'period' AND p.n = s.n AND p.service = s.service AND p.due_on = s.due_on
WHERE s.opens_on <= coalesce(d.outcome_on, p.outcome_on, s.opens_on)
UNION ALL
SELECT n, service, on_day, on_day, on_day, outcome, on_day, record FROM early;
