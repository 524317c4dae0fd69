"""What somebody at /my/ may change in a document of theirs: they may take it back, and nothing else."""

from django.db import migrations

GUARD = """
CREATE FUNCTION documents_document_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (access_scope()).purpose = 'resident' AND (
            to_jsonb(NEW) - 'erased_at' - 'key_sealed' <> to_jsonb(OLD) - 'erased_at' - 'key_sealed'
            OR OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL OR NEW.key_sealed IS NOT NULL) THEN
        RAISE EXCEPTION 'documents: a document is taken back by its applicant and not changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_document_guard BEFORE UPDATE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_document_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_desks"), ("access", "0002_scope")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
