import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("code", models.TextField()),
                ("purpose", models.TextField()),
                ("staff_id", models.BigIntegerField(null=True)),
                ("post_id", models.BigIntegerField(null=True)),
                ("origin", models.TextField()),
                ("address", models.TextField(default="")),
                ("request", models.TextField(default="")),
                (
                    "subjects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "audit_entry",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["subjects"], name="audit_entry_subjects"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_entry_at"),
                ],
            },
        ),
    ]
