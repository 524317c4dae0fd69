-- Runs on: _worked_from, _worked_until
-- Gives: employment_months_here
SELECT told.*, completed_months(_worked_from, least(_worked_until, day)) AS employment_months_here
FROM {told} AS told
