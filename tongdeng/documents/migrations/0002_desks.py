from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="desks",
            # What was written before is for its person alone.
            field=ArrayField(base_field=models.TextField(), size=None, default=list),
            preserve_default=False,
        ),
    ]
