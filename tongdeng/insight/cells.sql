-- Every figure as counts by day, community and service. Runs on the tables a determination leaves.
CREATE OR REPLACE TEMP TABLE cell AS
SELECT day, 'S1a' AS measure, community, service, count(outcome) AS numerator, count(*) AS denominator
FROM counted GROUP BY ALL
UNION ALL
SELECT day, 'S1b', community, service, count(*) FILTER (outcome = 'served'), count(*) FROM counted GROUP BY ALL
UNION ALL
-- Settled for six months, with at least one service given since 1 January.
SELECT r.day, 'S1c', r.community, '', count(*) FILTER (EXISTS (
           SELECT 1 FROM settling s WHERE s.n = r.n AND s.outcome = 'served'
              AND s.on_day BETWEEN date_trunc('year', r.day)::date AND r.day)), count(*)
FROM resident r JOIN measured USING (day) WHERE r.residence_months >= 6 GROUP BY ALL
UNION ALL
-- The month's arrivals and those registered at most seven days later.
SELECT measured.day, 'S9', a.community, '',
       count(*) FILTER (coalesce(a.registered_on, a.recorded_on) <= a.starts_on + 7), count(*)
FROM measured JOIN arrival a ON a.starts_on BETWEEN date_trunc('month', measured.day)::date AND measured.day
GROUP BY ALL
UNION ALL
-- Unknown beside: pairs that would be counted if somebody knew; their denominator is themselves and the counted.
SELECT coalesce(u.day, c.day), 'unknown', coalesce(u.community, c.community), coalesce(u.service, c.service),
       coalesce(u.pairs, 0), coalesce(u.pairs, 0) + coalesce(c.pairs, 0)
FROM (
    SELECT s.day, r.community, s.service, count(*) AS pairs
    FROM state s JOIN resident r USING (n, day) JOIN measured USING (day)
    WHERE s.answer = 'unknown' AND s.kind <> 'event' AND s.provision <> 'hukou'
      AND NOT EXISTS (SELECT 1 FROM counted k WHERE k.n = s.n AND k.service = s.service AND k.day = s.day)
    GROUP BY ALL
) u FULL JOIN (SELECT day, community, service, count(*) AS pairs FROM counted GROUP BY ALL) c
    ON c.day = u.day AND c.community = u.community AND c.service = u.service;
