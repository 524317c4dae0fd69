"""Cases, their events, supervision orders; what may never change in them; and reading a case by its number and code."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

import tongdeng.org.fields
from tongdeng.access.exports import protect

# The pairs are those of tongdeng/desk/lifecycle.py for an applicant; a test holds the two together.
CASE_GUARD = """
CREATE FUNCTION desk_case_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    is_resident boolean := (access_scope()).purpose IS NOT DISTINCT FROM 'resident';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF is_resident AND (NEW.state <> 'draft' OR NEW.version <> 1 OR NEW.closed_on IS NOT NULL) THEN
            RAISE EXCEPTION 'desk: a case begins as a draft';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.number, NEW.code_hash, NEW.domain, NEW.service, NEW.law_digest, NEW.kind, NEW.channel,
            NEW.asked_by, NEW.token, NEW.opened_at, NEW.reopens_id)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.code_hash, OLD.domain, OLD.service, OLD.law_digest, OLD.kind,
            OLD.channel, OLD.asked_by, OLD.token, OLD.opened_at, OLD.reopens_id) THEN
        RAISE EXCEPTION 'desk: what a case is about does not change';
    END IF;
    IF NEW.version NOT IN (OLD.version, OLD.version + 1) OR (NEW.version = OLD.version AND NEW.state <> OLD.state) THEN
        RAISE EXCEPTION 'desk: a case goes on by one step at a time';
    END IF;
    IF OLD.closed_on IS NOT NULL AND (NEW.closed_on IS DISTINCT FROM OLD.closed_on
            OR (NEW.state <> OLD.state AND (OLD.state, NEW.state) <> ('completed', 'revoked'))) THEN
        RAISE EXCEPTION 'desk: what is closed stays closed';
    END IF;
    IF is_resident AND (NEW.version = OLD.version
            OR (NEW.person_id, NEW.territory, NEW.desks, NEW.record_id, NEW.parent_id)
                IS DISTINCT FROM (OLD.person_id, OLD.territory, OLD.desks, OLD.record_id, OLD.parent_id)
            OR NOT (NEW.state = OLD.state OR NEW.state = 'withdrawn'
                OR (OLD.state, NEW.state) IN (('draft', 'submitted'), ('correction_required', 'submitted')))) THEN
        RAISE EXCEPTION 'desk: this is not for the applicant to change';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_case_guard BEFORE INSERT OR UPDATE ON desk_case
    FOR EACH ROW EXECUTE FUNCTION desk_case_guard();
"""

EVENT_GUARD = """
CREATE FUNCTION desk_event_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF session_user <> 'tongdeng_job' THEN
            RAISE EXCEPTION 'desk: what happened is not taken away';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- Rows follow their person to another place; words are sealed anew under a newer key.
        IF (NEW.id, NEW.case_id, NEW.seq, NEW.domain, NEW.act, NEW.role, NEW."on", NEW.at, NEW.staff_id, NEW.post_id,
                NEW.token, NEW.data)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.seq, OLD.domain, OLD.act, OLD.role, OLD."on", OLD.at,
                OLD.staff_id, OLD.post_id, OLD.token, OLD.data) THEN
            RAISE EXCEPTION 'desk: what happened does not change';
        END IF;
        RETURN NEW;
    END IF;
    IF (access_scope()).purpose IS NOT DISTINCT FROM 'resident' AND (NEW.role <> 'applicant' OR NEW.staff_id IS NOT NULL
            OR NEW.act NOT IN ('start', 'note_materials', 'commit', 'submit', 'supply', 'close_gaps', 'answer', 'withdraw',
                'rate')
            OR NOT EXISTS (SELECT FROM desk_case c WHERE c.id = NEW.case_id AND c.person_id = NEW.person_id)) THEN
        RAISE EXCEPTION 'desk: this is not for the applicant to do';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_event_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_event
    FOR EACH ROW EXECUTE FUNCTION desk_event_guard();
