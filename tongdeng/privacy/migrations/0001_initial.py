"""Tables of people's rights, and the functions by which the database itself finds whose rows are whose."""

import django.contrib.postgres.fields
from django.db import migrations, models

import tongdeng.org.fields
from tongdeng.access.exports import protect

OWN = """
CREATE FUNCTION privacy_own() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
    me bigint;
BEGIN
    IF scope.purpose IS DISTINCT FROM 'resident' OR scope.post IS DISTINCT FROM 0 THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(p.survivor_id, p.id) INTO me FROM people_person p
     WHERE p.id = scope.person AND p.retired_at IS NULL;
    IF me IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(
        WITH schooled AS (
            -- Only the newest word of the school says who the guardian is now.
            SELECT DISTINCT ON (s.person_id) s.person_id, s.guardian_id_index FROM people_schooling s
             WHERE s.person_id IN (
                   SELECT c.person_id FROM people_schooling c JOIN people_identity g ON g.id_index = c.guardian_id_index
                    WHERE g.person_id = me)
             ORDER BY s.person_id, s.as_at DESC, s.record_id DESC
        ), housed AS (
            SELECT DISTINCT ON (h.person_id) h.person_id, h.household, h.relation FROM people_household h
             WHERE h.person_id = me OR h.person_id IN (
                   SELECT c.person_id FROM people_household c JOIN people_household o USING (household)
                    WHERE o.person_id = me)
             ORDER BY h.person_id, h.said_on DESC, h.record_id DESC
        ), ward AS (
            SELECT s.person_id FROM schooled s JOIN people_identity g ON g.id_index = s.guardian_id_index
             WHERE g.person_id = me
            UNION
            SELECT c.person_id FROM housed c JOIN housed o USING (household)
             WHERE o.person_id = me AND o.relation = 'self' AND c.relation = 'child'
        ), whom AS (
            SELECT me AS id
            UNION
            SELECT i.person_id FROM ward w JOIN people_identity i USING (person_id)
             WHERE i.born_on > ((now() AT TIME ZONE 'Asia/Shanghai')::date - interval '14 years')
        )
        SELECT whom.id FROM whom
        UNION
        SELECT p.id FROM people_person p JOIN whom ON p.survivor_id = whom.id
    );
END $$;
REVOKE ALL ON FUNCTION privacy_own() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_own() TO tongdeng_app, tongdeng_job;
"""

BEARERS = """
CREATE FUNCTION privacy_bearers(p_phones bytea[]) RETURNS TABLE (person_id bigint, number_sealed bytea, born_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (access_scope()).purpose IS DISTINCT FROM 'resident_sign_in' THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT i.person_id, coalesce(i.id_sealed, i.claimed_sealed), i.born_on
      FROM people_identity i JOIN people_person p ON p.id = i.person_id
     WHERE i.phone_index = ANY (p_phones) AND p.survivor_id IS NULL AND p.retired_at IS NULL
     LIMIT 200;
END $$;
REVOKE ALL ON FUNCTION privacy_bearers(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_bearers(bytea[]) TO tongdeng_app, tongdeng_job;
"""

DEMO = """
CREATE FUNCTION privacy_demo_person() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (access_scope()).purpose IS DISTINCT FROM 'resident_sign_in'
            OR NOT EXISTS (SELECT FROM access_installation WHERE is_demo) THEN
        RETURN NULL;
    END IF;
    -- A parent of a child at school has the most to see; by what the rolls say, so that it is the same one each time.
    RETURN (
        SELECT g.person_id FROM people_identity g
          LEFT JOIN people_schooling s ON s.guardian_id_index = g.id_index
          LEFT JOIN people_identity c ON c.person_id = s.person_id
         WHERE g.id_index IS NOT NULL AND g.phone_index IS NOT NULL AND g.is_placed
           AND g.born_on BETWEEN '1975-01-01' AND '2000-12-31'
         ORDER BY c.born_on IS NULL, c.born_on < (now() - interval '13 years')::date, g.territory, g.name, g.born_on
         LIMIT 1
    );
END $$;
REVOKE ALL ON FUNCTION privacy_demo_person() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_demo_person() TO tongdeng_app, tongdeng_job;
"""

