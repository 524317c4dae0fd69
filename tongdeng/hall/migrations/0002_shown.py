from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hall", "0001_initial")]

    operations = [
        migrations.AddField(model_name=name, name="shown_id", field=models.BigIntegerField(null=True))
        for name in ("holder", "need")
    ]
