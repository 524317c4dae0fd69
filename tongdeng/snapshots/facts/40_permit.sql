-- The residence permit as spans: issued, endorsed, in force, and the day its years count from.
CREATE OR REPLACE TEMP TABLE permit_span AS
WITH RECURSIVE event AS (
    SELECT n, issued_on AS on_day, 1 AS kind FROM permit WHERE issued_on IS NOT NULL
    UNION SELECT n, endorsed_on, 2 FROM permit WHERE endorsed_on IS NOT NULL
    -- A number without its date counts from the roll that first stated it.
    UNION SELECT n, min(stated_on), 0 FROM permit GROUP BY n HAVING count(issued_on) = 0
),
numbered AS (
    SELECT n, on_day, kind, row_number() OVER (PARTITION BY n ORDER BY on_day, kind) AS place FROM event
),
-- One event after the other, because a late endorsement moves the anniversary of all that follow.
told (n, place, on_day, issued_on, endorsed_on, counted_from, in_force_until, late_for) AS (
    SELECT n, 0::BIGINT, NULL::DATE, NULL::DATE, NULL::DATE, NULL::DATE, NULL::DATE, NULL::DATE
    FROM (SELECT DISTINCT n FROM event)
    UNION ALL
    SELECT
        judged.n, judged.place, judged.on_day,
        CASE WHEN kind = 2 THEN judged.issued_on ELSE judged.on_day END,
        CASE WHEN kind = 2 THEN judged.on_day WHEN kind = 1 THEN NULL ELSE judged.endorsed_on END,
        CASE
            WHEN kind = 1 OR (kind = 2 AND is_late) THEN judged.on_day
            ELSE counted_from
        END,
        CASE
            WHEN kind = 1 THEN (judged.on_day + INTERVAL 1 YEAR)::DATE
            WHEN kind = 0 THEN in_force_until
            WHEN counted_from IS NULL OR is_late THEN (judged.on_day + INTERVAL 1 YEAR)::DATE
            WHEN is_for_this THEN next_anniversary
            WHEN is_for_next THEN (counted_from + to_years((years + 2)::INTEGER))::DATE
            ELSE in_force_until
        END,
        CASE WHEN kind = 2 AND is_late THEN this_anniversary END
    FROM (
        SELECT
            *,
            years >= 1 AND on_day = this_anniversary AS is_for_this,
            on_day >= next_anniversary - INTERVAL 1 MONTH AS is_for_next,
            -- Outside the month before an anniversary, and the anniversary just past was not endorsed in time.
            years >= 1 AND on_day > this_anniversary AND on_day < next_anniversary - INTERVAL 1 MONTH
                AND in_force_until <= this_anniversary AS is_late
        FROM (
            SELECT
                told.n, numbered.place, numbered.on_day, numbered.kind,
                told.issued_on, told.endorsed_on, told.counted_from, told.in_force_until,
                completed_months(told.counted_from, numbered.on_day) // 12 AS years,
                (told.counted_from + to_years((years)::INTEGER))::DATE AS this_anniversary,
                (told.counted_from + to_years((years + 1)::INTEGER))::DATE AS next_anniversary
            FROM told
            JOIN numbered ON numbered.n = told.n AND numbered.place = told.place + 1
        )
    ) AS judged
),
span AS (
    SELECT
        n, issued_on, endorsed_on, counted_from, in_force_until,
        coalesce(on_day, DATE '0001-01-01') AS from_on,
        lead(on_day, 1, DATE '9999-12-31') OVER (PARTITION BY n ORDER BY place) AS until_on,
        lead(late_for) OVER (PARTITION BY n ORDER BY place) AS missed_on,
        -- Before an issue whose date is known nobody held it; before one that is not, nobody can say.
        CASE WHEN place > 0 THEN true WHEN max(counted_from) OVER (PARTITION BY n) IS NOT NULL THEN false END AS is_held
    FROM told
)
SELECT
    n, from_on, least(until_on, coalesce((in_force_until + INTERVAL 1 DAY)::DATE, until_on)) AS until_on,
    issued_on, endorsed_on, counted_from, is_held,
    CASE WHEN is_held AND in_force_until IS NULL THEN NULL ELSE is_held END AS is_in_force
FROM span
WHERE from_on < until_on AND (in_force_until IS NULL OR from_on <= in_force_until)
UNION ALL
-- Run out, as far as we know. The roll shows the last endorsement only: whether there was one in a year before it, the
-- roll has forgotten, unless the last came late, which tells that the anniversary before it was missed.
SELECT n, ran_out_on, until_on, issued_on, endorsed_on, counted_from, true, is_in_force
FROM (
    SELECT
        n, issued_on, endorsed_on, counted_from, NULL::BOOLEAN AS is_in_force,
        greatest(from_on, (in_force_until + INTERVAL 1 DAY)::DATE) AS ran_out_on,
        least(until_on, (missed_on + INTERVAL 1 DAY)::DATE) AS until_on
    FROM span
    WHERE in_force_until IS NOT NULL AND until_on < DATE '9999-12-31'
    UNION ALL
    SELECT
        n, issued_on, endorsed_on, counted_from,
        -- Without the day of issue the next anniversary is unknown, and so is whether it has passed.
        CASE WHEN counted_from IS NOT NULL THEN false END,
        greatest(from_on, (in_force_until + INTERVAL 1 DAY)::DATE, (missed_on + INTERVAL 1 DAY)::DATE),
        until_on
    FROM span
    WHERE in_force_until IS NOT NULL AND (until_on = DATE '9999-12-31' OR missed_on IS NOT NULL)
)
WHERE ran_out_on < until_on;
