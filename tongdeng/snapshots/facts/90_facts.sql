-- Every fact of every person on every day asked for. A person no roll row speaks of gets what absence means.
-- A view: a reader who asks for five facts does not pay for fifty.
CREATE OR REPLACE TEMP VIEW facts AS
SELECT
    subject.n,
    subject.day,
    stay.community,
    stay.community IS NOT NULL
        AND coalesce(left(person.hukou_division, 6) <> setting.county, person.has_police_row) AS is_migrant,

    person.born_on,
    CASE WHEN born_on <= subject.day THEN completed_months(born_on, subject.day) // 12 END AS age_years,
    CASE WHEN born_on <= subject.day THEN completed_months(born_on, subject.day) END AS age_months,
    CASE WHEN born_on <= subject.day THEN date_diff('day', born_on, subject.day) END AS age_days,
    person.sex,
    person.marital_status,
    person.education_level,
    left(person.hukou_division, 6) <> setting.county AS is_outside_county_hukou,

    CASE WHEN stay.n IS NOT NULL THEN stay.community IS NOT NULL END AS lives_here,
    stay.arrived_on,
    completed_months(stay.unbroken_from, subject.day) AS residence_months,
    CASE WHEN stay.registered_on <= subject.day THEN stay.registered_on END AS residence_registered_on,
    CASE
        WHEN stay.registered_on <= subject.day THEN true
        WHEN stay.registered_on IS NULL THEN absence.from_police
        WHEN NOT stay.registered_sometime THEN false
    END AS has_residence_registration,
    stay.lodging,
    stay.reason AS stay_reason,
    CASE
        WHEN tenancy.starts_on IS NOT NULL OR stay.lodging IN ('rented', 'owned', 'employer') THEN true
        WHEN stay.lodging IN ('site', 'hotel') THEN false
    END AS stable_housing,
    CASE WHEN stay.lodging = 'owned' THEN true END AS owns_home_here,
    CASE
        WHEN tenancy.starts_on IS NOT NULL THEN true
        -- Lives in a rented place, and the roll of rented places does not know it: somebody should ask.
        WHEN stay.lodging = 'rented' THEN NULL
        WHEN tenancy.n IS NOT NULL THEN false
        ELSE absence.from_housing
    END AS has_lease,
    tenancy.starts_on AS lease_started_on,
    CASE WHEN NOT tenancy.is_filed THEN false WHEN tenancy.filed_on <= subject.day THEN true END AS lease_filed,
    CASE WHEN tenancy.filed_on <= subject.day THEN tenancy.filed_on END AS lease_filed_on,

    permit.issued_on AS permit_issued_on,
    permit.endorsed_on AS permit_endorsed_on,
    permit.counted_from AS permit_counted_from,
    CASE WHEN permit.n IS NULL THEN absence.from_police ELSE permit.is_held END AS holds_residence_permit,
    -- A year that ran out without endorsement is only known while the police roll is fresh.
    CASE WHEN permit.n IS NULL OR NOT permit.is_in_force THEN absence.from_police ELSE permit.is_in_force END
        AS has_residence_permit,

    job.form AS employment_form,
    CASE
        WHEN job.form IN ('employee', 'public_post') THEN 'employed'
        WHEN job.form IS NOT NULL THEN job.form
        WHEN schooling.is_pupil AND schooling.as_at >= subject.day - 400 THEN 'student'
    END AS employment_status,
    job.employed_from,
    job.unemployed_from,
    completed_months(job.worked_from, least(job.worked_until, subject.day)) AS employment_months_here,
    CASE
        WHEN job.form IN ('employee', 'self_employed', 'public_post') THEN true
        WHEN job.form = 'unemployed' THEN false
    END AS stable_employment,

    insurance.pension_type,
    CASE WHEN insurance.n IS NULL THEN absence.from_hrss ELSE insurance.pension_enrolled END AS pension_enrolled,
    insurance.pension_enrolled_on,
    -- The same pension by two ways: through an employer, or on one's own. Each is a service of its own.
    insurance.employee_pension_enrolled_on,
    insurance.flexible_pension_enrolled_on,
    insurance.medical_type,
    CASE WHEN insurance.n IS NULL THEN absence.from_hrss ELSE insurance.medical_type <> 'none' END AS medical_enrolled,
    CASE WHEN insurance.n IS NULL THEN absence.from_hrss ELSE insurance.medical_type = 'medical_employee' END
        AS has_employee_medical,
    CASE
        WHEN insurance.n IS NULL THEN absence.from_hrss::INTEGER::BIGINT
        WHEN insurance.as_at <= subject.day THEN insurance.unemployment_months
    END AS unemployment_contribution_months,
    CASE
        WHEN insurance.n IS NULL THEN absence.from_hrss
        WHEN insurance.work_injury_enrolled_on IS NOT NULL THEN insurance.work_injury_enrolled_on <= subject.day
        WHEN insurance.as_at <= subject.day THEN false
    END AS work_injury_enrolled,

    -- A school record older than 400 days does not say where a child is now.
    CASE WHEN schooling.as_at >= subject.day - 400 THEN schooling.stage END AS school_stage,
    CASE WHEN school_year(schooling.as_at) = school_year(subject.day) THEN schooling.grade END AS school_grade,
    schooling.school_enrolled_on,
    schooling.kindergarten_enrolled_on,
    make_date(school_year(born_on) + 7, 9, 1) AS school_entry_on,
    CASE
        WHEN schooling.n IS NULL THEN absence.from_education
        WHEN schooling.as_at >= subject.day - 400 THEN schooling.is_pupil
    END AS continuous_study
FROM subject
JOIN person ON person.n = subject.n
JOIN absence ON absence.day = subject.day
CROSS JOIN setting
LEFT JOIN stay_span AS stay
    ON stay.n = subject.n AND stay.from_on <= subject.day AND subject.day < stay.until_on
LEFT JOIN permit_span AS permit
    ON permit.n = subject.n AND permit.from_on <= subject.day AND subject.day < permit.until_on
LEFT JOIN job_span AS job
    ON job.n = subject.n AND job.from_on <= subject.day AND subject.day < job.until_on
LEFT JOIN insurance_span AS insurance
    ON insurance.n = subject.n AND insurance.from_on <= subject.day AND subject.day < insurance.until_on
LEFT JOIN schooling_span AS schooling
    ON schooling.n = subject.n AND schooling.from_on <= subject.day AND subject.day < schooling.until_on
LEFT JOIN tenancy_span AS tenancy
    ON tenancy.n = subject.n AND tenancy.from_on <= subject.day AND subject.day < tenancy.until_on;
