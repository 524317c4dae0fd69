-- The lease each person lives under, as spans; a span without a start is a day without a lease.
CREATE OR REPLACE TEMP TABLE tenancy_span AS
WITH spell AS (
    SELECT n, community, starts_on, coalesce(ends_on, DATE '9999-12-31') AS ends_on, lease_number_known, as_at
    FROM tenancy
    WHERE ends_on IS NULL OR ends_on > starts_on
),
edge AS (
    SELECT n, DATE '0001-01-01' AS from_on FROM tenancy
    UNION SELECT n, starts_on FROM spell
    UNION SELECT n, ends_on FROM spell WHERE ends_on < DATE '9999-12-31'
),
span AS (
    SELECT n, from_on, lead(from_on, 1, DATE '9999-12-31') OVER (PARTITION BY n ORDER BY from_on) AS until_on
    FROM edge
)
SELECT
    span.n, span.from_on, span.until_on, spell.starts_on, spell.lease_number_known AS is_filed,
    -- A lease number has no date of its own: it counts from the roll that first stated it.
    CASE WHEN spell.lease_number_known THEN greatest(spell.as_at, spell.starts_on) END AS filed_on
FROM span
LEFT JOIN spell ON spell.n = span.n AND spell.starts_on <= span.from_on AND span.from_on < spell.ends_on
QUALIFY row_number() OVER (
    PARTITION BY span.n, span.from_on
    ORDER BY spell.starts_on DESC NULLS LAST, spell.as_at DESC, spell.community, spell.lease_number_known DESC
) = 1;
