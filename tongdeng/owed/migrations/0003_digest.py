"""One number for all rows of a person, so that a night reads only those of whom something changed."""

from django.db import migrations, models

import tongdeng.org.fields
from tongdeng.access.exports import protect


class Migration(migrations.Migration):
    dependencies = [("owed", "0002_settled")]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("person_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("windows", models.BigIntegerField()),
                ("unknowns", models.BigIntegerField()),
            ],
            options={"db_table": "owed_digest"},
        ),
        protect("owed_digest"),
    ]
