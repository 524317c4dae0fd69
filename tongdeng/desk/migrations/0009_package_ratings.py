"""A bad rating of a whole package is followed up, once, by somebody who had no part in any of it."""

from django.db import migrations, models

# The whole function anew. What names all parts of a package lies before those alone who see all of them: before which
# posts that is, the database reads off the cases, whatever somebody sends.
GUARD = """
CREATE OR REPLACE FUNCTION desk_followup_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
    actor bigint;
    rated bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Which case or package, how many stars and who was rated, the events say, whatever somebody sends.
        IF NEW.joint_id IS NULL THEN
            rated := ARRAY[NEW.case_id];
            SELECT (e.data->>'stars')::int INTO NEW.stars FROM desk_event e
             WHERE e.case_id = NEW.case_id AND e.person_id = NEW.person_id AND e.act = 'rate';
        ELSE
            rated := ARRAY(SELECT c.id FROM desk_case c WHERE c.parent_id = NEW.joint_id);
            SELECT nullif(j.stars, 0) INTO NEW.stars FROM desk_joint j
             WHERE j.id = NEW.joint_id AND j.person_id = NEW.person_id;
            SELECT max(c.domain) INTO NEW.domain FROM desk_case c WHERE c.id = ANY (rated);
            NEW.desks := ARRAY(SELECT d FROM desk_case c, unnest(c.desks) d WHERE c.id = ANY (rated)
                                GROUP BY d HAVING count(DISTINCT c.id) = cardinality(rated) ORDER BY d);
        END IF;
        IF NEW.stars IS NULL OR NEW.stars > 2 OR NEW.answered_at IS NOT NULL OR NEW.contacted_at IS NOT NULL THEN
            RAISE EXCEPTION 'desk: a bad rating opens a follow-up, and nothing else does';
        END IF;
        NEW.rated_staff := ARRAY(SELECT DISTINCT e.staff_id FROM desk_event e
                                  WHERE e.case_id = ANY (rated) AND e.staff_id IS NOT NULL ORDER BY 1);
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.case_id, NEW.joint_id, NEW.domain, NEW.stars, NEW.opened_at, NEW.contact_due_on, NEW.due_on,
            NEW.rated_staff)
        IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.joint_id, OLD.domain, OLD.stars, OLD.opened_at, OLD.contact_due_on,
            OLD.due_on, OLD.rated_staff)
            OR (OLD.joint_id IS NOT NULL AND NEW.desks IS DISTINCT FROM OLD.desks)
            OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at) THEN
        RAISE EXCEPTION 'desk: what was rated does not change';
    END IF;
    IF scope.post > 0 AND (NEW.contacted_at, NEW.answered_at) IS DISTINCT FROM (OLD.contacted_at, OLD.answered_at) THEN
        SELECT s.id INTO actor FROM org_staff s WHERE s.post_id = scope.post;
        IF actor = ANY (OLD.rated_staff) THEN
            RAISE EXCEPTION 'desk: nobody answers a rating of their own work' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF actor IS DISTINCT FROM (CASE WHEN NEW.answered_at IS DISTINCT FROM OLD.answered_at
                THEN NEW.staff_id ELSE NEW.contacted_staff_id END) THEN
            RAISE EXCEPTION 'desk: whoever answers a rating is named in it';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0008_codes")]

    operations = [
        migrations.AlterField("followup", "case_id", models.BigIntegerField(null=True, unique=True)),
        migrations.AddField("followup", "joint_id", models.BigIntegerField(null=True, unique=True)),
        migrations.AddConstraint(
            "followup",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case_id__isnull", False), ("joint_id__isnull", True)),
                    models.Q(("case_id__isnull", True), ("joint_id__isnull", False)),
                    _connector="OR",
                ),
                name="desk_followup_of_one",
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
