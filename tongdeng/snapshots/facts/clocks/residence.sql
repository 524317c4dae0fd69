-- Runs on: _unbroken_from
-- Gives: residence_months
SELECT told.*, completed_months(_unbroken_from, day) AS residence_months
FROM {told} AS told
