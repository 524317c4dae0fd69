"""Bad ratings are followed up: by somebody else than whoever was rated, which the database sees to."""

import django.contrib.postgres.fields
from django.db import migrations, models

import tongdeng.org.fields
from tongdeng.access.exports import protect

GUARD = """
CREATE FUNCTION desk_followup_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
    actor bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Which case, how many stars and who was rated, the events say, whatever somebody sends.
        SELECT (e.data->>'stars')::int INTO NEW.stars FROM desk_event e
         WHERE e.case_id = NEW.case_id AND e.person_id = NEW.person_id AND e.act = 'rate';
        IF NEW.stars IS NULL OR NEW.stars > 2 OR NEW.answered_at IS NOT NULL OR NEW.contacted_at IS NOT NULL THEN
            RAISE EXCEPTION 'desk: a bad rating opens a follow-up, and nothing else does';
        END IF;
        NEW.rated_staff := ARRAY(SELECT DISTINCT e.staff_id FROM desk_event e
                                  WHERE e.case_id = NEW.case_id AND e.staff_id IS NOT NULL ORDER BY 1);
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.case_id, NEW.domain, NEW.stars, NEW.opened_at, NEW.contact_due_on, NEW.due_on, NEW.rated_staff)
        IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.domain, OLD.stars, OLD.opened_at, OLD.contact_due_on, OLD.due_on,
            OLD.rated_staff) OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at) THEN
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
CREATE TRIGGER desk_followup_guard BEFORE INSERT OR UPDATE ON desk_followup
    FOR EACH ROW EXECUTE FUNCTION desk_followup_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0005_inbox")]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case_id", models.BigIntegerField(unique=True)),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("domain", models.CharField(max_length=1)),
                (
                    "desks",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("stars", models.SmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("contact_due_on", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "rated_staff",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("contacted_at", models.DateTimeField(null=True)),
                ("contacted_staff_id", models.BigIntegerField(null=True)),
                ("contact_sealed", models.BinaryField(null=True)),
                ("outcome", models.TextField(null=True)),
                ("answer_sealed", models.BinaryField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("staff_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "desk_followup",
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None)),
                        fields=["territory", "due_on"],
                        name="desk_followup_open",
                    ),
                    models.Index(fields=["person_id"], name="desk_followup_person"),
                ],
            },
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        protect("desk_followup"),
    ]
