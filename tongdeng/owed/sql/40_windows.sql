-- Windows of one part of the people: spans with their outcomes, and deliveries that made a window of their own.
CREATE OR REPLACE TEMP TABLE part_window AS
SELECT span.n, span.s, span.opens_on, span.due_on,
       CASE WHEN hit.key IS NOT NULL THEN key_day(hit.key)
            WHEN ending = 'lapsed' OR (ending = 'missed' AND kind = 'stream') THEN until_on
            ELSE closes_on END AS closes_on,
       CASE WHEN hit.key IS NULL THEN ending ELSE key_outcome(hit.key) END AS outcome,
       key_day(hit.key) AS outcome_on, key_record(hit.key) AS record,
       span.is_several OR crowd.n IS NOT NULL AS is_several, span.p
FROM span
LEFT JOIN hit ON hit.id = span.rowid
LEFT JOIN done ON done.n = span.n AND done.s = span.s
    AND span.kind IN ('once', 'period') AND done.due_on IS NOT DISTINCT FROM CASE span.kind WHEN 'period' THEN span.due_on END
LEFT JOIN (SELECT DISTINCT n, s FROM early WHERE is_beside_spans) AS crowd ON crowd.n = span.n AND crowd.s = span.s
WHERE span.opens_on <= coalesce(done.done_on, span.opens_on)
UNION ALL
SELECT n, s, key_day(key), key_day(key), key_day(key), key_outcome(key), key_day(key), key_record(key), is_beside_spans,
       shape.p
FROM early LEFT JOIN early_shape AS shape USING (n, s)
UNION ALL
SELECT n, s, opens_on, due_on, CASE WHEN key IS NULL AND ending IS NOT NULL THEN until_on ELSE key_day(key) END,
       CASE WHEN key IS NULL THEN ending ELSE key_outcome(key) END, key_day(key), key_record(key), true, p
FROM step_window;

-- A window told of and not settled.
CREATE OR REPLACE TEMP TABLE offered AS
SELECT DISTINCT w.n, w.s, w.opens_on
FROM (
    SELECT delivery.n::UINTEGER AS n, s, on_day FROM delivery JOIN service_number USING (service)
    WHERE outcome = 'offered' AND on_day <= getvariable('as_of')
) AS told_of
JOIN part_window w ON w.n = told_of.n AND w.s = told_of.s AND told_of.on_day >= w.opens_on
WHERE w.outcome IS NULL;

INSERT INTO owed_window
SELECT w.n, w.s, w.opens_on, w.due_on, w.closes_on, w.outcome, w.outcome_on, w.record,
       w.outcome IS NULL AND unknown_days(coalesce(w.p, 0)) & getvariable('last_bit') <> 0, offered.n IS NOT NULL
FROM part_window w LEFT JOIN offered USING (n, s, opens_on);
