-- The present job of each person as spans, and the unbroken stretch of work it belongs to.
CREATE OR REPLACE TEMP TABLE job_span AS
WITH spell AS (
    SELECT
        n, form, starts_on, coalesce(starts_on, as_at) AS from_on, as_at,
        coalesce(ends_on, DATE '9999-12-31') AS ends_on,
        form <> 'unemployed' AS is_work
    FROM job
    WHERE ends_on IS NULL OR ends_on > coalesce(starts_on, as_at)
),
joined AS (
    SELECT
        n, starts_on, ends_on,
        max(ends_on) OVER (
            PARTITION BY n ORDER BY starts_on, ends_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_end_before
    FROM spell
    WHERE is_work AND starts_on IS NOT NULL
),
marked AS (
    SELECT
        n, ends_on,
        max(CASE WHEN latest_end_before >= starts_on THEN NULL ELSE starts_on END) OVER (
            PARTITION BY n ORDER BY starts_on, ends_on RANGE UNBOUNDED PRECEDING  -- of equal jobs both see either
        ) AS worked_from
    FROM joined
),
stretch AS (
    SELECT n, worked_from, max(ends_on) AS worked_until FROM marked GROUP BY n, worked_from
),
edge AS (
    SELECT n, DATE '0001-01-01' AS from_on FROM job
    UNION SELECT n, from_on FROM spell
    UNION SELECT n, ends_on FROM spell WHERE ends_on < DATE '9999-12-31'
),
span AS (
    SELECT n, from_on, lead(from_on, 1, DATE '9999-12-31') OVER (PARTITION BY n ORDER BY from_on) AS until_on
    FROM edge
),
ranked AS (
    SELECT
        span.n, span.from_on, span.until_on, spell.form, spell.is_work, spell.starts_on,
        row_number() OVER (
            PARTITION BY span.n, span.from_on
            ORDER BY spell.from_on DESC NULLS LAST, spell.as_at DESC, spell.is_work DESC, spell.starts_on, spell.form
        ) AS place
    FROM span
    LEFT JOIN spell ON spell.n = span.n AND spell.from_on <= span.from_on AND span.from_on < spell.ends_on
)
SELECT
    ranked.n, ranked.from_on, ranked.until_on, ranked.form,
    CASE WHEN is_work THEN starts_on END AS employed_from,
    CASE WHEN NOT is_work THEN starts_on END AS unemployed_from,
    -- A job whose beginning is unknown makes the length of the work unknown.
    CASE WHEN is_work AND starts_on IS NULL THEN NULL ELSE worked_from END AS worked_from,
    worked_until
FROM ranked
ASOF LEFT JOIN stretch ON stretch.n = ranked.n AND ranked.from_on >= stretch.worked_from
WHERE place = 1;
