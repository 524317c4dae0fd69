"""The only way into the record of acts."""

from django.db import migrations

APPEND = """
CREATE FUNCTION audit_append(
    at timestamptz, code text, purpose text, staff_id bigint, post_id bigint, origin text, subjects bigint[], detail jsonb
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    INSERT INTO audit_entry (at, code, purpose, staff_id, post_id, origin, subjects, detail)
    VALUES (at, code, purpose, staff_id, post_id, origin, subjects, detail)
$$;
REVOKE ALL ON FUNCTION audit_append(timestamptz, text, text, bigint, bigint, text, bigint[], jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append(timestamptz, text, text, bigint, bigint, text, bigint[], jsonb)
   TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(APPEND, migrations.RunSQL.noop)]
