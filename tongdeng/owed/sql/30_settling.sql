-- Everything that settles: confirmed records, and dates that prove the service was given. In the order of `key` the
-- earlier day comes first, on one day a service given before a decline, and of equal records the lowest number; the
-- day, the outcome and the record are read back from it.
CREATE OR REPLACE TEMP MACRO settling_key(on_day, is_decline, record) AS
    ((on_day - DATE '1970-01-01')::BIGINT * 2 + is_decline::BIGINT) * 1099511627776 + coalesce(record, 1099511627775);
CREATE OR REPLACE TEMP MACRO key_day(key) AS DATE '1970-01-01' + (key >> 41)::INTEGER;
CREATE OR REPLACE TEMP MACRO key_outcome(key) AS CASE WHEN (key >> 40) & 1 = 1 THEN 'declined' ELSE 'served' END;
CREATE OR REPLACE TEMP MACRO key_record(key) AS nullif(key & 1099511627775, 1099511627775);

CREATE OR REPLACE TEMP TABLE settling AS
SELECT n::UINTEGER AS n, s, settling_key(on_day, outcome = 'declined', record) AS key
FROM delivery JOIN service_number USING (service)
WHERE makes_windows AND outcome IN ('served', 'declined') AND on_day <= getvariable('as_of')
UNION ALL
SELECT n, s, settling_key(on_day, false, NULL) FROM proved;

-- A delivery beside each span of its pair. Spans of one pair never overlap, so it falls in at most one.
CREATE OR REPLACE TEMP TABLE met AS
SELECT settling.n, settling.s, key, span.rowid AS id, span.opens_on, span.kind,
       key_day(key) >= span.opens_on AND key_day(key) < coalesce(span.until_on, DATE '9999-12-31') AS falls_in
FROM settling LEFT JOIN span USING (n, s);

CREATE OR REPLACE TEMP TABLE hit AS SELECT id, min(key) AS key FROM met WHERE falls_in GROUP BY id;

-- A delivery before the first window of a once service is a window of that day; so is one between a lapse and the next
-- window of a plain once service, which with any outcome stays served or declined.
CREATE OR REPLACE TEMP TABLE early AS
WITH between_spans AS (
    SELECT n, s, key, CASE any_value(kind) WHEN 'once' THEN max(opens_on) ELSE min(opens_on) END AS bound
    FROM met WHERE NOT falls_in AND kind IN ('once', 'stream') GROUP BY n, s, key
)
SELECT met.n, met.s, t.once <> 0 AS is_once, min(key) AS key, false AS is_beside_spans
FROM met JOIN term_mask t USING (s) WHERE met.id IS NULL AND (t.once <> 0 OR t.stream <> 0) GROUP BY ALL
UNION ALL
SELECT b.n, b.s, t.once <> 0, min(key), true
FROM between_spans b JOIN term_mask t USING (s)
WHERE key_day(key) < bound
  AND NOT EXISTS (FROM met x WHERE x.falls_in AND x.n = b.n AND x.s = b.s AND x.key = b.key)
GROUP BY ALL;

-- A plain once service that has an outcome asks for nothing more, nor does a calendar period in its time.
CREATE OR REPLACE TEMP TABLE done AS
SELECT n, s, due_on, key_day(min(key)) AS done_on FROM (
    SELECT span.n, span.s, CASE span.kind WHEN 'period' THEN span.due_on END AS due_on, hit.key
    FROM span JOIN hit ON hit.id = span.rowid WHERE span.is_several AND span.kind IN ('once', 'period')
    UNION ALL SELECT n, s, NULL, key FROM early WHERE is_once AND is_beside_spans
) GROUP BY n, s, due_on;
