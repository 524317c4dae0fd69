-- For each evaluated day of the year: which window of a pair counts, and how it stands as of that day. All of it in
-- masks of days: a window is visible once it opened, decided once due or settled, and closed by a lapse or a miss.
CREATE OR REPLACE TEMP TABLE counted AS
WITH
placed AS (
    SELECT w.n, w.s, w.is_several, w.opens_on, w.due_on, w.outcome, t.countable, unknown_days(coalesce(w.p, 0)) AS unknown,
           not_before(getvariable('measured_days'), opened.i) AS visible,
           not_before(getvariable('measured_days'), due.i) AS due,
           CASE WHEN w.outcome_on IS NOT NULL THEN not_before(getvariable('measured_days'), closed.i) ELSE 0 END AS settled,
           CASE WHEN w.outcome IN ('lapsed', 'missed') THEN not_before(getvariable('measured_days'), closed.i) ELSE 0 END
               AS ended
    FROM part_window w
    JOIN term_mask t USING (s)
    JOIN day_number AS opened ON opened.day = within_time(w.opens_on)
    JOIN day_number AS due ON due.day = within_time(w.due_on)
    JOIN day_number AS closed ON closed.day = within_time(coalesce(w.closes_on, DATE '9999-12-31'))
    WHERE t.countable <> 0 AND (w.outcome IS NULL OR w.closes_on >= getvariable('year_start'))
),
touching AS (
    SELECT * REPLACE (CASE WHEN outcome = 'lapsed' THEN visible & ~ended ELSE visible END AS visible) FROM placed
),
-- Of several windows the last one decided counts, else the last one that is open.
chosen AS (
    SELECT *, visible AS days FROM touching WHERE NOT is_several
    UNION ALL
    SELECT * EXCLUDE (decided, decided_later, visible_later, decided_ever),
           (decided & ~coalesce(decided_later, 0)) | (visible & ~coalesce(visible_later, 0) & ~decided_ever)
    FROM (
        SELECT *, bit_or(decided) OVER later AS decided_later, bit_or(visible) OVER later AS visible_later,
               bit_or(decided) OVER (PARTITION BY n, s) AS decided_ever
        FROM (SELECT *, visible & (due | settled) AS decided FROM touching WHERE is_several)
        WINDOW later AS (
            PARTITION BY n, s ORDER BY opens_on DESC, due_on DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    )
)
SELECT n, s, outcome, days & settled AS settled, days & unknown AS unknown, days
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
        SELECT delivery.n::UINTEGER AS n, on_day FROM delivery
        WHERE outcome = 'served' AND on_day BETWEEN getvariable('year_start') AND getvariable('as_of')
        UNION ALL
        SELECT n, on_day FROM proved WHERE on_day >= getvariable('year_start')
    ) GROUP BY n
)
SELECT community, home.settled & getvariable('measured_days') AS own, own & not_before(own, coalesce(day_number.i, 16)),
       count(*)
FROM home LEFT JOIN served USING (n) LEFT JOIN day_number ON day_number.day = served.on_day
WHERE own <> 0 GROUP BY ALL;
