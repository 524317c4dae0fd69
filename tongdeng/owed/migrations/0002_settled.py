"""What was settled in a place lately is found by its day: the owed list shows this week's and this year's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("owed", "0001_initial")]

    operations = [
        migrations.AddIndex(
            "window",
            models.Index(
                fields=["territory", "outcome_on"], name=f"owed_window_{one}", condition=models.Q(outcome=one)
            ),
        )
        for one in ("served", "declined")
    ]
