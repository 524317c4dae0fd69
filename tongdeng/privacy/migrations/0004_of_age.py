"""From fourteen on nobody acts for somebody upon a guardian's word: whom to trust, they say themselves (民法典 §161)."""

from django.db import migrations

MANDATES = """
CREATE OR REPLACE FUNCTION privacy_mandates() RETURNS TABLE (id bigint, person_id bigint, name text, territory char(12),
    services text[], until_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := privacy_me();
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
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
      JOIN people_person g ON g.id = x.granter_id
      JOIN people_person q ON q.id = x.proxy_id AND coalesce(q.survivor_id, q.id) = me
     WHERE x.accepted_at IS NOT NULL AND x.revoked_at IS NULL AND NOT x.is_staff AND x.until_on >= today
       AND (coalesce(g.survivor_id, g.id) = s.id OR i.born_on > today - interval '14 years')
     ORDER BY x.id;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_proxies")]

    operations = [migrations.RunSQL(MANDATES, migrations.RunSQL.noop)]
