"""Who of two guardians did what: written by the database, from the signed context."""

from django.db import migrations, models

ASKER = """
CREATE FUNCTION desk_event_asker() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope access_scope_type := access_scope();
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.asker_id IS DISTINCT FROM OLD.asker_id THEN
            RAISE EXCEPTION 'desk: what happened does not change';
        END IF;
        RETURN NEW;
    END IF;
    NEW.asker_id := CASE WHEN scope.purpose = 'resident' THEN scope.person END;
    -- Whoever speaks for a child beside the one who applied helps it on, and does not take it away.
    IF NEW.asker_id IS NOT NULL AND NEW.act = 'withdraw' AND NOT EXISTS (
            SELECT FROM desk_case c JOIN people_person me ON me.id = NEW.asker_id
              JOIN people_person p ON p.id IN (c.person_id, c.asker_id)
             WHERE c.id = NEW.case_id AND coalesce(p.survivor_id, p.id) = coalesce(me.survivor_id, me.id)) THEN
        RAISE EXCEPTION 'desk: this is for whoever began it to do';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_event_asker BEFORE INSERT OR UPDATE ON desk_event
    FOR EACH ROW EXECUTE FUNCTION desk_event_asker();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_packages"), ("desk", "0006_followup")]

    operations = [
        migrations.AddField(model_name="event", name="asker_id", field=models.BigIntegerField(null=True)),
        migrations.RunSQL(ASKER, migrations.RunSQL.noop),
    ]
