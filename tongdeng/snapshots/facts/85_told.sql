-- What holds of each person unchanged from one evaluated day up to another: one row for most people, not one a day.
-- Columns that are no facts but make some begin with an underscore.
CREATE OR REPLACE TEMP MACRO spans_of(span) AS TABLE
    SELECT spans.*, first.i AS lo, last.i AS hi
    FROM query_table(span) AS spans
    JOIN day_number AS first ON first.day = within_time(spans.from_on)
    JOIN day_number AS last ON last.day = within_time(spans.until_on)
    WHERE first.i < last.i;

CREATE OR REPLACE TEMP TABLE stay_told AS FROM spans_of('stay_span');
CREATE OR REPLACE TEMP TABLE permit_told AS FROM spans_of('permit_span');
CREATE OR REPLACE TEMP TABLE job_told AS FROM spans_of('job_span');
CREATE OR REPLACE TEMP TABLE insurance_told AS FROM spans_of('insurance_span');
CREATE OR REPLACE TEMP TABLE schooling_told AS FROM spans_of('schooling_span');
CREATE OR REPLACE TEMP TABLE tenancy_told AS FROM spans_of('tenancy_span');

CREATE OR REPLACE TEMP TABLE chapter AS
WITH
cut AS (
    SELECT n, lo AS i FROM stay_told WHERE lo > 0 UNION SELECT n, hi FROM stay_told
    UNION SELECT n, lo FROM permit_told WHERE lo > 0 UNION SELECT n, hi FROM permit_told
    UNION SELECT n, lo FROM job_told WHERE lo > 0 UNION SELECT n, hi FROM job_told
    UNION SELECT n, lo FROM insurance_told WHERE lo > 0 UNION SELECT n, hi FROM insurance_told
    UNION SELECT n, lo FROM schooling_told WHERE lo > 0 UNION SELECT n, hi FROM schooling_told
    UNION SELECT n, lo FROM tenancy_told WHERE lo > 0 UNION SELECT n, hi FROM tenancy_told
    -- Within a span: the days of registration, and of a lease's filing.
    UNION SELECT n, d.i FROM stay_told s JOIN day_number d ON d.day = within_time(s.registered_on) WHERE d.i > 0
    UNION SELECT n, d.i FROM tenancy_told t JOIN day_number d ON d.day = within_time(t.filed_on) WHERE d.i > 0
),
-- A roll that grows old in this time ends a chapter for everybody.
stale AS (
    SELECT i FROM absence
    QUALIFY row(from_police, from_hrss, from_education, from_housing)
        IS DISTINCT FROM lag(row(from_police, from_hrss, from_education, from_housing)) OVER (ORDER BY i)
),
several AS (
    SELECT n, i FROM cut WHERE i < (SELECT count(*) FROM evaluated)
    UNION SELECT person.n, stale.i FROM person CROSS JOIN stale WHERE stale.i > 0
)
SELECT n, i AS lo, lead(i, 1, (SELECT count(*) FROM evaluated)::USMALLINT) OVER (PARTITION BY n ORDER BY i) AS hi
FROM (FROM several UNION ALL SELECT DISTINCT n, 0::USMALLINT FROM several)
UNION ALL
SELECT n, 0, (SELECT count(*) FROM evaluated)::USMALLINT FROM person ANTI JOIN several USING (n);

-- Which span of each kind a chapter lies in. Looked for by itself, for a join on a range carries all that it might need.
CREATE OR REPLACE TEMP TABLE placed AS
SELECT
    chapter.n, chapter.lo, chapter.hi,
    stay.rowid AS stay_row, permit.rowid AS permit_row, job.rowid AS job_row,
    insurance.rowid AS insurance_row, schooling.rowid AS schooling_row, tenancy.rowid AS tenancy_row
FROM chapter
LEFT JOIN stay_told AS stay ON stay.n = chapter.n AND stay.lo <= chapter.lo AND chapter.lo < stay.hi
LEFT JOIN permit_told AS permit ON permit.n = chapter.n AND permit.lo <= chapter.lo AND chapter.lo < permit.hi
LEFT JOIN job_told AS job ON job.n = chapter.n AND job.lo <= chapter.lo AND chapter.lo < job.hi
LEFT JOIN insurance_told AS insurance
    ON insurance.n = chapter.n AND insurance.lo <= chapter.lo AND chapter.lo < insurance.hi
