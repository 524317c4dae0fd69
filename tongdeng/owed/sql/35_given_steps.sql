-- One delivery settles the oldest open step; two vaccines of one day are two records, and two deliveries.
CREATE OR REPLACE TEMP TABLE step_given AS
SELECT k, key, row_number() OVER (PARTITION BY k ORDER BY key) AS turn
FROM settling
SEMI JOIN (SELECT DISTINCT s FROM step) AS own ON own.s = service_in(settling.k)
SEMI JOIN (SELECT pair_of(n, s) AS k FROM step_span) AS x USING (k);

-- The steps of whoever was given something, numbered: whom nothing was given needs no numbers.
CREATE OR REPLACE TEMP TABLE step_open AS
SELECT k, id, opens_on, until_on, row_number() OVER (PARTITION BY k ORDER BY opens_on, place) - 1 AS number
FROM (SELECT pair_of(n, s) AS k, rowid AS id, opens_on, until_on, place FROM step_span) SEMI JOIN step_given USING (k);

CREATE OR REPLACE TEMP TABLE step_hit AS
WITH RECURSIVE told (k, turn, used, number, key) AS (
    SELECT DISTINCT k, 0::BIGINT, 0::HUGEINT, NULL::BIGINT, NULL::BIGINT FROM step_given
    UNION ALL
    SELECT told.k, given.turn, told.used | coalesce(1::HUGEINT << min(x.number)::INTEGER, 0), min(x.number), given.key
    FROM told
    JOIN step_given AS given ON given.k = told.k AND given.turn = told.turn + 1
    LEFT JOIN step_open AS x
        ON x.k = told.k AND x.opens_on <= key_day(given.key)
        AND key_day(given.key) < coalesce(x.until_on, DATE '9999-12-31')
        AND (told.used >> x.number::INTEGER) & 1 = 0
    GROUP BY told.k, told.used, given.turn, given.key
)
SELECT step_open.id, key FROM told JOIN step_open USING (k, number);

-- A step that follows another waits for it, and then for the least time between them.
CREATE OR REPLACE TEMP TABLE step_window AS
WITH
settled AS (
    SELECT x.*, hit.key FROM (SELECT *, rowid AS id FROM step_span) AS x LEFT JOIN step_hit AS hit USING (id)
),
before AS (
    SELECT x.n, x.s, step.place, key_day(min(x.key)) AS done_on
    FROM settled x JOIN step ON step.s = x.s AND step.after_place = x.place WHERE x.key IS NOT NULL GROUP BY ALL
),
waiting AS (
    SELECT x.*, step.after_place, step.due_within, before.done_on,
           (before.done_on + to_months(step.least_months::INTEGER))::DATE + step.least_days::INTEGER AS later_on
    FROM settled x JOIN step USING (s, place) LEFT JOIN before USING (n, s, place)
)
SELECT n, s, key, ending, until_on, p,
       CASE WHEN key IS NULL AND later_on > opens_on THEN later_on ELSE opens_on END AS opens_on,
       CASE WHEN key IS NULL AND later_on > opens_on THEN greatest(due_on, later_on + due_within::INTEGER) ELSE due_on END
           AS due_on
FROM waiting
WHERE key IS NOT NULL OR after_place IS NULL
   OR (later_on <= getvariable('as_of') AND later_on < coalesce(until_on, DATE '9999-12-31'));
