"""Seals over the entries, what the sealing job may read and write, and what nobody may: change or remove an entry."""

from django.db import migrations, models

SEALING = """
CREATE FUNCTION audit_cluster() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$ SELECT system_identifier::text FROM pg_control_system() $$;

CREATE FUNCTION audit_holes() RETURNS int8multirange
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH last AS (SELECT * FROM audit_seal ORDER BY number DESC LIMIT 1)
    SELECT coalesce(range_agg(s.holes::int8multirange), '{}') - coalesce(range_agg(s.ids::int8multirange), '{}')
      FROM audit_seal s, last
     WHERE s.horizon > last.settled AND s.cluster = last.cluster AND last.cluster = audit_cluster()
$$;

-- The state to seal from; nothing while another one seals. The lock holds until the transaction ends, and no writer of
-- entries ever waits for it.
CREATE FUNCTION audit_open() RETURNS TABLE (
    late text, horizon bigint, here text, number bigint, sealed_at timestamptz, entries integer, last bigint, ids text,
    holes text, root bytea, previous bytea, seal_horizon bigint, settled bigint, cluster text, key text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    BEGIN
        LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE NOWAIT;
    EXCEPTION WHEN lock_not_available THEN
        RETURN;
    END;
    RETURN QUERY
    SELECT audit_holes()::text, pg_snapshot_xmin(pg_current_snapshot())::text::bigint, audit_cluster(), s.*
      FROM (VALUES (1)) one LEFT JOIN LATERAL (
           SELECT number, sealed_at, entries, last, ids, holes, root, previous, horizon, settled, cluster, key
             FROM audit_seal ORDER BY number DESC LIMIT 1) s ON true;
END $$;

CREATE FUNCTION audit_pending(after bigint, late int8multirange, size integer) RETURNS TABLE (
    id bigint, at text, code text, purpose text, staff_id bigint, post_id bigint, origin text, address text, request text,
    subjects text, detail text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT e.id, e.at::text, e.code, e.purpose, e.staff_id, e.post_id, e.origin, e.address, e.request, e.subjects::text,
           e.detail::text
      FROM (SELECT a.* FROM unnest(late) r JOIN audit_entry a ON a.id >= lower(r) AND a.id < upper(r)
            UNION ALL SELECT a.* FROM audit_entry a WHERE a.id > after) e
     ORDER BY e.id LIMIT size;
END $$;

CREATE FUNCTION audit_add_seal(
    number bigint, sealed_at timestamptz, entries integer, last bigint, ids text, holes text, root bytea, previous bytea,
    horizon bigint, settled bigint, cluster text, key text, signature bytea, prints bytea
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO audit_seal (number, sealed_at, entries, last, ids, holes, root, previous, horizon, settled, cluster, key,
                            signature, prints)
    VALUES (number, sealed_at, entries, last, ids, holes, root, previous, horizon, settled, cluster, key, signature, prints)
$$;

REVOKE ALL ON FUNCTION audit_holes(), audit_open(), audit_pending(bigint, int8multirange, integer), audit_add_seal(
    bigint, timestamptz, integer, bigint, text, text, bytea, bytea, bigint, bigint, text, text, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_holes(), audit_open(), audit_pending(bigint, int8multirange, integer), audit_add_seal(
    bigint, timestamptz, integer, bigint, text, text, bytea, bytea, bigint, bigint, text, text, bytea, bytea) TO tongdeng_job;
"""

KEPT = """
CREATE FUNCTION audit_keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry' AND current_user = 'tongdeng_maintenance' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: no %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_seal_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();

-- Whatever the maintenance role removes, the chain says so, in the same transaction.
CREATE FUNCTION audit_tell_removal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_current_xact_id();
    INSERT INTO audit_entry (at, code, purpose, origin, address, request, subjects, detail)
    SELECT clock_timestamp(), 'audit.entries.retired', 'retention', 'maintenance', '', '', '{}', jsonb_build_object(
               'first', min(id), 'last', max(id), 'entries', count(*), 'login', session_user)
      FROM gone HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_removal_told AFTER DELETE ON audit_entry REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION audit_tell_removal();
GRANT SELECT (id), DELETE ON audit_entry TO tongdeng_maintenance;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_looks")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField()),
                ("entries", models.IntegerField()),
                ("last", models.BigIntegerField()),
                ("ids", models.TextField()),
                ("holes", models.TextField()),
                ("root", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("horizon", models.BigIntegerField(db_index=True)),
                ("settled", models.BigIntegerField()),
                ("cluster", models.TextField()),
                ("key", models.TextField()),
                ("signature", models.BinaryField()),
                ("prints", models.BinaryField()),
            ],
            options={"db_table": "audit_seal"},
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("checked_at", models.DateTimeField()),
                ("entries", models.BigIntegerField()),
                ("sealed", models.BigIntegerField()),
                ("unsealed", models.BigIntegerField()),
                ("seals", models.BigIntegerField()),
                ("retired", models.BigIntegerField()),
                ("is_ok", models.BooleanField()),
                ("fault", models.JSONField(null=True)),
                ("seconds", models.FloatField()),
            ],
            options={"db_table": "audit_check"},
        ),
        migrations.RunSQL(SEALING, migrations.RunSQL.noop),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
