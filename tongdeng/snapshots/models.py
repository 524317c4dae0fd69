"""Which snapshots live, and who is behind their random numbers."""

from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Snapshot(models.Model):
    """A folder of Parquet files named by date and law."""

    day = models.DateField()
    law_digest = models.TextField()
    folder = models.TextField()
    made_at = models.DateTimeField()
    people = models.BigIntegerField(default=0)

    class Meta:
        db_table = "snapshots_snapshot"


class Number(models.Model):
    """A person's random number in one snapshot. Dropping these rows makes the snapshot nameless for ever."""

    id = models.BigAutoField(primary_key=True)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE)
    n = models.BigIntegerField()
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()

    class Meta:
        db_table = "snapshots_number"
        constraints = [models.UniqueConstraint(fields=["snapshot", "person_id"], name="snapshots_number_once")]