SUBJECTS = """
CREATE FUNCTION privacy_subjects_of(p_entries bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
BEGIN
    -- For the breach desk alone: whom these acts were about. People it may not see stay hidden when they are joined.
    IF scope.kind IS DISTINCT FROM 'office' OR scope.lo IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT DISTINCT unnest(e.subjects) FROM audit_entry e WHERE e.id = ANY (p_entries);
END $$;
REVOKE ALL ON FUNCTION privacy_subjects_of(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_subjects_of(bigint[]) TO tongdeng_app, tongdeng_job;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0002_scope"), ("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("activity", models.TextField()),
                ("why", models.TextField()),
                ("made_on", models.DateField()),
                ("lawful", models.TextField()),
                ("risk", models.TextField()),
                ("measures", models.TextField()),
                ("level", models.TextField()),
                ("staff_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "privacy_assessment",
            },
        ),
        migrations.CreateModel(
            name="Breach",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("what", models.TextField()),
                ("cause", models.TextField(default="")),
                ("harm", models.TextField(default="")),
                ("measures", models.TextField(default="")),
                ("contact", models.TextField(default="")),
                ("scope", models.JSONField(default=dict)),
                ("found_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("persons", models.BigIntegerField()),
                ("authority_due_at", models.DateTimeField()),
                ("persons_due_on", models.DateField()),
                ("authority_told_at", models.DateTimeField(null=True)),
                ("persons_told_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closing", models.TextField(default="")),
                ("staff_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "privacy_breach",
            },
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ran_at", models.DateTimeField()),
                ("law_digest", models.TextField()),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "privacy_retention",
            },
        ),
        migrations.CreateModel(
            name="Affected",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("breach_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("desks", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
            ],
            options={
                "db_table": "privacy_affected",
                "constraints": [
                    models.UniqueConstraint(fields=("breach_id", "person_id"), name="privacy_affected_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("handle_index", models.BinaryField(max_length=32, unique=True)),
                ("phone_index", models.BinaryField(max_length=32)),
                ("phone_sealed", models.BinaryField(null=True)),
                ("address_index", models.BinaryField(max_length=32)),
                ("code_index", models.BinaryField(max_length=32, null=True)),
                ("lang", models.TextField(default="zh")),
                ("tries", models.SmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "privacy_challenge",
                "indexes": [
                    models.Index(fields=["phone_index", "created_at"], name="privacy_challenge_phone"),
                    models.Index(fields=["address_index", "created_at"], name="privacy_challenge_address"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("giver_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("purpose", models.TextField()),
                ("version", models.TextField()),
                ("act", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "privacy_consent",
                "indexes": [models.Index(fields=["person_id", "purpose"], name="privacy_consent_person")],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("asker_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("kind", models.TextField()),
                ("subject", models.TextField(default="")),
                ("source", models.TextField(default="")),
                ("words_sealed", models.BinaryField(null=True)),
                ("desks", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("opened_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("extended_at", models.DateTimeField(null=True)),
                ("extension_sealed", models.BinaryField(null=True)),
                ("handed_sealed", models.BinaryField(null=True)),
                ("outcome", models.TextField(null=True)),
                ("answer_sealed", models.BinaryField(null=True)),
                ("remedy_sealed", models.BinaryField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("staff_id", models.BigIntegerField(null=True)),
                ("history", models.JSONField(default=list)),
            ],
            options={
                "db_table": "privacy_request",
                "indexes": [
                    models.Index(fields=["person_id"], name="privacy_request_person"),
                    models.Index(
                        condition=models.Q(("outcome", None)),
                        fields=["territory", "due_on"],
                        name="privacy_request_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "refused"), _negated=True),
                            models.Q(("answer_sealed__isnull", False), ("remedy_sealed__isnull", False)),
                            _connector="OR",
                        ),
                        name="privacy_request_refusal_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("extended_at", None), ("extension_sealed__isnull", False), _connector="OR"),
                        name="privacy_request_extension_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("notice", models.TextField()),
                ("version", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "privacy_shown",
                "indexes": [models.Index(fields=["person_id"], name="privacy_shown_person")],
            },
        ),
        migrations.RunSQL(OWN, migrations.RunSQL.noop),
        migrations.RunSQL(BEARERS, migrations.RunSQL.noop),
        migrations.RunSQL(SUBJECTS, migrations.RunSQL.noop),
        migrations.RunSQL(DEMO, migrations.RunSQL.noop),
        protect("privacy_request", "privacy_consent", "privacy_shown", "privacy_affected"),
    ]
