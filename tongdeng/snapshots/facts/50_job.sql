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
-- Most people have one row, and one row needs no sorting.
crowd AS (SELECT n FROM job GROUP BY n HAVING count(*) > 1),
several AS (SELECT * FROM spell SEMI JOIN crowd USING (n)),
single AS (SELECT * FROM spell ANTI JOIN crowd USING (n)),
joined AS (
    SELECT
        n, starts_on, ends_on,
        max(ends_on) OVER (
            PARTITION BY n ORDER BY starts_on, ends_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_end_before
    FROM several
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
    SELECT n, DATE '0001-01-01' AS from_on FROM crowd
    UNION SELECT n, from_on FROM several
    UNION SELECT n, ends_on FROM several WHERE ends_on < DATE '9999-12-31'
),
span AS (
    SELECT n, from_on, lead(from_on, 1, DATE '9999-12-31') OVER (PARTITION BY n ORDER BY from_on) AS until_on
    FROM edge
),
ranked AS (
    SELECT
        span.n, span.from_on, span.until_on, several.form, several.is_work, several.starts_on,
        row_number() OVER (
            PARTITION BY span.n, span.from_on
            ORDER BY several.from_on DESC NULLS LAST, several.as_at DESC, several.is_work DESC, several.starts_on,
                several.form
        ) AS place
    FROM span
    LEFT JOIN several ON several.n = span.n AND several.from_on <= span.from_on AND span.from_on < several.ends_on
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
WHERE place = 1
UNION ALL
SELECT
    n, from_on, ends_on, form,
    CASE WHEN is_work THEN starts_on END,
    CASE WHEN NOT is_work THEN starts_on END,
    CASE WHEN is_work THEN starts_on END,
    CASE WHEN is_work AND starts_on IS NOT NULL THEN ends_on END
FROM single
UNION ALL
SELECT n, DATE '0001-01-01', from_on, NULL, NULL, NULL, NULL, NULL FROM single
UNION ALL
SELECT
    n, ends_on, DATE '9999-12-31', NULL, NULL, NULL,
    CASE WHEN is_work THEN starts_on END,
    CASE WHEN is_work AND starts_on IS NOT NULL THEN ends_on END
FROM single
WHERE ends_on < DATE '9999-12-31'
UNION ALL
-- A row whose job had ended before we heard of it says nothing of any day.
SELECT n, DATE '0001-01-01', DATE '9999-12-31', NULL, NULL, NULL, NULL, NULL
FROM job
WHERE ends_on <= coalesce(starts_on, as_at) AND n NOT IN (SELECT n FROM crowd);
