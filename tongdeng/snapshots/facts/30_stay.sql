-- Where each person lives, as spans that never overlap and leave no day out; a span without community: not here.
CREATE OR REPLACE TEMP TABLE stay_span AS
WITH spell AS (
    SELECT
        n, community, starts_on, coalesce(ends_on, DATE '9999-12-31') AS ends_on, lodging, reason, source, rank,
        -- A police row is a registration; one without its date counts from the day we heard of it.
        CASE WHEN source = 'police' THEN coalesce(registered_on, recorded_on) END AS registered_on,
        source = 'police' AND registered_on IS NULL AS registered_sometime
    FROM stay
    WHERE ends_on IS NULL OR ends_on > starts_on
),
-- Most people have one stay, and one stay needs no sorting.
crowd AS (SELECT n FROM spell GROUP BY n HAVING count(*) > 1),
several AS (SELECT * FROM spell SEMI JOIN crowd USING (n)),
single AS (SELECT * FROM spell ANTI JOIN crowd USING (n)),
joined AS (
    SELECT
        *,
        max(ends_on) OVER (
            PARTITION BY n ORDER BY starts_on, ends_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_end_before
    FROM several
),
unbroken AS (
    SELECT
        * EXCLUDE (latest_end_before),
        -- Stays that overlap or touch are one; a gap of a single day begins a new count.
        -- A lease and a police row of the same days are peers in no fixed order: both see what either begins.
        max(CASE WHEN latest_end_before >= starts_on THEN NULL ELSE starts_on END) OVER (
            PARTITION BY n ORDER BY starts_on, ends_on RANGE UNBOUNDED PRECEDING
        ) AS unbroken_from
    FROM joined
),
edge AS (
    SELECT n, DATE '0001-01-01' AS from_on FROM several
    UNION SELECT n, starts_on FROM several
    UNION SELECT n, ends_on FROM several WHERE ends_on < DATE '9999-12-31'
),
span AS (
    SELECT n, from_on, lead(from_on, 1, DATE '9999-12-31') OVER (PARTITION BY n ORDER BY from_on) AS until_on
    FROM edge
),
ranked AS (
    SELECT
        span.n, span.from_on, span.until_on, unbroken.* EXCLUDE (n),
        row_number() OVER believed AS place,
        first_value(community) OVER believed AS chosen_community
    FROM span
    LEFT JOIN unbroken
        ON unbroken.n = span.n AND unbroken.starts_on <= span.from_on AND span.from_on < unbroken.ends_on
    WINDOW believed AS (
        PARTITION BY span.n, span.from_on
        ORDER BY rank, starts_on DESC, community, source, ends_on, registered_on, lodging, reason
    )
)
SELECT
    n, from_on,
    any_value(until_on) AS until_on,
    any_value(community) FILTER (WHERE place = 1) AS community,
    any_value(lodging) FILTER (WHERE place = 1) AS lodging,
    any_value(reason) FILTER (WHERE place = 1) AS reason,
    any_value(unbroken_from) FILTER (WHERE place = 1) AS unbroken_from,
    -- A visit that confirms the community the police know is the same stay: it keeps its arrival and registration.
    coalesce(
        max(starts_on) FILTER (WHERE source = 'police' AND community = chosen_community),
        any_value(starts_on) FILTER (WHERE place = 1)
    ) AS arrived_on,
    arg_max(registered_on, starts_on) FILTER (WHERE source = 'police' AND community = chosen_community)
        AS registered_on,
    arg_max(registered_sometime, starts_on) FILTER (WHERE source = 'police' AND community = chosen_community)
        AS registered_sometime
FROM ranked
GROUP BY n, from_on
UNION ALL
SELECT
    n, starts_on, ends_on, community, lodging, reason, starts_on, starts_on, registered_on,
    CASE WHEN source = 'police' THEN registered_sometime END
FROM single
UNION ALL
SELECT n, DATE '0001-01-01', starts_on, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM single
UNION ALL
SELECT n, ends_on, DATE '9999-12-31', NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM single
WHERE ends_on < DATE '9999-12-31';
