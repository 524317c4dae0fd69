-- For each evaluated day of the year: which window of a pair counts, and how it stands as of that day. All of it in
-- masks of days: a window is visible once it opened, decided once due or settled, and closed by a lapse or a miss.
CREATE OR REPLACE TEMP VIEW touching AS
SELECT n, s, is_several, opens_on, due_on, outcome_on, outcome, countable, unknown, settled, ended, due,
       CASE WHEN outcome = 'lapsed' THEN visible & ~ended ELSE visible END AS visible
FROM (
    SELECT w.n, w.s, w.is_several, w.opens_on, w.due_on, w.outcome_on, w.outcome, t.countable,
           unknown_days(coalesce(w.p, 0)) AS unknown,
           not_before(getvariable('measured_days'), number_of(w.opens_on)) AS visible,
           not_before(getvariable('measured_days'), number_of(w.due_on)) AS due,
           CASE WHEN w.outcome_on IS NULL THEN 0 ELSE not_before(getvariable('measured_days'), number_of(w.closes_on)) END
               AS settled,
           CASE WHEN w.outcome IN ('lapsed', 'missed')
                THEN not_before(getvariable('measured_days'), number_of(coalesce(w.closes_on, DATE '9999-12-31'))) ELSE 0 END
               AS ended
    FROM part_window w JOIN term_mask t USING (s)
    WHERE t.countable <> 0 AND (w.outcome IS NULL OR w.closes_on >= getvariable('year_start'))
);

INSERT INTO counted_kept
WITH
-- Of several windows the last one decided counts, else the last one that is open; of two steps of the same days the
-- one not given yet is the later, then whichever was given later. What is sorted is kept narrow: both masks are one number, and so is the order.
several AS (
    SELECT pair_of(n, s) AS k,
           (((opens_on - DATE '1900-01-01') * 200000::BIGINT + (due_on - DATE '1900-01-01')) << 20)
               + coalesce(outcome_on - DATE '1900-01-01', 65535) * 16 + coalesce(enum_code(outcome), 15) AS place,
           ((visible & (due | settled)) << 16) | visible AS masks, settled | (unknown << 16) AS told,
           ended | (countable << 16) AS held,
           outcome
    FROM touching WHERE is_several AND visible <> 0
),
chosen AS (
    SELECT n, s, outcome, settled, unknown, ended, countable, visible AS days FROM touching WHERE NOT is_several
    UNION ALL
    SELECT person_in(k), service_in(k), outcome, told & 65535, told >> 16, held & 65535, held >> 16,
           ((masks >> 16) & ~(later >> 16)) | (masks & 65535 & ~later & ~(ever >> 16))
    FROM (
        SELECT *, bit_or(masks) OVER (PARTITION BY k) AS ever,
               coalesce(bit_or(masks) OVER (
                   PARTITION BY k ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
               ), 0) AS later
        FROM several
    )
)
SELECT n, s, outcome, (days & settled)::INTEGER, (days & unknown)::INTEGER, days::INTEGER
-- Unknown today is outside; a window that ran out before stays and counts.
FROM (SELECT * REPLACE (days & countable & ~(unknown & ~settled & ~ended) AS days) FROM chosen)
WHERE days <> 0;

-- From here on nobody is a row: how many pairs of a community have the same days.
INSERT INTO tally_counted
SELECT community, s, counted.days & home.days AS own, counted.settled & home.days,
       CASE WHEN outcome = 'served' THEN counted.settled & home.days ELSE 0 END, counted.unknown & home.days, count(*)
FROM counted JOIN home USING (n) WHERE own <> 0 GROUP BY ALL;

INSERT INTO tally_settled
WITH served AS (
    SELECT n, min(on_day) AS on_day FROM (
        SELECT n::UINTEGER AS n, on_day FROM delivery
        WHERE outcome = 'served' AND on_day BETWEEN getvariable('year_start') AND getvariable('as_of')
        UNION ALL
        SELECT n, on_day FROM proved WHERE on_day >= getvariable('year_start')
    ) GROUP BY n
)
SELECT community, home.settled & getvariable('measured_days') AS own, own & not_before(own, coalesce(day_number.i, 16)),
       count(*)
FROM home LEFT JOIN served USING (n) LEFT JOIN day_number ON day_number.day = served.on_day
WHERE own <> 0 GROUP BY ALL;
