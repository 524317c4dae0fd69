-- A person and a service are a pair; `p` holds the two masks of questions.py: days with yes, and days without no.
CREATE OR REPLACE TEMP MACRO no_days(p, in_force) AS in_force & ~(p >> 16);
CREATE OR REPLACE TEMP MACRO unknown_days(p) AS (p >> 16) & ~p & 65535;
CREATE OR REPLACE TEMP MACRO first_of(mask) AS bit_count((mask & -mask) - 1)::INTEGER;
CREATE OR REPLACE TEMP MACRO not_before(mask, i) AS mask & ~((1 << i::INTEGER) - 1);
CREATE OR REPLACE TEMP MACRO day_at(i) AS getvariable('evaluated_days')[i + 1];
CREATE OR REPLACE TEMP MACRO days_of(lo, hi) AS ((1 << hi::INTEGER) - (1 << lo::INTEGER))::INTEGER;
-- How many evaluated days lie before a day: all but the newest are ends of months, so its month tells.
CREATE OR REPLACE TEMP MACRO number_of(d) AS
    CASE WHEN d > getvariable('as_of') THEN len(getvariable('evaluated_days'))::INTEGER
         WHEN d > getvariable('evaluated_days')[1] THEN month(d)::INTEGER ELSE 0 END;
-- One number for a pair, and for a shape of a service: a join on one number takes half the time of a join on two.
CREATE OR REPLACE TEMP MACRO pair_of(n, s) AS (n::BIGINT << 16) | s::BIGINT;
CREATE OR REPLACE TEMP MACRO person_in(k) AS (k >> 16)::UINTEGER;
CREATE OR REPLACE TEMP MACRO service_in(k) AS (k & 65535)::USMALLINT;
CREATE OR REPLACE TEMP MACRO shape_of(s, p) AS (s::BIGINT << 32) | p::BIGINT;
