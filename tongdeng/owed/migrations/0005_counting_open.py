"""Counts open windows up to a number, one entry of the index after the other, under the reader's own rights."""

from django.db import migrations

# A bitmap would first gather all entries of a county, and two helpers take longer to start than the counting.
COUNTING = """
CREATE FUNCTION owed_count_open(p_lo text, p_hi text, p_most integer) RETURNS bigint
LANGUAGE sql STABLE SET enable_bitmapscan = off SET max_parallel_workers_per_gather = 0 AS $$
    SELECT count(*) FROM (
        SELECT 1 FROM owed_window
         WHERE territory >= p_lo::bpchar COLLATE "C" AND territory < p_hi::bpchar COLLATE "C"
           AND status = 'owed' LIMIT p_most
    ) AS found
$$;
REVOKE ALL ON FUNCTION owed_count_open(text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION owed_count_open(text, text, integer) TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("owed", "0004_resting_indexes")]
    operations = [migrations.RunSQL(COUNTING, migrations.RunSQL.noop)]
