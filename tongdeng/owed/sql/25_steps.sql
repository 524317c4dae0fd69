-- A schedule's steps as spans: each counted from its own date, open from then on, and for good or until a day. A step
-- that comes again ends when it next opens.
CREATE OR REPLACE TEMP TABLE step_span AS
WITH
turn AS (
    SELECT b.n, b.s, b.place, b.days,
           (b.on_day + to_months((opens_months + k * every_months)::INTEGER)
               + to_days((opens_days + k * every_days)::INTEGER))::DATE AS opens_on,
           (b.on_day + to_months((before_months + k * every_months)::INTEGER)
               + to_days((before_days + k * every_days)::INTEGER))::DATE - 1 AS due_on,
           least(
               (b.on_day + to_months(until_months::INTEGER) + to_days(until_days::INTEGER))::DATE,
               CASE WHEN every_months + every_days > 0
                    THEN (b.on_day + to_months((opens_months + (k + 1) * every_months)::INTEGER)
                        + to_days((opens_days + (k + 1) * every_days)::INTEGER))::DATE END
           ) AS gone_on
    FROM (
        -- Of a step that comes again, only the turns that may reach into this year.
        SELECT n, s, base, on_day, days, step.* EXCLUDE (s, base),
               unnest(CASE WHEN every_months + every_days = 0 THEN [0] ELSE range(
                   greatest(0, (getvariable('year_start') - on_day - opens_months * 31 - opens_days)
                       // (every_months * 31 + every_days) - 1),
                   (getvariable('as_of') - on_day - opens_months * 28 - opens_days) // (every_months * 28 + every_days) + 2
               ) END) AS k
        FROM (SELECT n, s, base, on_day, bit_or(days) AS days FROM step_base GROUP BY n, s, base, on_day) AS dated
        JOIN step USING (s, base)
    ) AS b
),
seen AS (
    SELECT turn.* EXCLUDE (days), pair.p & coalesce(step_only.p, -1) AS p, t.in_force,
           not_before((pair.p & coalesce(step_only.p, -1) & turn.days & t.schedule), opened.i)
               & ((1 << gone.i::INTEGER) - 1) AS yes
    FROM turn
    JOIN pair USING (n, s)
    JOIN term_mask t USING (s)
    LEFT JOIN step_only USING (n, s, place)
    JOIN day_number AS opened ON opened.day = within_time(opens_on)
    JOIN day_number AS gone ON gone.day = within_time(coalesce(gone_on, DATE '9999-12-31'))
    WHERE opens_on <= getvariable('as_of') AND coalesce(gone_on, DATE '9999-12-31') > getvariable('year_start')
),
ended AS (
    SELECT *, CASE WHEN lapses <> 0 THEN day_at(first_of(lapses)) END AS lapsed_on
    FROM (SELECT *, not_before(no_days(p, in_force), first_of(yes) + 1) AS lapses FROM seen WHERE yes <> 0)
)
SELECT n, s, place, opens_on,
       -- Without a day of its own a step that comes again is due before it does, any other one like a single service.
       coalesce(due_on, CASE WHEN step.every_months + step.every_days > 0 THEN gone_on - 1 END,
                opens_on + step.due_within::INTEGER) AS due_on,
       least(lapsed_on, gone_on) AS until_on,
       CASE WHEN lapsed_on < coalesce(gone_on, DATE '9999-12-31') THEN 'lapsed'
            WHEN gone_on <= getvariable('as_of') THEN 'missed' END AS ending,
       p, row_number() OVER (PARTITION BY n, s ORDER BY opens_on, place) - 1 AS number
FROM ended JOIN step USING (s, place);
