-- One delivery settles the oldest open step; two vaccines of one day are two records, and two deliveries.
CREATE OR REPLACE TEMP TABLE step_given AS
SELECT n, s, key, row_number() OVER (PARTITION BY n, s ORDER BY key) AS turn
FROM settling SEMI JOIN step_span USING (n, s);

CREATE OR REPLACE TEMP TABLE step_hit AS
WITH RECURSIVE told (n, s, turn, used, number, key) AS (
    SELECT DISTINCT n, s, 0::BIGINT, 0::HUGEINT, NULL::BIGINT, NULL::BIGINT FROM step_given
    UNION ALL
    SELECT told.n, told.s, given.turn, told.used | coalesce(1::HUGEINT << min(x.number)::INTEGER, 0), min(x.number), given.key
    FROM told
    JOIN step_given AS given ON given.n = told.n AND given.s = told.s AND given.turn = told.turn + 1
    LEFT JOIN step_span AS x
        ON x.n = told.n AND x.s = told.s AND x.opens_on <= key_day(given.key)
        AND key_day(given.key) < coalesce(x.until_on, DATE '9999-12-31')
        AND (told.used >> x.number::INTEGER) & 1 = 0
    GROUP BY told.n, told.s, told.used, given.turn, given.key
)
SELECT n, s, number, key FROM told WHERE number IS NOT NULL;

-- A step that follows another waits for it, and then for the least time between them.
CREATE OR REPLACE TEMP TABLE step_window AS
WITH
settled AS (
    SELECT x.*, hit.key FROM step_span x LEFT JOIN step_hit hit USING (n, s, number)
),
before AS (
    SELECT x.n, x.s, step.place, key_day(min(x.key)) AS done_on
    FROM settled x JOIN step ON step.s = x.s AND step.after_place = x.place GROUP BY ALL
),
waiting AS (
    SELECT x.*, step.after_place, step.due_within, before.done_on,
           (before.done_on + to_months(step.least_months::INTEGER) + to_days(step.least_days::INTEGER))::DATE AS later_on
    FROM settled x JOIN step USING (s, place) LEFT JOIN before USING (n, s, place)
)
SELECT n, s, key, ending, until_on, p,
       CASE WHEN key IS NULL AND later_on > opens_on THEN later_on ELSE opens_on END AS opens_on,
       CASE WHEN key IS NULL AND later_on > opens_on THEN greatest(due_on, later_on + due_within::INTEGER) ELSE due_on END
           AS due_on
FROM waiting
WHERE key IS NOT NULL OR after_place IS NULL
   OR (later_on <= getvariable('as_of') AND later_on < coalesce(until_on, DATE '9999-12-31'));
