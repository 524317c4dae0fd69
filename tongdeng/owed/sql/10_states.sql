-- The shapes that occur: far fewer than people. Windows that follow from the answers alone are found once for each.
CREATE OR REPLACE TEMP TABLE state AS
SELECT shape.s, shape.p, terms.i, terms.day, terms.kind, terms.rhythm, terms.due_within,
       CASE WHEN shape.p >> terms.i & 1 = 1 THEN 'yes' WHEN shape.p >> (16 + terms.i) & 1 = 1 THEN 'unknown' ELSE 'no' END
           AS answer
FROM (SELECT DISTINCT s, p FROM pair) AS shape JOIN terms USING (s);

-- Migrants with an open stay on each evaluated day, in that stay's community; `settled` for six months or longer.
INSERT INTO home_kept
WITH here AS (
    SELECT n::UINTEGER AS n, community, days_of(lo, hi) AS days,
           not_before(days_of(lo, hi), number_of((_unbroken_from + INTERVAL 6 MONTH)::DATE)) AS settled,
           lo = 0 AND hi = len(getvariable('evaluated_days')) AS is_whole
    FROM told WHERE is_migrant
)
SELECT n, community, days::INTEGER AS days, settled::INTEGER AS settled FROM here WHERE is_whole
UNION ALL
SELECT n, community, bit_or(days)::INTEGER, bit_or(settled)::INTEGER FROM here WHERE NOT is_whole GROUP BY n, community;
