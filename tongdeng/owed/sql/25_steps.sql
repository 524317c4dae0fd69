-- A schedule's steps as spans: each counted from its own date, open from then on, and for good or until a day. A step
-- that comes again ends when it next opens.
CREATE OR REPLACE TEMP TABLE step_span AS
WITH
dated AS (
    SELECT n, s, base, on_day, days FROM step_base WHERE days = days_of(0, len(getvariable('evaluated_days')))
    UNION ALL
    SELECT n, s, base, on_day, bit_or(days) FROM step_base
    WHERE days <> days_of(0, len(getvariable('evaluated_days'))) GROUP BY n, s, base, on_day
),
opening AS (
    SELECT n, s, place, days, on_day, k,
           (on_day + to_months((opens_months + k * every_months)::INTEGER))::DATE
               + (opens_days + k * every_days)::INTEGER AS opens_on
    FROM (
        -- Of a step that comes again, only the turns that may reach into this year.
        SELECT n, s, place, days, on_day, opens_months, opens_days, every_months, every_days,
               unnest(CASE WHEN every_months + every_days = 0 THEN [0] ELSE range(
                   greatest(0, (getvariable('year_start') - on_day - opens_months * 31 - opens_days)
                       // (every_months * 31 + every_days) - 1),
                   (getvariable('as_of') - on_day - opens_months * 28 - opens_days) // (every_months * 28 + every_days) + 2
               ) END) AS k
        FROM dated JOIN step USING (s, base)
    )
),
turn AS (
    SELECT b.n, b.s, b.place, b.days, b.opens_on,
           (b.on_day + to_months((before_months + k * every_months)::INTEGER))::DATE
               + (before_days + k * every_days)::INTEGER - 1 AS due_on,
           least(
               (b.on_day + to_months(until_months::INTEGER))::DATE + until_days::INTEGER,
               CASE WHEN every_months + every_days > 0
                    THEN (b.on_day + to_months((opens_months + (k + 1) * every_months)::INTEGER))::DATE
                        + (opens_days + (k + 1) * every_days)::INTEGER END
           ) AS gone_on,
           pair_of(b.n, b.s) AS pair_k
    FROM (FROM opening WHERE opens_on <= getvariable('as_of')) AS b JOIN step USING (s, place)
),
seen AS (
    SELECT turn.* EXCLUDE (days, pair_k), pair.p & coalesce(step_only.p, -1) AS p, t.in_force,
           not_before((pair.p & coalesce(step_only.p, -1) & turn.days & t.schedule), number_of(opens_on))
               & ((1 << number_of(coalesce(gone_on, DATE '9999-12-31'))) - 1) AS yes
    FROM turn
    JOIN (SELECT pair_of(n, s) AS k, s, p FROM pair SEMI JOIN step USING (s)) AS pair ON pair.k = turn.pair_k
    JOIN term_mask t ON t.s = turn.s
    LEFT JOIN step_only ON step_only.n = turn.n AND step_only.s = turn.s AND step_only.place = turn.place
    WHERE coalesce(gone_on, DATE '9999-12-31') > getvariable('year_start')
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
       CASE WHEN lapsed_on < coalesce(gone_on, DATE '9999-12-31') THEN 'lapsed'::window_outcome
             WHEN gone_on <= getvariable('as_of') THEN 'missed'::window_outcome END AS ending,
       p
FROM ended JOIN step USING (s, place);
