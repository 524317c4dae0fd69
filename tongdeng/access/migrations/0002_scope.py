"""The function through which every row policy reads the signed context, and the empty schema of sealed care."""

from django.db import migrations

SCOPE = """
CREATE TYPE access_scope_type AS (
    post bigint, purpose text, person bigint, lo char(12), hi char(12), domains text, kind text
);
CREATE FUNCTION access_scope() RETURNS access_scope_type
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    raw text := current_setting('tongdeng.context', true);
    parts text[] := string_to_array(raw, '|');
    pad record;
    scope access_scope_type;
BEGIN
    IF array_length(parts, 1) IS DISTINCT FROM 5 THEN
        RETURN NULL;
    END IF;
    SELECT inner_pad, outer_pad INTO pad FROM access_pad WHERE id = 1;
    IF encode(sha256(pad.outer_pad || sha256(pad.inner_pad || convert_to(array_to_string(parts[1:4], '|'), 'UTF8'))), 'hex')
            IS DISTINCT FROM parts[5] THEN
        RETURN NULL;
    END IF;
    -- Only a context with a good mac gets this far, so the casts below cannot fail.
    IF parts[4]::bigint < extract(epoch FROM clock_timestamp()) THEN
        RETURN NULL;
    END IF;
    scope.post := parts[1]::bigint;
    scope.purpose := parts[2];
    scope.person := parts[3]::bigint;
    IF scope.purpose IN ('resident', 'resident_sign_in', 'follow') THEN
        -- Somebody at /my/, on the way in, or with the number and code of a case: no territory, so that only the policies for own rows let any through.
        -- With a post it is nobody, whatever the login: a purpose of residents never adds to what staff may see.
        IF scope.post <> 0 THEN
            RETURN NULL;
        END IF;
        SELECT domains, kind INTO scope.domains, scope.kind FROM access_post_kind WHERE kind = 'self';
    ELSIF scope.post = 0 THEN
        -- No post: a command or job of this installation, which has a login of its own. The web never does this.
        IF session_user NOT IN ('tongdeng_job', 'tongdeng_care') THEN
            RETURN NULL;
        END IF;
        SELECT '000000000000', ':', domains, kind INTO scope.lo, scope.hi, scope.domains, scope.kind
          FROM access_post_kind WHERE kind = substr(session_user, 10);
    ELSE
        -- A narrow purpose leaves a post no territory: only the policies of that very purpose let rows through.
        SELECT CASE WHEN narrow.purpose IS NULL THEN post.lo END, CASE WHEN narrow.purpose IS NULL THEN post.hi END,
               CASE WHEN narrow.purpose IS NULL OR post.kind = ANY (narrow.kinds) THEN kind.domains END, kind.kind
          INTO scope.lo, scope.hi, scope.domains, scope.kind
          FROM org_post AS post JOIN access_post_kind AS kind USING (kind)
          LEFT JOIN access_purpose AS narrow ON narrow.purpose = scope.purpose
         WHERE post.id = scope.post
           -- A right that ran out or was taken away opens nothing, even to a context that was signed before.
           AND (post.until IS NULL OR post.until >= (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
           AND EXISTS (SELECT FROM org_staff AS holder WHERE holder.post_id = post.id AND holder.is_active);
    END IF;
    RETURN scope;
END $$;
REVOKE ALL ON FUNCTION access_scope() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_scope() TO tongdeng_app, tongdeng_job, tongdeng_care;
GRANT SELECT ON access_installation TO tongdeng_app, tongdeng_job;
"""

CARE = """
CREATE SCHEMA care;
REVOKE ALL ON SCHEMA care FROM PUBLIC;
GRANT USAGE ON SCHEMA care TO tongdeng_care, tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("org", "0001_initial")]
    operations = [migrations.RunSQL(SCOPE, migrations.RunSQL.noop), migrations.RunSQL(CARE, migrations.RunSQL.noop)]
