-- Runs on: born_on
-- Gives: age_years, age_months, age_days
SELECT
    told.*,
    CASE WHEN born_on <= day THEN completed_months(born_on, day) // 12 END AS age_years,
    CASE WHEN born_on <= day THEN completed_months(born_on, day) END AS age_months,
    CASE WHEN born_on <= day THEN date_diff('day', born_on, day) END AS age_days
FROM {told} AS told
