-- Completed calendar months from a day to the same day or a later one, as months_between counts them in the law.
CREATE OR REPLACE TEMP MACRO completed_months(a, b) AS
    date_diff('month', a, b)
    -- A month begun on the 31st is complete on the last day of a shorter one.
    - CASE WHEN day(b) < day(a) AND b <> last_day(b) THEN 1 ELSE 0 END;

-- The year a school year begins in: 31 August 2026 belongs to 2025.
CREATE OR REPLACE TEMP MACRO school_year(d) AS
    year(d) - CASE WHEN month(d) < 9 THEN 1 ELSE 0 END;
