"""Somebody acts for somebody else: for named services, until a day, until either takes it back. Never for health."""

import django.contrib.postgres.fields
from django.db import migrations, models

import tongdeng.org.fields
from tongdeng.access.exports import protect

GUARD = """
CREATE FUNCTION privacy_proxy_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.proxy_id IS NOT NULL OR NEW.accepted_at IS NOT NULL OR NEW.revoked_at IS NOT NULL THEN
            RAISE EXCEPTION 'privacy: nobody is a proxy who has not agreed';
        END IF;
        IF cardinality(NEW.services) = 0 OR EXISTS (SELECT FROM unnest(NEW.services) s WHERE s LIKE 'HEA%') THEN
            RAISE EXCEPTION 'privacy: a proxy is named for services, and never for health';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.person_id, NEW.granter_id, NEW.services, NEW.until_on, NEW.is_staff, NEW.made_at)
            IS DISTINCT FROM (OLD.id, OLD.person_id, OLD.granter_id, OLD.services, OLD.until_on, OLD.is_staff, OLD.made_at)
            OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
            OR (OLD.proxy_id IS NOT NULL AND NEW.proxy_id IS DISTINCT FROM OLD.proxy_id)
            -- Only the function that has seen the code puts a proxy in.
            OR (current_user = 'tongdeng_app' AND (NEW.proxy_id, NEW.accepted_at) IS DISTINCT FROM
                (OLD.proxy_id, OLD.accepted_at)) THEN
        RAISE EXCEPTION 'privacy: what was entrusted does not change, it is taken back';
    END IF;
    IF current_user = 'tongdeng_app' AND (access_scope()).purpose IS NOT DISTINCT FROM 'resident'
            AND (OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
                OR (NEW.territory, NEW.name_sealed, NEW.code_hash, NEW.code_until)
                    IS DISTINCT FROM (OLD.territory, OLD.name_sealed, OLD.code_hash, OLD.code_until)) THEN
        RAISE EXCEPTION 'privacy: the applicant takes back what was entrusted, and changes nothing else of it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER privacy_proxy_guard BEFORE INSERT OR UPDATE ON privacy_proxy
    FOR EACH ROW EXECUTE FUNCTION privacy_proxy_guard();
"""

# Whoever signed in; NULL for anybody else. A proxy of a proxy is nobody: only what was entrusted to this very person.
ME = """
CREATE FUNCTION privacy_me() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
BEGIN
    IF scope.purpose IS DISTINCT FROM 'resident' OR scope.post IS DISTINCT FROM 0 THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT coalesce(p.survivor_id, p.id) FROM people_person p
             WHERE p.id = scope.person AND p.retired_at IS NULL);
END $$;
"""

MANDATES = """
CREATE FUNCTION privacy_mandates() RETURNS TABLE (id bigint, person_id bigint, name text, territory char(12),
    services text[], until_on date)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := privacy_me();
BEGIN
    IF me IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT x.id, i.person_id, i.name::text, i.territory, x.services, x.until_on
      FROM privacy_proxy x
      JOIN people_person p ON p.id = x.person_id
      JOIN people_person s ON s.id = coalesce(p.survivor_id, p.id) AND s.retired_at IS NULL
      JOIN people_identity i ON i.person_id = s.id
      JOIN people_person q ON q.id = x.proxy_id AND coalesce(q.survivor_id, q.id) = me
     WHERE x.accepted_at IS NOT NULL AND x.revoked_at IS NULL AND NOT x.is_staff
       AND x.until_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date
     ORDER BY x.id;
END $$;
CREATE FUNCTION privacy_principals() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY(SELECT DISTINCT m.person_id FROM privacy_mandates() m)
$$;
CREATE FUNCTION privacy_proxied() RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY(SELECT DISTINCT m.person_id || ':' || s FROM privacy_mandates() m, unnest(m.services) AS s)
$$;
"""

TAKE_UP = """
CREATE FUNCTION privacy_take_up(p_code text, p_name bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := privacy_me();
    found bigint;
BEGIN
    IF me IS NULL OR coalesce(p_code, '') = '' THEN
        RETURN NULL;
    END IF;
    UPDATE privacy_proxy x SET proxy_id = me, accepted_at = now(), name_sealed = p_name, code_hash = ''
     WHERE x.code_hash = p_code AND x.code_until > now() AND x.proxy_id IS NULL AND x.revoked_at IS NULL
       AND NOT x.is_staff AND x.person_id <> me
       AND x.until_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date
    RETURNING x.person_id INTO found;
    RETURN found;
END $$;
CREATE FUNCTION privacy_lay_down(p_proxy bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := privacy_me();
    found bigint;
BEGIN
    UPDATE privacy_proxy x SET revoked_at = now()
     WHERE x.id = p_proxy AND x.proxy_id = me AND x.revoked_at IS NULL
    RETURNING x.person_id INTO found;
    RETURN found;
END $$;
REVOKE ALL ON FUNCTION privacy_me() FROM PUBLIC;
REVOKE ALL ON FUNCTION privacy_mandates() FROM PUBLIC;
REVOKE ALL ON FUNCTION privacy_principals() FROM PUBLIC;
REVOKE ALL ON FUNCTION privacy_proxied() FROM PUBLIC;
REVOKE ALL ON FUNCTION privacy_take_up(text, bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION privacy_lay_down(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_me(), privacy_mandates(), privacy_principals(), privacy_proxied(),
    privacy_take_up(text, bytea), privacy_lay_down(bigint) TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_looks"), ("desk", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Proxy",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("granter_id", models.BigIntegerField()),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("until_on", models.DateField()),
                ("is_staff", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("code_hash", models.CharField(default="", max_length=64)),
                ("code_until", models.DateTimeField(null=True)),
                ("proxy_id", models.BigIntegerField(null=True)),
                ("name_sealed", models.BinaryField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "privacy_proxy",
                "indexes": [
                    models.Index(fields=["person_id"], name="privacy_proxy_person"),
                    models.Index(
                        condition=models.Q(proxy_id__isnull=False), fields=["proxy_id"], name="privacy_proxy_proxy"
                    ),
                    models.Index(
                        condition=models.Q(("code_hash", ""), _negated=True),
                        fields=["code_hash"],
                        name="privacy_proxy_code",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(ME, migrations.RunSQL.noop),
        migrations.RunSQL(MANDATES, migrations.RunSQL.noop),
        migrations.RunSQL(TAKE_UP, migrations.RunSQL.noop),
        protect("privacy_proxy"),
    ]
