-- What absence from a roll says on a day: false while the newest roll is at most 400 days away, else nothing.
CREATE OR REPLACE TEMP TABLE absence AS
WITH newest AS (
    SELECT
        max(as_at) FILTER (WHERE source = 'police') AS police,
        max(as_at) FILTER (WHERE source = 'hrss') AS hrss,
        max(as_at) FILTER (WHERE source = 'education') AS education,
        max(as_at) FILTER (WHERE source = 'housing') AS housing
    FROM source_roll
)
SELECT
    day, i,
    CASE WHEN abs(day - police) <= 400 THEN false END AS from_police,
    CASE WHEN abs(day - hrss) <= 400 THEN false END AS from_hrss,
    CASE WHEN abs(day - education) <= 400 THEN false END AS from_education,
    CASE WHEN abs(day - housing) <= 400 THEN false END AS from_housing
FROM evaluated, newest;
