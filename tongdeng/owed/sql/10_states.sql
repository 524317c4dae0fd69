-- One row for each person, service and evaluated day: the answer, the terms of that day's law, and its date facts.
CREATE OR REPLACE TEMP TABLE state AS
SELECT answer.n, answer.service, answer.day, answer.answer, terms.kind, terms.rhythm, terms.due_within,
       terms.before_months, terms.provision, date_fact.opens_from, date_fact.anniversary
FROM answer
JOIN terms USING (service, day)
LEFT JOIN date_fact USING (n, service, day);

-- Everything that settles: confirmed records, and dates that prove the service was given. Two on one day count once,
-- and a service given outweighs a decline of the same day; of equal records the first, whatever order they come in.
CREATE OR REPLACE TEMP TABLE settling AS
SELECT n, service, on_day, max(outcome) AS outcome,
       coalesce(min(record) FILTER (outcome = 'served'), min(record)) AS record
FROM (
    SELECT n, service, on_day, outcome, record FROM delivery
    WHERE outcome IN ('served', 'declined') AND on_day <= getvariable('as_of')
    UNION ALL
    SELECT DISTINCT n, service, done AS on_day, 'served' AS outcome, NULL::bigint AS record
    FROM date_fact WHERE done IS NOT NULL AND done <= day
)
GROUP BY ALL;
