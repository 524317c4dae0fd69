"""Health columns of rolls, in the sealed schema. Row security is forced from the first moment on."""

from django.db import migrations

INTAKE_ROW = """
CREATE TABLE care.intake_row (
    record_id bigint PRIMARY KEY,
    batch_id bigint NOT NULL,
    row_number bigint NOT NULL,
    digest bytea NOT NULL UNIQUE,
    sealed bytea NOT NULL,
    received_at timestamptz NOT NULL,
    withdrawn_at timestamptz
);
COMMENT ON TABLE care.intake_row IS
    'What a roll says of health. Whose it is, only the register of people knows, by the record.';
ALTER TABLE care.intake_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE care.intake_row FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0002_scope")]
    operations = [migrations.RunSQL(INTAKE_ROW, "DROP TABLE care.intake_row")]
