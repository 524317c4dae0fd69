-- Every figure as counts by day, community and service, from the tallies that a determination leaves. A tally says how
-- many pairs or people have the same days; `i` is the number of a day, and its bit.
CREATE OR REPLACE TEMP TABLE cell AS
WITH
counted AS (
    SELECT day, community, s, sum(pairs) AS pairs,
           coalesce(sum(pairs) FILTER (t.settled >> i & 1 = 1), 0) AS settled,
           coalesce(sum(pairs) FILTER (t.served >> i & 1 = 1), 0) AS served,
           coalesce(sum(pairs) FILTER (t.unknown >> i & 1 = 1), 0) AS unknown
    FROM tally_counted t JOIN measured ON t.days >> i & 1 = 1 GROUP BY day, community, s
),
unknown AS (
    SELECT day, community, s, sum(pairs) AS pairs
    FROM tally_unknown t JOIN term_mask USING (s) JOIN measured ON (t.days & countable) >> i & 1 = 1
    GROUP BY day, community, s
)
SELECT day, 'S1a' AS measure, community, service, settled::BIGINT AS numerator, pairs::BIGINT AS denominator
FROM counted JOIN service_number USING (s)
UNION ALL
SELECT day, 'S1b', community, service, served, pairs FROM counted JOIN service_number USING (s)
UNION ALL
-- Settled for six months, with at least one service given since 1 January.
SELECT day, 'S1c', community, '', coalesce(sum(people) FILTER (t.served >> i & 1 = 1), 0), sum(people)
FROM tally_settled t JOIN measured ON t.days >> i & 1 = 1 GROUP BY day, community
UNION ALL
-- The month's arrivals and those registered at most seven days later.
SELECT measured.day, 'S9', a.community, '',
       count(*) FILTER (coalesce(a.registered_on, a.recorded_on) <= a.starts_on + 7), count(*)
FROM measured JOIN arrival a ON a.starts_on BETWEEN date_trunc('month', measured.day)::date AND measured.day
GROUP BY ALL
UNION ALL
-- Unknown beside: pairs that would be counted if somebody knew; their denominator is themselves and the counted.
SELECT day, 'unknown', community, service, open_pairs::BIGINT, (open_pairs + counted_pairs)::BIGINT
FROM (
    SELECT day, community, s, coalesce(u.pairs, 0) - coalesce(c.unknown, 0) AS open_pairs,
           coalesce(c.pairs, 0) AS counted_pairs
    FROM unknown u FULL JOIN counted c USING (day, community, s)
) JOIN service_number USING (s)
WHERE open_pairs + counted_pairs > 0;
