"""The cube every figure on every page is read from: numerators and denominators, kept for ever."""

from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Cell(models.Model):
    """Counts of one measure on one day, in one community, for one service (empty where the measure has none)."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    measure = models.CharField(max_length=8)  # S1a, S1b, S1c, S9, R1 to R4, unknown
    community = DivisionCodeField()
    service = models.CharField(max_length=12, default="")
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()

    class Meta:
        db_table = "insight_cell"
        constraints = [
            models.UniqueConstraint(fields=["day", "measure", "community", "service"], name="insight_cell_once")
        ]
        indexes = [models.Index(fields=["measure", "day"], name="insight_cell_day")]


class Run(models.Model):
    """A run that filled the cube: which days, and which of them only with today's knowledge."""

    day = models.DateField()
    law_digest = models.TextField()
    snapshot_id = models.BigIntegerField()
    finished_at = models.DateTimeField()
    days = models.JSONField(default=list)
    is_now = models.BooleanField(default=True)  # false: a look at an earlier day, which made no newest figures

    class Meta:
        db_table = "insight_run"
