"""Rows that were given back."""

from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Reject(models.Model):
    """A rejected row as it came, sealed, with what is wrong with it."""

    id = models.BigAutoField(primary_key=True)
    batch_id = models.BigIntegerField()
    row_number = models.BigIntegerField()
    findings = models.JSONField()  # [{column, code, zh, en}]
    sealed = models.BinaryField()
    territory = DivisionCodeField()

    class Meta:
        db_table = "intake_reject"
        indexes = [models.Index(fields=["batch_id", "row_number"], name="intake_reject_batch")]
