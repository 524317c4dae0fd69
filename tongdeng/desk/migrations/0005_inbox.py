"""Who works on a case, the indexes of the inbox, and who answers a post's tasks while its holder is away."""

from django.db import migrations, models

# Whoever grants is the head of the place, and the deputy sees no less than the post does: so nothing is widened. That
# the signed context says who grants keeps a program with the password of the login from writing others' grants.
GUARD = """
CREATE FUNCTION desk_delegation_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
    absent org_post;
    deputy org_post;
BEGIN
    SELECT * INTO absent FROM org_post WHERE id = NEW.post_id;
    SELECT * INTO deputy FROM org_post WHERE id = NEW.deputy_id;
    IF scope.lo IS NULL OR scope.post <= 0 OR NOT (absent.lo >= scope.lo AND absent.hi <= scope.hi)
            OR NOT (scope.kind = 'office' OR (scope.kind = absent.kind AND scope.lo LIKE '%000000')) THEN
        RAISE EXCEPTION 'desk: only the head of a post names its deputy' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.post_id, NEW.deputy_id, NEW.from_on, NEW.until_on, NEW.granted_post_id, NEW.granted_staff_id,
                NEW.granted_at)
            IS DISTINCT FROM (OLD.id, OLD.post_id, OLD.deputy_id, OLD.from_on, OLD.until_on, OLD.granted_post_id,
                OLD.granted_staff_id, OLD.granted_at) OR OLD.ended_at IS NOT NULL THEN
            RAISE EXCEPTION 'desk: a delegation ends and is otherwise not changed';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.granted_post_id <> scope.post OR NEW.ended_at IS NOT NULL
            OR NOT EXISTS (SELECT FROM org_staff s WHERE s.id = NEW.granted_staff_id AND s.post_id = scope.post) THEN
        RAISE EXCEPTION 'desk: whoever grants a delegation is named in it';
    END IF;
    IF deputy.id = absent.id OR deputy.kind <> absent.kind OR deputy.lo > absent.lo OR deputy.hi < absent.hi THEN
        RAISE EXCEPTION 'desk: a deputy is of the same kind and serves all of the place';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_delegation_guard BEFORE INSERT OR UPDATE ON desk_delegation
    FOR EACH ROW EXECUTE FUNCTION desk_delegation_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("org", "0001_initial")]

    operations = [
        migrations.AddField("case", "holder_id", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "case", models.Index(fields=["due_on", "id"], name="desk_case_due", condition=models.Q(closed_on=None))
        ),
        migrations.AddIndex(
            "case",
            models.Index(fields=["-closed_on", "-id"], name="desk_case_ended", condition=~models.Q(closed_on=None)),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["holder_id", "due_on", "id"],
                name="desk_case_held",
                condition=models.Q(closed_on=None, holder_id__isnull=False),
            ),
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("post_id", models.BigIntegerField()),
                ("deputy_id", models.BigIntegerField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("granted_post_id", models.BigIntegerField()),
                ("granted_staff_id", models.BigIntegerField()),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_staff_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "desk_delegation",
                "indexes": [models.Index(fields=["deputy_id", "until_on"], name="desk_delegation_deputy")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(from_on__lte=models.F("until_on")), name="desk_delegation_has_days"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
