"""Lets the first windows of a county be stored without their indexes, as a first roll is: they are built from all rows."""

from django.db import migrations

RESTING = """
CREATE FUNCTION owed_rest_indexes() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    tables constant regclass[] := ARRAY['owed_window', 'owed_unknown', 'owed_digest'];
    one record;
BEGIN
    -- Before the lock, for a night must not keep readers out; and under it, for somebody may have written meanwhile.
    IF EXISTS (SELECT FROM unnest(tables) AS t WHERE pg_relation_size(t) > 0) THEN
        RETURN false;
    END IF;
    LOCK TABLE owed_window, owed_unknown, owed_digest IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM unnest(tables) AS t WHERE pg_relation_size(t) > 0)
        OR EXISTS (SELECT FROM people_resting_index)
    THEN
        RETURN false;
    END IF;
    -- A file that this transaction begins needs no log: before the commit it is on disk, without one it is gone.
    TRUNCATE owed_window, owed_unknown, owed_digest;
    FOR one IN
        SELECT i.indexrelid::regclass AS index, pg_get_indexdef(i.indexrelid) AS awake
          FROM pg_index i WHERE i.indrelid = ANY (tables) AND NOT i.indisprimary ORDER BY i.indrelid, i.indexrelid
    LOOP
        INSERT INTO people_resting_index (awake) VALUES (one.awake);
        EXECUTE format('DROP INDEX %s', one.index);
    END LOOP;
    RETURN true;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN false;  -- somebody reads: the windows are stored the usual way
END $$;
REVOKE ALL ON FUNCTION owed_rest_indexes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION owed_rest_indexes() TO tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("owed", "0003_digest"), ("people", "0002_resting_indexes")]
    operations = [migrations.RunSQL(RESTING, migrations.RunSQL.noop)]
