-- Everything that settles: confirmed records, and dates that prove the service was given. In the order of `key` the
-- earlier day comes first, on one day a service given before a decline, and of equal records the lowest number; the
-- day, the outcome and the record are read back from it.
CREATE OR REPLACE TEMP MACRO settling_key(on_day, is_decline, record) AS
    ((on_day - DATE '1970-01-01')::BIGINT * 2 + is_decline::BIGINT) * 1099511627776 + coalesce(record, 1099511627775);
CREATE OR REPLACE TEMP MACRO key_day(key) AS DATE '1970-01-01' + (key >> 41)::INTEGER;
CREATE OR REPLACE TEMP MACRO key_outcome(key) AS
    CASE WHEN (key >> 40) & 1 = 1 THEN 'declined'::window_outcome WHEN key IS NOT NULL THEN 'served'::window_outcome END;
CREATE OR REPLACE TEMP MACRO key_record(key) AS nullif(key & 1099511627775, 1099511627775);

CREATE OR REPLACE TEMP TABLE settling AS
SELECT pair_of(n, s) AS k, settling_key(on_day, outcome = 'declined', record) AS key
FROM delivery JOIN service_number USING (service)
WHERE makes_windows AND outcome IN ('served', 'declined') AND on_day <= getvariable('as_of')
UNION ALL
SELECT pair_of(n, s), settling_key(on_day, false, NULL) FROM proved;

-- A delivery beside each span of its pair. Spans of one pair never overlap, so it falls in at most one.
CREATE OR REPLACE TEMP TABLE met AS
SELECT settling.k, key, span.id, span.opens_on, span.kind,
       key_day(key) >= span.opens_on AND key_day(key) < coalesce(span.until_on, DATE '9999-12-31') AS falls_in
FROM settling
-- What settles a step is found by itself.
ANTI JOIN (SELECT s FROM term_mask WHERE once | stream | period | anniversary = 0) AS other ON other.s = service_in(settling.k)
LEFT JOIN (SELECT pair_of(n, s) AS k, rowid AS id, opens_on, until_on, kind FROM span) AS span ON span.k = settling.k;

CREATE OR REPLACE TEMP TABLE hit AS SELECT id, min(key) AS key FROM met WHERE falls_in GROUP BY id;

-- A delivery before the first window of a once service is a window of that day; so is one between a lapse and the next
-- window of a plain once service, which with any outcome stays served or declined.
CREATE OR REPLACE TEMP TABLE early AS
WITH between_spans AS (
    SELECT k, key, CASE any_value(kind) WHEN 'once' THEN max(opens_on) ELSE min(opens_on) END AS bound
    FROM met WHERE NOT falls_in AND kind IN ('once', 'stream') GROUP BY k, key
),
found AS (
    SELECT k, min(key) AS key, false AS is_beside_spans FROM met WHERE id IS NULL GROUP BY k
    UNION ALL
    SELECT k, min(key), true
    FROM (FROM between_spans WHERE key_day(key) < bound) AS b
    ANTI JOIN (SELECT k, key FROM met WHERE falls_in AND kind IN ('once', 'stream')) AS x ON x.k = b.k AND x.key = b.key
    GROUP BY k
)
SELECT person_in(k) AS n, t.s, t.once <> 0 AS is_once, key, is_beside_spans
FROM found JOIN term_mask t ON t.s = service_in(k) WHERE t.once <> 0 OR t.stream <> 0;

-- A plain once service that has an outcome asks for nothing more, nor does a calendar period in its time.
CREATE OR REPLACE TEMP TABLE done AS
SELECT k, due_on, key_day(min(key)) AS done_on FROM (
    SELECT pair_of(span.n, span.s) AS k, CASE span.kind WHEN 'period' THEN span.due_on END AS due_on, hit.key
    FROM (SELECT *, rowid AS id FROM span) AS span JOIN hit USING (id) WHERE span.is_split
    UNION ALL SELECT pair_of(n, s), NULL, key FROM early WHERE is_once AND is_beside_spans
) GROUP BY k, due_on;

-- What else bears on the windows of a pair: a window beside its spans, and the last time that somebody told of it.
CREATE OR REPLACE TEMP TABLE beside AS
SELECT k, bool_or(is_crowd) AS is_crowd, max(offered_on) AS offered_on FROM (
    SELECT pair_of(n, s) AS k, true AS is_crowd, NULL::DATE AS offered_on FROM early WHERE is_beside_spans
    UNION ALL
    SELECT pair_of(n, s), false, on_day FROM delivery JOIN service_number USING (service)
    WHERE outcome = 'offered' AND makes_windows AND on_day <= getvariable('as_of')
) GROUP BY k;
