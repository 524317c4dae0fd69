-- A span is a window before its outcome is known: it opens, is due, and takes deliveries from `opens_on` up to, not
-- including, `until_on`. Why it ends without an outcome: `lapsed`, `missed`, or not at all.
CREATE OR REPLACE TEMP TABLE slot AS
-- An evaluated day stands for its own period, and as the opening state for the period that begins on the next day.
SELECT period.rhythm, period.first_on, period.last_on, evaluated.day
FROM period JOIN evaluated ON evaluated.day BETWEEN period.first_on - 1 AND period.last_on;

CREATE OR REPLACE TEMP TABLE shape_span AS
WITH
-- Once: an era ends with each evaluated day that says no; its first yes opens the window.
once_era AS (
    SELECT s, p, day, answer, due_within,
           count(*) FILTER (answer = 'no') OVER (PARTITION BY s, p ORDER BY day) AS era
    FROM state WHERE kind = 'once'
),
once_open AS (
    SELECT s, p, era, min(day) FILTER (answer = 'yes') AS opens_on, arg_min(due_within, day) AS due_within
    FROM once_era GROUP BY s, p, era HAVING opens_on IS NOT NULL
),
once AS (
    SELECT s, p, opens_on, opens_on + due_within::integer AS due_on, lapse.day AS until_on,
           NULL::date AS closes_on, CASE WHEN lapse.day IS NOT NULL THEN 'lapsed' END AS ending
    FROM once_open
    LEFT JOIN (SELECT s, p, era - 1 AS era, min(day) AS day FROM once_era GROUP BY s, p, era) AS lapse
        USING (s, p, era)
),
-- Calendar periods.
period_era AS (
    SELECT state.s, state.p, state.answer, state.day, slot.first_on, slot.last_on,
           count(*) FILTER (state.answer = 'no') OVER (PARTITION BY state.s, state.p, slot.first_on ORDER BY state.day)
               AS era
    FROM state JOIN slot ON slot.rhythm = state.rhythm AND slot.day = state.day
    WHERE state.kind = 'period'
),
period_open AS (
    SELECT s, p, first_on, last_on, era, greatest(min(day) FILTER (answer = 'yes'), first_on) AS opens_on
    FROM period_era GROUP BY s, p, first_on, last_on, era HAVING min(day) FILTER (answer = 'yes') IS NOT NULL
),
periodic AS (
    SELECT s, p, opens_on, last_on AS due_on, coalesce(lapse.day, last_on + 1) AS until_on, last_on AS closes_on,
           CASE WHEN lapse.day IS NOT NULL THEN 'lapsed' WHEN last_on < getvariable('as_of') THEN 'missed' END AS ending
    FROM period_open
    LEFT JOIN (SELECT s, p, first_on, era - 1 AS era, min(day) AS day FROM period_era GROUP BY s, p, first_on, era)
        AS lapse USING (s, p, first_on, era)
)
SELECT * REPLACE (kind::window_kind AS kind, ending::window_outcome AS ending),
       count(*) OVER (PARTITION BY s, p) > 1 AS is_several,
       -- Only of these may one outcome make another window superfluous.
       count(*) OVER (PARTITION BY s, p, CASE kind WHEN 'period' THEN due_on END) > 1 AS is_split
FROM (SELECT 'once' AS kind, * FROM once UNION ALL SELECT 'period', * FROM periodic);

-- One row for each value of a date fact that a person had in the year, with the days on which it was so.
CREATE OR REPLACE TEMP TABLE dated_whole AS
SELECT n, s, on_day, days, false AS is_several FROM dated WHERE days = days_of(0, len(getvariable('evaluated_days')))
UNION ALL
SELECT n, s, on_day, bit_or(days), true FROM dated
WHERE days <> days_of(0, len(getvariable('evaluated_days'))) GROUP BY n, s, on_day;