"""

FOLLOW = """
CREATE FUNCTION desk_follow(p_number text, p_hash text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (access_scope()).purpose IS DISTINCT FROM 'follow' THEN
        RETURN NULL;
    END IF;
    -- Nobody's name, and nothing of who acted: whoever found a receipt learns as little as can be. Why it is late is
    -- said in public by its code and the new day alone.
    RETURN (
        SELECT jsonb_build_object(
               'service', c.service, 'progress', c.progress, 'promised_due_on', c.promised_due_on,
               'person_due_on', c.person_due_on, 'explained', (
                   SELECT jsonb_build_array(e.data->>'reason', e.data->>'day')
                     FROM desk_event e WHERE e.case_id = c.id AND e.act = 'explain' ORDER BY e.seq DESC LIMIT 1),
               'steps', (
                   SELECT jsonb_agg(jsonb_build_array(e.act, e."on") ORDER BY e.seq)
                     FROM desk_event e WHERE e.case_id = c.id))
          FROM desk_case c WHERE c.number = p_number AND c.code_hash = p_hash);
END $$;
REVOKE ALL ON FUNCTION desk_follow(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk_follow(text, text) TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0002_scope"), ("people", "0001_initial"), ("delivery", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Case",
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
                ("service", models.CharField(max_length=12)),
                ("law_digest", models.CharField(max_length=64)),
                ("kind", models.TextField()),
                ("channel", models.TextField()),
                ("parent_id", models.BigIntegerField(null=True)),
                ("package", models.TextField(default="")),
                ("reopens_id", models.BigIntegerField(null=True)),
                ("record_id", models.BigIntegerField(null=True)),
                ("asked_by", models.TextField()),
                ("token", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("state", models.TextField()),
                ("version", models.IntegerField()),
                ("progress", models.JSONField()),
                ("due_on", models.DateField(null=True)),
                ("person_due_on", models.DateField(null=True)),
                ("statutory_due_on", models.DateField(null=True)),
                ("promised_due_on", models.DateField(null=True)),
                ("amber_on", models.DateField(null=True)),
                ("yellow_on", models.DateField(null=True)),
                ("red_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "desk_case",
                "indexes": [
                    models.Index(fields=["person_id"], name="desk_case_person"),
                    models.Index(
                        condition=models.Q(("parent_id__isnull", False)), fields=["parent_id"], name="desk_case_parent"
                    ),
                    models.Index(
                        condition=models.Q(("closed_on", None)),
                        fields=["territory", "due_on", "id"],
                        name="desk_case_open",
                    ),
                    models.Index(fields=["territory", "opened_at"], name="desk_case_place"),
                ],
                "constraints": [models.UniqueConstraint(fields=("asked_by", "token"), name="desk_case_one_request")],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case_id", models.BigIntegerField()),
                ("seq", models.IntegerField()),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("domain", models.CharField(max_length=1)),
                ("desks", ArrayField(base_field=models.TextField(), size=None)),
                ("act", models.TextField()),
                ("role", models.TextField()),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("staff_id", models.BigIntegerField(null=True)),
                ("post_id", models.BigIntegerField(null=True)),
                ("token", models.TextField(default="")),
                ("data", models.JSONField(default=dict)),
                ("words_sealed", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "desk_event",
                "indexes": [models.Index(fields=["person_id"], name="desk_event_person")],
                "constraints": [models.UniqueConstraint(fields=("case_id", "seq"), name="desk_event_in_order")],
            },
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("domain", models.CharField(max_length=1)),
                ("desks", ArrayField(base_field=models.TextField(), size=None)),
                ("signal", models.TextField()),
                ("clock", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("reply_due_on", models.DateField()),
                ("reply_sealed", models.BinaryField(null=True)),
                ("replied_at", models.DateTimeField(null=True)),
                ("staff_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "desk_supervision",
                "indexes": [
                    models.Index(
                        condition=models.Q(("replied_at", None)),
                        fields=["territory", "reply_due_on"],
                        name="desk_supervision_open",
                    ),
                    models.Index(fields=["person_id"], name="desk_supervision_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case_id", "signal", "clock"), name="desk_supervision_once")
                ],
            },
        ),
        migrations.RunSQL(CASE_GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(EVENT_GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
        protect("desk_case", "desk_event", "desk_supervision"),
    ]
