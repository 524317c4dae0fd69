-- What the newest school record says, as spans; a record counts from its enrolment date.
CREATE OR REPLACE TEMP TABLE schooling_span AS
WITH statement AS (
    SELECT *, coalesce(enrolled_on, as_at) AS from_on FROM schooling
),
first_day AS (
    SELECT
        n, from_on,
        min(CASE WHEN stage <> 'kindergarten' THEN from_on END) OVER so_far AS school_enrolled_on,
        min(CASE WHEN stage = 'kindergarten' THEN from_on END) OVER so_far AS kindergarten_enrolled_on
    FROM statement
    WINDOW so_far AS (PARTITION BY n ORDER BY from_on)
),
believed AS (
    SELECT *
    FROM statement
    QUALIFY
        as_at = max(as_at) OVER (PARTITION BY n ORDER BY from_on)
        AND row_number() OVER (PARTITION BY n, from_on ORDER BY as_at DESC, grade DESC NULLS LAST, stage) = 1
),
ordered AS (
    SELECT
        *,
        lead(from_on, 1, DATE '9999-12-31') OVER by_day AS until_on,
        row_number() OVER by_day AS place
    FROM believed
    WINDOW by_day AS (PARTITION BY n ORDER BY from_on)
)
SELECT
    ordered.n, ordered.from_on, until_on, as_at, stage, grade, stage <> 'kindergarten' AS is_pupil,
    first_day.school_enrolled_on, first_day.kindergarten_enrolled_on
FROM ordered
JOIN (SELECT DISTINCT * FROM first_day) AS first_day
    ON first_day.n = ordered.n AND first_day.from_on = ordered.from_on
UNION ALL
SELECT
    n, DATE '0001-01-01', from_on, as_at, NULL, NULL, CASE WHEN enrolled_on IS NOT NULL THEN false END, NULL, NULL
FROM ordered
WHERE place = 1;
