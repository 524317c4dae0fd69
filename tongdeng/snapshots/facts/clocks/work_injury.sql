-- Runs on: _is_insured_row, _absent_from_hrss, _insurance_as_at, _work_injury_enrolled_on
-- Gives: work_injury_enrolled
SELECT
    told.*,
    CASE
        WHEN NOT _is_insured_row THEN _absent_from_hrss
        WHEN _work_injury_enrolled_on IS NOT NULL THEN _work_injury_enrolled_on <= day
        WHEN _insurance_as_at <= day THEN false
    END AS work_injury_enrolled
FROM {told} AS told
