-- Social insurance as spans. What a row says counts from the row's own date, the day its job began; where that is
-- missing, from the enrolment date, else from the roll. An enrolment is an event: a later job does not undo it.
CREATE OR REPLACE TEMP TABLE insurance_span AS
WITH statement AS (
    SELECT
        *,
        coalesce(since, pension_enrolled_on, as_at) AS from_on,
        -- The newer row is believed, then the newer roll; of equals the one that says "enrolled".
        (date_diff('day', DATE '1900-01-01', coalesce(since, as_at))::BIGINT * 100000
            + date_diff('day', DATE '1900-01-01', as_at)) * 2
            + CASE WHEN pension_type <> 'none' THEN 1 ELSE 0 END AS newness
    FROM insurance
),
-- Most people have one row, and one row needs no sorting.
crowd AS (SELECT n FROM insurance GROUP BY n HAVING count(*) > 1),
several AS (SELECT * FROM statement SEMI JOIN crowd USING (n)),
believed AS (
    SELECT *, row_number() OVER (PARTITION BY n ORDER BY from_on) AS place
    FROM (
        SELECT *
        FROM several
        QUALIFY
            newness = max(newness) OVER (PARTITION BY n ORDER BY from_on)
            AND row_number() OVER (
                PARTITION BY n, from_on
                ORDER BY newness DESC, contribution_months DESC NULLS LAST, unemployment_months DESC NULLS LAST,
                    pension_type, medical_type, work_injury_enrolled_on
            ) = 1
    )
),
enrolment AS (
    -- An enrolment without its date counts from the roll that states it.
    SELECT
        n, coalesce(pension_enrolled_on, as_at) AS on_day,
        bool_or(pension_enrolled_on IS NOT NULL) AS is_dated,
        arg_max(pension_type, newness) AS pension_type,
        bool_or(pension_type = 'pension_employee' AND form IN ('employee', 'public_post')) AS is_by_employer,
        bool_or(pension_type = 'pension_employee' AND form = 'flexible') AS is_by_oneself
    FROM several
    WHERE pension_type <> 'none'
    GROUP BY ALL
),
edge AS (
    SELECT n, DATE '0001-01-01' AS on_day, NULL::DATE AS stated_on, NULL::DATE AS enrolled_on,
        NULL::DATE AS employer_on, NULL::DATE AS oneself_on
    FROM believed WHERE place = 1
    UNION ALL
    SELECT n, from_on, from_on, NULL, NULL, NULL FROM believed
    UNION ALL
    SELECT n, on_day, NULL, on_day, CASE WHEN is_by_employer THEN on_day END, CASE WHEN is_by_oneself THEN on_day END
    FROM enrolment
),
span AS (
    SELECT
        n, on_day AS from_on,
        lead(on_day, 1, DATE '9999-12-31') OVER by_day AS until_on,
        max(max(stated_on)) OVER by_day AS stated_on,
        max(max(enrolled_on)) OVER by_day AS enrolled_on,
        max(max(employer_on)) OVER by_day AS employer_on,
        max(max(oneself_on)) OVER by_day AS oneself_on
    FROM edge
    GROUP BY n, on_day
    WINDOW by_day AS (PARTITION BY n ORDER BY on_day)
),
-- Enrolled on a known day: not before it. Enrolled some day: nobody can say.
dated AS (SELECT n, bool_or(is_dated) AS is_dated FROM enrolment GROUP BY n),
single AS (
    SELECT *, CASE WHEN pension_type <> 'none' THEN coalesce(pension_enrolled_on, as_at) END AS enrolled_on
    FROM statement ANTI JOIN crowd USING (n)
),
single_span AS (
    SELECT
        * EXCLUDE (from_on, enrolled_on), cut AS from_on,
        CASE WHEN from_on <= cut THEN from_on END AS stated_on,
        CASE WHEN enrolled_on <= cut THEN enrolled_on END AS enrolled_on
    FROM (
        SELECT *, DATE '0001-01-01' AS cut, least(from_on, enrolled_on) AS until_on FROM single
        UNION ALL
        SELECT *, least(from_on, enrolled_on), greatest(from_on, enrolled_on) FROM single WHERE from_on <> enrolled_on
        UNION ALL
        SELECT *, greatest(from_on, enrolled_on), DATE '9999-12-31' FROM single
    )
)
SELECT
    span.n, span.from_on, span.until_on, believed.as_at,
    CASE WHEN believed.pension_type = 'none' AND stated_on IS NOT NULL THEN 'none' ELSE enrolment.pension_type END
        AS pension_type,
    CASE
        WHEN believed.pension_type = 'none' AND stated_on IS NOT NULL THEN false
        WHEN enrolled_on IS NOT NULL THEN true
        WHEN dated.is_dated THEN false
    END AS pension_enrolled,
    enrolled_on AS pension_enrolled_on,
    employer_on AS employee_pension_enrolled_on,
    oneself_on AS flexible_pension_enrolled_on,
    CASE WHEN stated_on IS NOT NULL THEN medical_type END AS medical_type,
    CASE WHEN stated_on IS NOT NULL THEN unemployment_months END AS unemployment_months,
    work_injury_enrolled_on
FROM span
JOIN believed ON believed.n = span.n
    AND CASE WHEN stated_on IS NULL THEN believed.place = 1 ELSE believed.from_on = stated_on END
LEFT JOIN enrolment ON enrolment.n = span.n AND enrolment.on_day = span.enrolled_on
LEFT JOIN dated ON dated.n = span.n
UNION ALL
SELECT
    n, from_on, until_on, as_at,
    CASE
        WHEN pension_type = 'none' AND stated_on IS NOT NULL THEN 'none'
        WHEN enrolled_on IS NOT NULL THEN pension_type
    END,
    CASE
        WHEN pension_type = 'none' AND stated_on IS NOT NULL THEN false
        WHEN enrolled_on IS NOT NULL THEN true
        WHEN pension_type <> 'none' AND pension_enrolled_on IS NOT NULL THEN false
    END,
    enrolled_on,
    CASE WHEN pension_type = 'pension_employee' AND form IN ('employee', 'public_post') THEN enrolled_on END,
    CASE WHEN pension_type = 'pension_employee' AND form = 'flexible' THEN enrolled_on END,
    CASE WHEN stated_on IS NOT NULL THEN medical_type END,
    CASE WHEN stated_on IS NOT NULL THEN unemployment_months END,
    work_injury_enrolled_on
FROM single_span;
