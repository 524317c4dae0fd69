-- Windows of one part of the people: spans with their outcomes, and deliveries that made a window of their own.
INSERT INTO owed_window
WITH found AS (
    SELECT span.n, span.s, span.opens_on, span.due_on,
           CASE WHEN hit.key IS NOT NULL THEN key_day(hit.key)
                WHEN ending = 'lapsed' OR (ending = 'missed' AND kind = 'stream') THEN until_on
                ELSE closes_on END AS closes_on,
           CASE WHEN hit.key IS NULL THEN ending ELSE key_outcome(hit.key) END AS outcome,
           key_day(hit.key) AS outcome_on, key_record(hit.key) AS record, span.is_several, span.p
    FROM (SELECT *, rowid AS id FROM span) AS span
    LEFT JOIN hit USING (id)
    LEFT JOIN done ON done.k = pair_of(span.n, span.s)
        AND done.due_on IS NOT DISTINCT FROM CASE span.kind WHEN 'period' THEN span.due_on END
    WHERE kind NOT IN ('once', 'period') OR span.opens_on <= coalesce(done.done_on, span.opens_on)
    UNION ALL
    SELECT n, s, key_day(key), key_day(key), key_day(key), key_outcome(key), key_day(key), key_record(key), is_beside_spans,
           shape.p
    FROM early LEFT JOIN early_shape AS shape USING (n, s)
    UNION ALL
    SELECT n, s, opens_on, due_on, CASE WHEN key IS NULL AND ending IS NOT NULL THEN until_on ELSE key_day(key) END,
           CASE WHEN key IS NULL THEN ending ELSE key_outcome(key) END, key_day(key), key_record(key), true, p
    FROM step_window
)
SELECT n, s, opens_on, due_on, closes_on, outcome, outcome_on, record,
       outcome IS NULL AND unknown_days(coalesce(p, 0)) & getvariable('last_bit') <> 0 AS is_unknown,
       -- Told of and not settled.
       outcome IS NULL AND coalesce(beside.offered_on >= opens_on, false) AS is_offered,
       is_several OR coalesce(beside.is_crowd, false) AS is_several, p
FROM found LEFT JOIN beside ON beside.k = pair_of(n, s);