-- A new value of the date fact opens a new window; an older one without outcome closes as missed.
CREATE OR REPLACE TEMP TABLE stream_span AS
WITH
seen AS (
    SELECT d.n, d.s, d.on_day AS opens_on, d.is_several, pair.p, first_of(pair.p & d.days & t.stream) AS i,
           not_before(no_days(pair.p, t.in_force), i + 1) AS lapses
    FROM dated_whole d JOIN pair ON pair_of(pair.n, pair.s) = pair_of(d.n, d.s) JOIN term_mask t ON t.s = d.s
    WHERE pair.p & d.days & t.stream <> 0
),
following AS (
    SELECT n, s, opens_on, lead(opens_on) OVER (PARTITION BY n, s ORDER BY opens_on) AS next_on
    FROM seen WHERE is_several
),
ended AS (
    SELECT seen.*, following.next_on, CASE WHEN lapses <> 0 THEN day_at(first_of(lapses)) END AS lapsed_on
    FROM seen LEFT JOIN following USING (n, s, opens_on)
)
SELECT n, ended.s, 'stream'::window_kind AS kind, opens_on, opens_on + terms.due_within::INTEGER AS due_on,
       least(lapsed_on, next_on) AS until_on, NULL::DATE AS closes_on,
       CASE WHEN lapsed_on < coalesce(next_on, DATE '9999-12-31') THEN 'lapsed'::window_outcome WHEN next_on IS NOT NULL THEN 'missed'::window_outcome END AS ending,
       is_several, p
FROM ended JOIN terms ON terms.s = ended.s AND terms.i = ended.i;

-- Anniversaries of a date, counted anew from a late endorsement.
CREATE OR REPLACE TEMP TABLE anniversary_span AS
WITH
base AS (
    SELECT d.n, d.s, d.on_day AS base_on, d.days, d.is_several, pair.p, t.in_force, t.before_months
    FROM dated_whole d JOIN pair ON pair_of(pair.n, pair.s) = pair_of(d.n, d.s) JOIN term_mask t ON t.s = d.s
    WHERE d.days & t.anniversary <> 0
),
base_next AS (
    SELECT *, NULL::DATE AS next_base_on FROM base WHERE NOT is_several
    UNION ALL
    SELECT *, lead(base_on) OVER (PARTITION BY n, s ORDER BY base_on) FROM base WHERE is_several
),
turn AS (
    SELECT *, (base_on + to_years(k::integer))::date AS due_on,
           (base_on + to_years(k::integer) - to_months(before_months::integer))::date AS opens_on,
           (base_on + to_years(k::integer + 1) - to_months(before_months::integer))::date AS next_opens_on
    FROM (
        SELECT *, year(getvariable('as_of')) - year(base_on) + unnest([-2, -1, 0, 1, 2]) AS k FROM base_next
    )
    WHERE k BETWEEN 1 AND 59
),
judged AS (
    -- Whoever comes to be entitled while a turn is open is owed it from then on, not from before.
    SELECT turn.*, first_of(not_before(in_force, number_of(opens_on))) AS first_i,
           not_before(p & in_force & days, number_of(opens_on)) & ((1 << number_of(next_opens_on)) - 1) AS yes
    FROM turn
    WHERE opens_on <= getvariable('as_of') AND next_opens_on > getvariable('year_start')
      AND (next_base_on IS NULL OR opens_on < next_base_on)
),
begun AS (
    SELECT * REPLACE (CASE WHEN first_of(yes) > first_i THEN day_at(first_of(yes)) ELSE opens_on END AS opens_on),
           not_before(no_days(p, in_force), first_of(yes) + 1) AS lapses
    FROM judged WHERE yes <> 0
),
ended AS (SELECT *, CASE WHEN lapses <> 0 THEN day_at(first_of(lapses)) END AS lapsed_on FROM begun)
SELECT n, s, 'anniversary'::window_kind AS kind, opens_on, greatest(due_on, opens_on) AS due_on,
       least(lapsed_on, next_opens_on) AS until_on,
       next_opens_on AS closes_on,
       CASE WHEN lapsed_on < next_opens_on THEN 'lapsed'::window_outcome WHEN next_opens_on <= getvariable('as_of') THEN 'missed'::window_outcome END AS ending,
       true AS is_several, p
FROM ended;

CREATE OR REPLACE TEMP TABLE span AS
SELECT pair.n, pair.s, x.kind, x.opens_on, x.due_on, x.until_on, x.closes_on, x.ending, x.is_several, x.is_split, pair.p
FROM pair JOIN shape_span x ON shape_of(x.s, x.p) = shape_of(pair.s, pair.p)
UNION ALL BY NAME SELECT *, false AS is_split FROM stream_span
UNION ALL BY NAME SELECT *, false AS is_split FROM anniversary_span;