LEFT JOIN schooling_told AS schooling
    ON schooling.n = chapter.n AND schooling.lo <= chapter.lo AND chapter.lo < schooling.hi
LEFT JOIN tenancy_told AS tenancy
    ON tenancy.n = chapter.n AND tenancy.lo <= chapter.lo AND chapter.lo < tenancy.hi;

CREATE OR REPLACE TEMP TABLE told AS
SELECT
    chapter.n,
    chapter.lo,
    chapter.hi,
    stay.community,
    stay.community IS NOT NULL
        AND coalesce(left(person.hukou_division, 6) <> setting.county, person.has_police_row) AS is_migrant,

    person.born_on,
    person.sex,
    person.marital_status,
    person.education_level,
    left(person.hukou_division, 6) <> setting.county AS is_outside_county_hukou,

    CASE WHEN stay.n IS NOT NULL THEN stay.community IS NOT NULL END AS lives_here,
    stay.arrived_on,
    stay.unbroken_from AS _unbroken_from,
    CASE WHEN stay.registered_on <= absence.day THEN stay.registered_on END AS residence_registered_on,
    CASE
        WHEN stay.registered_on <= absence.day THEN true
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
    CASE WHEN NOT tenancy.is_filed THEN false WHEN tenancy.filed_on <= absence.day THEN true END AS lease_filed,
    CASE WHEN tenancy.filed_on <= absence.day THEN tenancy.filed_on END AS lease_filed_on,

    permit.issued_on AS permit_issued_on,
    permit.endorsed_on AS permit_endorsed_on,
    permit.counted_from AS permit_counted_from,
    CASE WHEN permit.n IS NULL THEN absence.from_police ELSE permit.is_held END AS holds_residence_permit,
    -- A year that ran out without endorsement is only known while the police roll is fresh.
    CASE WHEN permit.n IS NULL OR NOT permit.is_in_force THEN absence.from_police ELSE permit.is_in_force END
        AS has_residence_permit,

    job.form AS employment_form,
    job.employed_from,
    job.unemployed_from,
    job.worked_from AS _worked_from,
    job.worked_until AS _worked_until,
    CASE
        WHEN job.form IN ('employee', 'self_employed', 'public_post') THEN true
        WHEN job.form = 'unemployed' THEN false
    END AS stable_employment,

    insurance.n IS NOT NULL AS _is_insured_row,
    insurance.as_at AS _insurance_as_at,
    insurance.unemployment_months AS _unemployment_months,
    insurance.work_injury_enrolled_on AS _work_injury_enrolled_on,
    absence.from_hrss AS _absent_from_hrss,
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

    schooling.n IS NOT NULL AS _is_school_row,
    schooling.as_at AS _schooling_as_at,
    schooling.stage AS _stage,
    schooling.grade AS _grade,
    schooling.is_pupil AS _is_pupil,
    absence.from_education AS _absent_from_education,
    schooling.school_enrolled_on,
    schooling.kindergarten_enrolled_on,
    make_date(school_year(born_on) + 7, 9, 1) AS school_entry_on
FROM placed AS chapter
JOIN person ON person.n = chapter.n
-- The chapter's first day speaks for all of it.
JOIN absence ON absence.i = chapter.lo
CROSS JOIN setting
LEFT JOIN stay_told AS stay ON stay.rowid = chapter.stay_row
LEFT JOIN permit_told AS permit ON permit.rowid = chapter.permit_row
LEFT JOIN job_told AS job ON job.rowid = chapter.job_row
LEFT JOIN insurance_told AS insurance ON insurance.rowid = chapter.insurance_row
LEFT JOIN schooling_told AS schooling ON schooling.rowid = chapter.schooling_row
LEFT JOIN tenancy_told AS tenancy ON tenancy.rowid = chapter.tenancy_row;
