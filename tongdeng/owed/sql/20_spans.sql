-- A span is a window before its outcome is known: it opens, is due, and takes deliveries from `opens_on` up to, not
-- including, `until_on`. Why it ends without an outcome: `lapsed`, `missed`, or not at all.
CREATE OR REPLACE TEMP TABLE slot AS
-- An evaluated day stands for its own period, and as the opening state for the period that begins on the next day.
SELECT period.rhythm, period.first_on, period.last_on, evaluated.day
FROM period JOIN evaluated ON evaluated.day BETWEEN period.first_on - 1 AND period.last_on;

CREATE OR REPLACE TEMP TABLE span AS
WITH
-- Once: an era ends with each evaluated day that says no; its first yes opens the window.
once_era AS (
    SELECT n, service, day, answer, due_within,
           count(*) FILTER (answer = 'no') OVER (PARTITION BY n, service ORDER BY day) AS era
    FROM state WHERE kind = 'once'
),
once_open AS (
    SELECT n, service, era, min(day) FILTER (answer = 'yes') AS opens_on, arg_min(due_within, day) AS due_within
    FROM once_era GROUP BY n, service, era HAVING opens_on IS NOT NULL
),
once AS (
    SELECT n, service, opens_on, opens_on + due_within::integer AS due_on, lapse.day AS until_on,
           NULL::date AS closes_on, CASE WHEN lapse.day IS NOT NULL THEN 'lapsed' END AS ending
    FROM once_open
    LEFT JOIN (SELECT n, service, era - 1 AS era, min(day) AS day FROM once_era GROUP BY n, service, era) AS lapse
        USING (n, service, era)
),
-- A new value of the date fact opens a new window; an older one without outcome closes as missed.
stream_open AS (
    SELECT n, service, opens_from AS opens_on, min(day) AS seen_on, arg_min(due_within, day) AS due_within
    FROM state WHERE kind = 'stream' AND answer = 'yes' AND opens_from IS NOT NULL GROUP BY n, service, opens_from
),
stream_next AS (
    SELECT *, lead(opens_on) OVER (PARTITION BY n, service ORDER BY opens_on) AS next_on FROM stream_open
),
stream_lapse AS (
    SELECT o.n, o.service, o.opens_on, min(s.day) AS day
    FROM stream_open o JOIN state s ON s.n = o.n AND s.service = o.service AND s.answer = 'no' AND s.day > o.seen_on
    GROUP BY ALL
),
stream AS (
    SELECT n, service, opens_on, opens_on + due_within::integer AS due_on, least(l.day, next_on) AS until_on,
           NULL::date AS closes_on,
           CASE WHEN l.day < coalesce(next_on, DATE '9999-12-31') THEN 'lapsed' WHEN next_on IS NOT NULL THEN 'missed' END
               AS ending
    FROM stream_next LEFT JOIN stream_lapse l USING (n, service, opens_on)
),
-- Calendar periods.
period_era AS (
    SELECT s.n, s.service, s.answer, s.day, slot.first_on, slot.last_on,
           count(*) FILTER (s.answer = 'no') OVER (PARTITION BY s.n, s.service, slot.first_on ORDER BY s.day) AS era
    FROM state s JOIN slot ON slot.rhythm = s.rhythm AND slot.day = s.day
    WHERE s.kind = 'period'
),
period_open AS (
    SELECT n, service, first_on, last_on, era, greatest(min(day) FILTER (answer = 'yes'), first_on) AS opens_on
    FROM period_era GROUP BY n, service, first_on, last_on, era HAVING min(day) FILTER (answer = 'yes') IS NOT NULL
),
periodic AS (
    SELECT n, service, opens_on, last_on AS due_on, coalesce(lapse.day, last_on + 1) AS until_on, last_on AS closes_on,
           CASE WHEN lapse.day IS NOT NULL THEN 'lapsed' WHEN last_on < getvariable('as_of') THEN 'missed' END AS ending
    FROM period_open
    LEFT JOIN (SELECT n, service, first_on, era - 1 AS era, min(day) AS day FROM period_era GROUP BY n, service, first_on, era)
        AS lapse USING (n, service, first_on, era)
),
-- Anniversaries of a date, counted anew from a late endorsement.
base AS (
    SELECT n, service, anniversary AS base_on, max(before_months) AS before_months
    FROM state WHERE kind = 'anniversary' AND anniversary IS NOT NULL GROUP BY ALL
),
base_next AS (
    SELECT *, lead(base_on) OVER (PARTITION BY n, service ORDER BY base_on) AS next_base_on FROM base
),
turn AS (
    SELECT n, service, base_on, next_base_on, (base_on + to_years(k::integer))::date AS due_on,
           (base_on + to_years(k::integer) - to_months(before_months::integer))::date AS opens_on,
           (base_on + to_years(k::integer + 1) - to_months(before_months::integer))::date AS next_opens_on
    FROM base_next, range(1, 60) AS turns(k)
),
turn_open AS (
    SELECT turn.*, min(s.day) FILTER (s.day >= turn.opens_on) AS judged_on,
           arg_min(s.answer, s.day) FILTER (s.day >= turn.opens_on) AS judged,
           min(s.day) FILTER (s.day > turn.opens_on AND s.answer = 'no') AS lapsed_on
    FROM turn JOIN state s USING (n, service)
    WHERE opens_on <= getvariable('as_of') AND next_opens_on > getvariable('year_start')
      AND (next_base_on IS NULL OR opens_on < next_base_on)
    GROUP BY ALL
),
anniversary AS (
    SELECT n, service, opens_on, due_on, least(lapsed_on, next_opens_on) AS until_on, next_opens_on AS closes_on,
           CASE WHEN lapsed_on < next_opens_on THEN 'lapsed' WHEN next_opens_on <= getvariable('as_of') THEN 'missed' END
               AS ending
    FROM turn_open WHERE judged = 'yes'
)
SELECT 'once' AS kind, * FROM once
UNION ALL SELECT 'stream', * FROM stream
UNION ALL SELECT 'period', * FROM periodic
UNION ALL SELECT 'anniversary', * FROM anniversary;
