-- How a person stands to a service of which there is a window, the first that fits: an outcome this year; not entitled;
-- unknown; owed; not due. Without a window it is the answer that tells: not entitled, unknown, available or not due.
INSERT INTO standing_kept
WITH
told_by AS (
    -- In the order of `given` the newer day comes first, and on one day a service given.
    SELECT n, s, p, is_several,
           CASE WHEN outcome IN ('served', 'declined')
                THEN (outcome_on - DATE '1970-01-01') * 2 + (outcome = 'served')::INTEGER END AS given,
           opens_on <= getvariable('as_of') AND outcome IS NULL
               AND coalesce(closes_on, DATE '9999-12-31') >= getvariable('as_of') AS is_open
    FROM part_window
),
one AS (
    SELECT n, s, p, is_open, given FROM told_by WHERE NOT is_several
    UNION ALL
    SELECT person_in(k), service_in(k), p, is_open, given FROM (
        SELECT pair_of(n, s) AS k, bit_or(p) AS p, bool_or(is_open) AS is_open, max(given) AS given
        FROM told_by WHERE is_several GROUP BY k
    )
)
SELECT n, s,
       CASE WHEN given >= (getvariable('year_start') - DATE '1970-01-01') * 2 THEN newest
            WHEN t.once & getvariable('last_bit') <> 0 AND given IS NOT NULL THEN newest
            WHEN coalesce(p, 0) >> 16 & getvariable('last_bit') = 0 THEN 'not_entitled'::standing_status
            WHEN is_unknown THEN 'unknown'::standing_status
            WHEN is_open THEN 'owed'::standing_status
            WHEN t.stream & getvariable('last_bit') <> 0 AND given IS NOT NULL THEN newest
            ELSE 'not_due'::standing_status END AS status,
       is_unknown
FROM (
    SELECT *, unknown_days(coalesce(p, 0)) & getvariable('last_bit') <> 0 AS is_unknown,
           CASE WHEN given & 1 = 1 THEN 'served'::standing_status ELSE 'declined'::standing_status END AS newest
    FROM one
) JOIN term_mask t USING (s)
WHERE t.in_force & getvariable('last_bit') <> 0;

INSERT INTO tally_standing
SELECT status, is_unknown, count(*)
FROM standing JOIN home USING (n) WHERE home.days & getvariable('last_bit') <> 0 GROUP BY ALL;

INSERT INTO tally_people
SELECT (SELECT count(*) FROM home WHERE days & getvariable('last_bit') <> 0),
       (SELECT count(*) FROM told WHERE lives_here IS NULL AND hi = len(getvariable('evaluated_days')));
