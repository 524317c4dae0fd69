-- A person and a service are a pair; `p` holds the two masks of questions.py: days with yes, and days without no.
CREATE OR REPLACE TEMP MACRO no_days(p, in_force) AS in_force & ~(p >> 16);
CREATE OR REPLACE TEMP MACRO unknown_days(p) AS (p >> 16) & ~p & 65535;
CREATE OR REPLACE TEMP MACRO first_of(mask) AS bit_count((mask & -mask) - 1)::INTEGER;
CREATE OR REPLACE TEMP MACRO not_before(mask, i) AS mask & ~((1 << i::INTEGER) - 1);
CREATE OR REPLACE TEMP MACRO day_at(i) AS getvariable('evaluated_days')[i + 1];
CREATE OR REPLACE TEMP MACRO days_of(lo, hi) AS ((1 << hi::INTEGER) - (1 << lo::INTEGER))::INTEGER;
