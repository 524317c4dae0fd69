"""Sealed care writes down what it does, as every login does that acts."""

from django.db import migrations

# By name: the entry may get more columns.
ENTRIES = """
DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE proname = 'audit_append' AND pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tongdeng_care', f);
    END LOOP;
END $$;
"""


# The import may neither read what is sealed nor write over it. To have a row erased for good it says so by this mark,
# and the row's digest stays, by which the same row is known if a roll brings it again.
ERASING = """
CREATE FUNCTION care.erase() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.withdrawn_at := '-infinity';
    NEW.sealed := '\\xff';
    RETURN NEW;
END $$;
CREATE TRIGGER intake_row_erase BEFORE UPDATE OF withdrawn_at ON care.intake_row FOR EACH ROW
    WHEN (NEW.withdrawn_at = '-infinity' OR OLD.withdrawn_at = '-infinity') EXECUTE FUNCTION care.erase();
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial"), ("audit", "0002_append"), ("keys", "0001_initial")]
    operations = [
        migrations.RunSQL(ENTRIES, migrations.RunSQL.noop),
        migrations.RunSQL(ERASING, "DROP TRIGGER intake_row_erase ON care.intake_row; DROP FUNCTION care.erase()"),
    ]
