"""How far a package is tells also from which days on its parts show which light: as little as the days it told before."""

from django.db import migrations

PARTS = """
CREATE OR REPLACE FUNCTION desk_joint_parts(p_joint bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
BEGIN
    IF NOT EXISTS (SELECT FROM desk_joint j WHERE j.id = p_joint AND strpos(scope.domains, j.domain) > 0
            AND ((j.territory >= scope.lo AND j.territory < scope.hi AND (scope.kind = ANY (j.desks) OR scope.kind = 'job'))
                OR j.person_id = ANY (privacy_own()))) THEN
        RETURN '[]'::jsonb;
    END IF;
    RETURN coalesce((
        SELECT jsonb_agg(jsonb_build_object(
               'state', c.state, 'promised_due_on', c.promised_due_on, 'statutory_due_on', c.statutory_due_on,
               'person_due_on', c.person_due_on, 'closed_on', c.closed_on, 'amber_on', c.amber_on,
               'yellow_on', c.yellow_on, 'red_on', c.red_on) ORDER BY c.id)
          FROM desk_case c WHERE c.parent_id = p_joint), '[]'::jsonb);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0010_package_codes")]

    operations = [migrations.RunSQL(PARTS, migrations.RunSQL.noop)]
