from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0002_desks")]

    operations = [
        migrations.AddField(model_name="letter", name="told_id", field=models.BigIntegerField(null=True)),
    ]
