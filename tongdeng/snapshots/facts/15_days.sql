-- For each calendar day of the time looked at, how many evaluated days lie before it. `lo` and `hi` below are such
-- numbers: a span holds on the evaluated days from `lo` up to, not including, `hi`.
CREATE OR REPLACE TEMP TABLE day_number AS
SELECT
    calendar.day,
    count(evaluated.day) OVER (
        ORDER BY calendar.day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )::USMALLINT AS i
FROM (
    SELECT unnest(range(min(day), max(day) + INTERVAL 2 DAY, INTERVAL 1 DAY))::DATE AS day FROM evaluated
) AS calendar
LEFT JOIN evaluated ON evaluated.day = calendar.day;

CREATE OR REPLACE TEMP MACRO within_time(d) AS
    least(greatest(d, getvariable('first_evaluated')), getvariable('last_evaluated') + 1);
