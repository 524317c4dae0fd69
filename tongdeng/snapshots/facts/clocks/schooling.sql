-- Runs on: employment_form, _is_school_row, _absent_from_education, _schooling_as_at, _stage, _grade, _is_pupil
-- Gives: employment_status, school_stage, school_grade, continuous_study
SELECT
    told.*,
    CASE
        WHEN employment_form IN ('employee', 'public_post') THEN 'employed'
        WHEN employment_form IS NOT NULL THEN employment_form
        WHEN _is_pupil AND _schooling_as_at >= day - 400 THEN 'student'
    END AS employment_status,
    -- A school record older than 400 days does not say where a child is now.
    CASE WHEN _schooling_as_at >= day - 400 THEN _stage END AS school_stage,
    CASE WHEN school_year(_schooling_as_at) = school_year(day) THEN _grade END AS school_grade,
    CASE
        WHEN NOT _is_school_row THEN _absent_from_education
        WHEN _schooling_as_at >= day - 400 THEN _is_pupil
    END AS continuous_study
FROM {told} AS told
