"""The only way into the record of acts, and no way to change it or to take from it."""

from django.db import migrations

APPEND = """
CREATE FUNCTION audit_append(
    at timestamptz, code text, purpose text, staff_id bigint, post_id bigint, origin text, address text, request text,
    subjects bigint[], detail jsonb
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- The transaction is numbered before the entry is: by this, sealing knows which numbers may still come.
    PERFORM pg_current_xact_id();
    INSERT INTO audit_entry (at, code, purpose, staff_id, post_id, origin, address, request, subjects, detail)
    VALUES (at, code, purpose, staff_id, post_id, origin, address, request, subjects, detail);
END $$;
REVOKE ALL ON FUNCTION audit_append(timestamptz, text, text, bigint, bigint, text, text, text, bigint[], jsonb)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append(timestamptz, text, text, bigint, bigint, text, text, text, bigint[], jsonb)
   TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(APPEND, migrations.RunSQL.noop)]
