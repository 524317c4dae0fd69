"""What an auditor reads: who acted, never about whom; and the pulse of the chain, which names nobody."""

from django.db import migrations

READING = """
CREATE FUNCTION audit_may_read() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope record;
BEGIN
    SELECT * INTO scope FROM access_scope();
    RETURN coalesce(scope.post > 0 AND scope.purpose = 'audit' AND scope.domains IS NOT NULL, false);
END $$;

CREATE FUNCTION audit_listed(
    of_since timestamptz, of_until timestamptz, of_code text, of_staff text, of_post text, before bigint, size integer
) RETURNS TABLE (
    id bigint, at timestamptz, code text, purpose text, origin text, address text, request text, subjects integer,
    staff_name text, title_zh text, title_en text, unit_zh text, unit_en text, is_sealed boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    sealed_to bigint;
    late int8multirange;
    staff bigint[];
    posts bigint[];
BEGIN
    IF NOT audit_may_read() THEN
        RETURN;
    END IF;
    SELECT coalesce((SELECT last FROM audit_seal ORDER BY number DESC LIMIT 1), 0), audit_holes() INTO sealed_to, late;
    SELECT coalesce(array_agg(id), '{}') INTO staff FROM org_staff WHERE login = of_staff OR name = of_staff;
    SELECT coalesce(array_agg(p.id), '{}') INTO posts FROM org_post p JOIN org_unit u ON u.id = p.unit_id
     WHERE strpos(concat_ws(' ', p.title_zh, p.title_en, u.name_zh, u.name_en), of_post) > 0;
    RETURN QUERY
    SELECT e.id, e.at, e.code, e.purpose, e.origin, e.address, e.request, cardinality(e.subjects), s.name, p.title_zh,
           p.title_en, u.name_zh, u.name_en, e.id <= sealed_to AND NOT e.id <@ late
      FROM audit_entry e LEFT JOIN org_staff s ON s.id = e.staff_id LEFT JOIN org_post p ON p.id = e.post_id
      LEFT JOIN org_unit u ON u.id = p.unit_id
     WHERE (of_since IS NULL OR e.at >= of_since) AND (of_until IS NULL OR e.at < of_until) AND (of_code = '' OR e.code = of_code)
       AND (of_staff = '' OR e.staff_id = ANY (staff)) AND (of_post = '' OR e.post_id = ANY (posts))
       AND (before IS NULL OR e.id < before)
     ORDER BY e.id DESC LIMIT size;
END $$;

CREATE FUNCTION audit_newest_seals(size integer) RETURNS TABLE (
    number bigint, sealed_at timestamptz, entries integer, last bigint, ids text, holes text, root bytea, previous bytea,
    horizon bigint, settled bigint, cluster text, key text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT audit_may_read() THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT s.number, s.sealed_at, s.entries, s.last, s.ids, s.holes, s.root, s.previous, s.horizon,
                        s.settled, s.cluster, s.key FROM audit_seal s ORDER BY s.number DESC LIMIT size;
END $$;

CREATE FUNCTION audit_newest_check() RETURNS SETOF audit_check
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM audit_check WHERE audit_may_read() ORDER BY id DESC LIMIT 1;
END $$;

CREATE FUNCTION audit_add_check(
    at timestamptz, entries bigint, sealed bigint, unsealed bigint, seals bigint, retired bigint, is_ok boolean,
    fault jsonb, seconds double precision
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO audit_check (checked_at, entries, sealed, unsealed, seals, retired, is_ok, fault, seconds)
    VALUES (at, entries, sealed, unsealed, seals, retired, is_ok, fault, seconds)
$$;

-- Counts and instants only: for whoever watches the machine. A long tail is counted as far as `most`.
CREATE FUNCTION audit_pulse(most integer) RETURNS TABLE (
    seals bigint, sealed_at timestamptz, unsealed bigint, oldest_at timestamptz, checked_at timestamptz, is_ok boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH newest AS (SELECT number, sealed_at, last FROM audit_seal ORDER BY number DESC LIMIT 1),
         tail AS (
           SELECT at FROM audit_entry WHERE id > coalesce((SELECT last FROM newest), 0)
           UNION ALL
           SELECT a.at FROM unnest(audit_holes()) r JOIN audit_entry a ON a.id >= lower(r) AND a.id < upper(r)
           LIMIT most)
    SELECT coalesce((SELECT number FROM newest), 0), (SELECT sealed_at FROM newest), (SELECT count(*) FROM tail),
           (SELECT min(at) FROM tail), c.checked_at, c.is_ok
      FROM (VALUES (1)) one LEFT JOIN LATERAL (SELECT * FROM audit_check ORDER BY id DESC LIMIT 1) c ON true;
END $$;

REVOKE ALL ON FUNCTION audit_may_read(), audit_listed(timestamptz, timestamptz, text, text, text, bigint, integer),
    audit_newest_seals(integer), audit_newest_check(), audit_pulse(integer),
    audit_add_check(timestamptz, bigint, bigint, bigint, bigint, bigint, boolean, jsonb, double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_listed(timestamptz, timestamptz, text, text, text, bigint, integer),
    audit_newest_seals(integer), audit_newest_check(), audit_pulse(integer) TO tongdeng_app, tongdeng_job;
GRANT EXECUTE ON FUNCTION
    audit_add_check(timestamptz, bigint, bigint, bigint, bigint, bigint, boolean, jsonb, double precision)
    TO tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_seals")]
    operations = [migrations.RunSQL(READING, migrations.RunSQL.noop)]
