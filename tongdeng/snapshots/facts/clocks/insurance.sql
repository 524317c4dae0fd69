-- Runs on: _is_insured_row, _absent_from_hrss, _insurance_as_at, _unemployment_months
-- Gives: unemployment_contribution_months
SELECT
    told.*,
    CASE
        WHEN NOT _is_insured_row THEN _absent_from_hrss::INTEGER::BIGINT
        WHEN _insurance_as_at <= day THEN _unemployment_months
    END AS unemployment_contribution_months
FROM {told} AS told
