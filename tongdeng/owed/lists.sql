-- The lines of the owed list. A page is right at once, though the determination follows a second later: a delivery
-- that settles an open window counts already, and one that was taken back counts no longer.
-- The scope is a territory or one person; the reader's rights are row security's matter.
merged AS (
    SELECT survivor_id, array_agg(id) AS ids FROM people_person WHERE survivor_id IS NOT NULL GROUP BY survivor_id
),
settled AS (
    SELECT w.person_id, who.ids, w.service, w.opens_on, w.due_on, w.closes_on,
           w.is_offered OR coalesce(heard.is_offered, false) AS is_offered,
           coalesce(heard.is_spoken_of, false) AS is_spoken_of,
           CASE WHEN w.outcome IS NULL THEN heard.outcome
                WHEN w.record_id IS NULL OR EXISTS (SELECT 1 FROM delivery_delivery k WHERE k.record_id = w.record_id)
                    THEN w.outcome END AS outcome,
           coalesce(w.outcome_on, heard.settled_on) AS outcome_on
    FROM owed_window w
    LEFT JOIN merged ON merged.survivor_id = w.person_id
    -- What was recorded under ids merged into this person counts for them. OFFSET keeps the ids a value of their own:
    -- written into a condition, the joining of arrays would bar every index of a table under row security.
    CROSS JOIN LATERAL (SELECT w.person_id || coalesce(merged.ids, '{{}}') AS ids OFFSET 0) who
    -- All that was said and given of the service, looked for once.
    LEFT JOIN LATERAL (
        SELECT (array_agg(d.outcome ORDER BY d.served_on) FILTER (WHERE d.settles))[1] AS outcome,
               min(d.served_on) FILTER (WHERE d.settles) AS settled_on,
               bool_or(d.outcome = 'offered' AND d.served_on >= w.opens_on) AS is_offered,
               bool_or(d.served_on >= w.opens_on) AS is_spoken_of
        FROM (
            SELECT d.outcome, d.served_on,
                   d.outcome IN ('served', 'declined') AND d.served_on <= coalesce(w.closes_on, %(today)s)
                       AND (d.served_on >= w.opens_on OR w.service = ANY(%(once)s)) AS settles
            FROM delivery_delivery d WHERE d.person_id = ANY(who.ids) AND d.service = w.service
        ) d
    ) heard ON true
    WHERE {scope}
      AND (w.status = 'owed' OR (w.outcome = 'served' AND w.outcome_on >= %(monday)s)
           OR (w.outcome = 'declined' AND w.outcome_on >= %(year_start)s))
),
item AS (
    SELECT CASE outcome WHEN 'served' THEN 'done' WHEN 'declined' THEN 'declined' ELSE 'owed' END AS tab,
           person_id, ids, service, opens_on, due_on, closes_on, is_offered, is_spoken_of,
           CASE WHEN outcome IS NOT NULL THEN outcome_on END AS outcome_on, NULL AS missing
    FROM settled
    UNION ALL
    SELECT 'unknown', w.person_id, ARRAY[w.person_id], w.service, NULL, NULL, NULL, false, false, NULL, w.missing
    FROM owed_unknown w WHERE {scope}
)
