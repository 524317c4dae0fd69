-- What the newest statement on social insurance says, as spans; a statement counts from its enrolment date.
CREATE OR REPLACE TEMP TABLE insurance_span AS
WITH statement AS (
    SELECT
        *,
        coalesce(pension_enrolled_on, as_at) AS from_on,
        -- Of two rows of one roll, the one that says "enrolled" is about the job the person still has.
        date_diff('day', DATE '1970-01-01', as_at) * 2
            + CASE WHEN pension_type <> 'none' THEN 1 ELSE 0 END AS weight
    FROM insurance
),
believed AS (
    SELECT *
    FROM statement
    QUALIFY
        weight = max(weight) OVER (PARTITION BY n ORDER BY from_on)
        AND row_number() OVER (
            PARTITION BY n, from_on
            ORDER BY weight DESC, contribution_months DESC NULLS LAST, unemployment_months DESC NULLS LAST,
                pension_type, medical_type, work_injury_enrolled_on
        ) = 1
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
    n, from_on, until_on, as_at, pension_type,
    pension_type <> 'none' AS pension_enrolled,
    CASE WHEN pension_type <> 'none' THEN from_on END AS pension_enrolled_on,
    CASE WHEN pension_type = 'pension_employee' THEN from_on END AS employee_pension_enrolled_on,
    medical_type, unemployment_months, work_injury_enrolled_on
FROM ordered
UNION ALL
SELECT
    n, DATE '0001-01-01', from_on, as_at, NULL,
    -- Enrolled on a known day: not before it. Enrolled some day: nobody can say.
    CASE WHEN pension_enrolled_on IS NOT NULL THEN false END,
    NULL, NULL, NULL, NULL, work_injury_enrolled_on
FROM ordered
WHERE place = 1;
