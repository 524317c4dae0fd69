"""What a resident reads: who looked at me. The function judges the signed context itself, whoever calls it."""

from django.db import migrations

LOOKS = """
CREATE FUNCTION audit_looks_of(whom bigint[], folded text[], before bigint, size integer)
RETURNS TABLE (
    id bigint, at timestamptz, code text, purpose text, origin text, post_id bigint, title_zh text, title_en text,
    unit_zh text, unit_en text, bureau text, times bigint, reason text,
    acted_by bigint
)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH folds AS (
        SELECT max(e.id) AS id, max(e.at) AS at, e.code, e.purpose, e.origin, e.post_id, count(*) AS times,
               max(e.detail ->> 'reason') AS reason, max((e.detail ->> 'acted_by')::bigint) AS acted_by
          FROM (SELECT *, code = ANY (folded) AS is_folded FROM audit_entry WHERE subjects && whom) e
         GROUP BY e.code, e.purpose, e.origin, e.post_id, e.detail ->> 'acted_by',
                  CASE WHEN is_folded THEN (e.at AT TIME ZONE 'Asia/Shanghai')::date END,
                  CASE WHEN NOT is_folded THEN e.id END
    )
    SELECT f.id, f.at, f.code, f.purpose, f.origin, f.post_id, p.title_zh, p.title_en, u.name_zh, u.name_en,
           u.bureau_id::text, f.times, f.reason, f.acted_by
      FROM folds f LEFT JOIN org_post p ON p.id = f.post_id LEFT JOIN org_unit u ON u.id = p.unit_id
     WHERE before IS NULL OR f.id < before
     ORDER BY f.id DESC LIMIT size
$$;
-- The owner's own: those who call it have judged the context before.
REVOKE ALL ON FUNCTION audit_looks_of(bigint[], text[], bigint, integer) FROM PUBLIC;

CREATE FUNCTION audit_looks_at(whom bigint, folded text[], before bigint, size integer)
RETURNS TABLE (
    id bigint, at timestamptz, code text, purpose text, origin text, post_id bigint, title_zh text, title_en text,
    unit_zh text, unit_en text, bureau text, times bigint, reason text,
    acted_by bigint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope record;
BEGIN
    SELECT * INTO scope FROM access_scope();
    -- Either the person themselves, or a post that the matrix lets act for this purpose.
    IF coalesce(
        (scope.post = 0 AND scope.person > 0 AND scope.person = whom)
        OR (scope.post > 0 AND scope.purpose = 'looks' AND scope.domains IS NOT NULL), false
    ) THEN
        RETURN QUERY SELECT * FROM audit_looks_of(ARRAY[whom], folded, before, size);
    END IF;
END $$;
REVOKE ALL ON FUNCTION audit_looks_at(bigint, text[], bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_looks_at(bigint, text[], bigint, integer) TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append")]
    operations = [migrations.RunSQL(LOOKS, migrations.RunSQL.noop)]
