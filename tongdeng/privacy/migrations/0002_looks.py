"""Who looked at somebody whom a resident speaks for: themselves or a child, under every id that was merged into one."""

from django.db import migrations

LOOKS = """
CREATE FUNCTION privacy_looks_at(whom bigint, folded text[], before bigint, size integer)
RETURNS TABLE (
    id bigint, at timestamptz, code text, purpose text, origin text, post_id bigint, title_zh text, title_en text,
    unit_zh text, unit_en text, bureau text, times bigint, reason text,
    acted_by bigint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(whom = ANY (privacy_own()), false) THEN
        RETURN QUERY SELECT * FROM audit_looks_of(
            ARRAY[whom] || ARRAY(SELECT p.id FROM people_person p WHERE p.survivor_id = whom), folded, before, size
        );
    END IF;
END $$;
REVOKE ALL ON FUNCTION privacy_looks_at(bigint, text[], bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_looks_at(bigint, text[], bigint, integer) TO tongdeng_app;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("audit", "0003_looks")]
    operations = [migrations.RunSQL(LOOKS, migrations.RunSQL.noop)]
