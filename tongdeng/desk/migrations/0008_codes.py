"""A code can be exchanged by whoever applied; whoever follows by one is told of to the person; and it ends some day."""

from django.db import migrations

# Taken as it stands and changed in two places, so that whatever else it holds by then it holds on.
GUARD = """
DO $patch$
DECLARE
    source text := pg_get_functiondef('desk_case_guard()'::regprocedure);
    changed text;
BEGIN
    changed := replace(replace(source, 'NEW.number, NEW.code_hash,', 'NEW.number,'),
        'OLD.number, OLD.code_hash,', 'OLD.number,');
    changed := replace(changed, 'IF is_resident AND (NEW.version = OLD.version',
        'IF is_resident AND NEW.code_hash = OLD.code_hash AND (NEW.version = OLD.version');
    IF length(source) - length(changed) <> 2 * length(' NEW.code_hash,') - length('NEW.code_hash = OLD.code_hash AND ')
    THEN
        RAISE EXCEPTION 'desk: the guard of cases is not as this migration knows it';
    END IF;
    EXECUTE changed;
END $patch$;

CREATE FUNCTION desk_case_code() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
BEGIN
    IF to_jsonb(NEW) - 'code_hash' - 'code_sealed' <> to_jsonb(OLD) - 'code_hash' - 'code_sealed'
            OR scope.purpose IS DISTINCT FROM 'resident'
            OR NOT EXISTS (SELECT FROM people_person me
                JOIN people_person p ON p.id IN (OLD.person_id, OLD.asker_id)
               WHERE me.id = scope.person AND coalesce(p.survivor_id, p.id) = coalesce(me.survivor_id, me.id)) THEN
        RAISE EXCEPTION 'desk: a code is exchanged by whoever applied, and nothing else beside it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_case_code BEFORE UPDATE ON desk_case
    FOR EACH ROW WHEN (NEW.code_hash IS DISTINCT FROM OLD.code_hash) EXECUTE FUNCTION desk_case_code();
"""

FOLLOW = """
DROP FUNCTION desk_follow(text, text);
CREATE FUNCTION desk_follow(p_number text, p_hash text, p_at timestamptz, p_address text, p_request text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one desk_case;
BEGIN
    IF (access_scope()).purpose IS DISTINCT FROM 'follow' THEN
        RETURN NULL;
    END IF;
    -- Sixty days after it is over, in which one can still ask for reconsideration, a code opens nothing.
    SELECT * INTO one FROM desk_case c WHERE c.number = p_number AND c.code_hash = p_hash
       AND (c.closed_on IS NULL OR c.closed_on >= (p_at AT TIME ZONE 'Asia/Shanghai')::date - 60);
    IF one.id IS NULL THEN
        RETURN NULL;
    END IF;
    -- The person reads that somebody followed. Written here: the web learns no person's number by it.
    PERFORM audit_append(p_at, 'desk.case.followed', 'follow', NULL, NULL, 'web', p_address, p_request,
        ARRAY[one.person_id], '{"found": 1}');
    -- Nobody's name, and nothing of who acted: whoever found a receipt learns as little as can be. Why it is late is
    -- said in public by its code and the new day alone.
    RETURN jsonb_build_object(
        'service', one.service, 'progress', one.progress, 'promised_due_on', one.promised_due_on,
        'person_due_on', one.person_due_on, 'explained', (
            SELECT jsonb_build_array(e.data->>'reason', e.data->>'day')
              FROM desk_event e WHERE e.case_id = one.id AND e.act = 'explain' ORDER BY e.seq DESC LIMIT 1),
        'steps', (
            SELECT jsonb_agg(jsonb_build_array(e.act, e."on") ORDER BY e.seq)
              FROM desk_event e WHERE e.case_id = one.id));
END $$;
REVOKE ALL ON FUNCTION desk_follow(text, text, timestamptz, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk_follow(text, text, timestamptz, text, text) TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_guardians"), ("audit", "0002_append")]

    operations = [
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
    ]
