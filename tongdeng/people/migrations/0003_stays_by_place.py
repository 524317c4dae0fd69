from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_resting_indexes")]
    operations = [
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(
                condition=models.Q(("rank", 1), ("source", "police")), fields=["community"], name="people_stay_police"
            ),
        ),
    ]
