"""Packages: one form for several departments. What may change in one, whose case may belong to it, and how far it is."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

import tongdeng.org.fields
from tongdeng.access.exports import protect

GUARDS = """
CREATE FUNCTION desk_joint_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    is_resident boolean := (access_scope()).purpose IS NOT DISTINCT FROM 'resident';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF is_resident AND (NEW.sent_on IS NOT NULL OR NEW.stars <> 0 OR NEW.told_upto <> 0) THEN
            RAISE EXCEPTION 'desk: a package begins as a draft';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.number, NEW.code_hash, NEW.domain, NEW.desks, NEW.package, NEW."order", NEW.term, NEW.channel,
            NEW.asked_by, NEW.token, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.code_hash, OLD.domain, OLD.desks, OLD.package, OLD."order", OLD.term,
            OLD.channel, OLD.asked_by, OLD.token, OLD.opened_at) THEN
        RAISE EXCEPTION 'desk: what a package is about does not change';
    END IF;
    IF (OLD.sent_on IS NOT NULL AND NEW.sent_on IS DISTINCT FROM OLD.sent_on)
            OR (OLD.stars <> 0 AND (NEW.stars, NEW.rated_on) IS DISTINCT FROM (OLD.stars, OLD.rated_on))
            OR NEW.told_upto < OLD.told_upto OR NEW.stars NOT BETWEEN 0 AND 5 THEN
        RAISE EXCEPTION 'desk: a package is sent once, rated once, and told of once';
    END IF;
    -- An applicant sends and rates, and nothing else.
    IF is_resident AND ((NEW.person_id, NEW.territory, NEW.told_upto, NEW.code_sealed)
                IS DISTINCT FROM (OLD.person_id, OLD.territory, OLD.told_upto, OLD.code_sealed)
            OR NOT (NEW.sent_on IS DISTINCT FROM OLD.sent_on OR NEW.stars <> OLD.stars)) THEN
        RAISE EXCEPTION 'desk: this is not for the applicant to change';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_joint_guard BEFORE INSERT OR UPDATE ON desk_joint
    FOR EACH ROW EXECUTE FUNCTION desk_joint_guard();

-- Row security shows whoever begins a case the packages within their reach, and no other.
CREATE FUNCTION desk_case_of_joint() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM desk_joint j WHERE j.id = NEW.parent_id AND j.package = NEW.package
               AND (j.person_id = NEW.person_id OR (access_scope()).purpose IS DISTINCT FROM 'resident')
               AND EXISTS (SELECT FROM jsonb_array_elements(j."order") o WHERE o ->> 0 = NEW.service)) THEN
        RAISE EXCEPTION 'desk: a case belongs to a package that asks for its service';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_case_of_joint BEFORE INSERT ON desk_case
    FOR EACH ROW EXECUTE FUNCTION desk_case_of_joint();
"""

# How far the cases of a package are, for whoever may see the package: also those that a post may not see. States and
# days, without numbers, services or names: a department learns that another is not done, and not what it does.
PARTS = """
CREATE FUNCTION desk_joint_parts(p_joint bigint) RETURNS jsonb
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
               'person_due_on', c.person_due_on, 'closed_on', c.closed_on) ORDER BY c.id)
          FROM desk_case c WHERE c.parent_id = p_joint), '[]'::jsonb);
END $$;
REVOKE ALL ON FUNCTION desk_joint_parts(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk_joint_parts(bigint) TO tongdeng_app, tongdeng_job;

CREATE FUNCTION desk_follow_joint(p_number text, p_hash text, p_at timestamptz, p_address text, p_request text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one desk_joint;
BEGIN
    IF (access_scope()).purpose IS DISTINCT FROM 'follow' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO one FROM desk_joint j WHERE j.number = p_number AND j.code_hash = p_hash;
    -- As of a single case: sixty days after all of it is over, a code opens nothing.
    IF one.id IS NULL OR (SELECT coalesce(bool_and(c.closed_on < (p_at AT TIME ZONE 'Asia/Shanghai')::date - 60), false)
                            FROM desk_case c WHERE c.parent_id = one.id) THEN
        RETURN NULL;
    END IF;
    -- The person reads that somebody followed. Written here: the web learns no person's number by it.
    PERFORM audit_append(p_at, 'desk.case.followed', 'follow', NULL, NULL, 'web', p_address, p_request,
        ARRAY[one.person_id], '{"found": 1}');
    RETURN jsonb_build_object('package', one.package, 'sent_on', one.sent_on, 'term', one.term, 'order', one."order",
        'cases', (
            SELECT jsonb_agg(jsonb_build_object(
                   'service', c.service, 'progress', c.progress, 'promised_due_on', c.promised_due_on,
                   'statutory_due_on', c.statutory_due_on, 'person_due_on', c.person_due_on, 'steps', (
                       SELECT jsonb_agg(jsonb_build_array(e.act, e."on") ORDER BY e.seq)
                         FROM desk_event e WHERE e.case_id = c.id)) ORDER BY c.id)
              FROM desk_case c WHERE c.parent_id = one.id));
END $$;
REVOKE ALL ON FUNCTION desk_follow_joint(text, text, timestamptz, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk_follow_joint(text, text, timestamptz, text, text) TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("audit", "0002_append")]

    operations = [
        migrations.CreateModel(
            name="Joint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("code_hash", models.CharField(max_length=64)),
                ("code_sealed", models.BinaryField()),
                ("person_id", models.BigIntegerField()),
                ("asker_id", models.BigIntegerField(null=True)),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("domain", models.CharField(max_length=1)),
                ("desks", ArrayField(base_field=models.TextField(), size=None)),
                ("package", models.TextField()),
                ("order", models.JSONField()),
                ("term", models.JSONField(default=list)),
                ("channel", models.TextField()),
                ("asked_by", models.TextField()),
                ("token", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("sent_on", models.DateField(null=True)),
                ("told_upto", models.BigIntegerField(default=0)),
                ("stars", models.SmallIntegerField(default=0)),
                ("rated_on", models.DateField(null=True)),
                ("words_sealed", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "desk_joint",
                "indexes": [models.Index(fields=["person_id"], name="desk_joint_person")],
                "constraints": [models.UniqueConstraint(fields=("asked_by", "token"), name="desk_joint_one_request")],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
        protect("desk_joint"),
    ]
