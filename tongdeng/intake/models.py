"""Rows that were given back, and doubts about who is who."""

from django.db import models
from django.db.models.functions import Greatest, Least

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


class Doubt(models.Model):
    """Two persons who may be one, or a record that may not be its person's. One clerk answers, or two.

    `consequence` counts the records, deliveries and permits that the answer touches: it orders the work and is shown
    nowhere. `ask_on` is the day it returns to the queue, `evidence` a digest of what the two are known by.
    """

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    record_id = models.BigIntegerField(null=True)
    kind = models.TextField()  # row, proposal, sample
    method = models.TextField(default="")  # of the link that a sample checks
    weights = models.JSONField(default=dict)
    weight = models.FloatField(null=True)
    consequence = models.SmallIntegerField()
    needs_two = models.BooleanField()
    territory = DivisionCodeField()
    evidence = models.TextField()
    opened_at = models.DateTimeField()
    ask_on = models.DateField()
    due_on = models.DateField()
    note = models.TextField(default="")
    settler = models.TextField(default="")  # who could say: the person, or a bureau
    note_staff_id = models.BigIntegerField(null=True)
    first_verdict = models.TextField(null=True)  # same, different
    first_staff_id = models.BigIntegerField(null=True)
    first_at = models.DateTimeField(null=True)
    second_verdict = models.TextField(null=True)
    second_staff_id = models.BigIntegerField(null=True)
    second_at = models.DateTimeField(null=True)
    verdict = models.TextField(null=True)
    merge_id = models.BigIntegerField(null=True)  # what the verdict changed, to take it back by
    closed_staff_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_doubt"
        constraints = [
            models.UniqueConstraint(
                Least("person_id", "other_id"),
                Greatest("person_id", "other_id"),
                condition=models.Q(closed_at=None) & ~models.Q(kind="sample"),
                name="intake_doubt_pair",
            ),
            models.UniqueConstraint(
                fields=["record_id"], condition=models.Q(closed_at=None, kind="sample"), name="intake_doubt_sample"
            ),
        ]
        indexes = [
            models.Index(
                fields=["territory", "opened_at"], name="intake_doubt_open", condition=models.Q(closed_at=None)
            ),
            models.Index(fields=["person_id"], name="intake_doubt_person"),
            models.Index(fields=["other_id"], name="intake_doubt_other"),
        ]


class Quality(models.Model):
    """Rows of one batch in one community that have something in common; it names nobody.

    `kind`: rows, filled and dropped (of a column), warning and rejected (by code), age (days, at most), recurring.
    """

    id = models.BigAutoField(primary_key=True)
    batch_id = models.BigIntegerField()
    source = models.TextField()
    community = DivisionCodeField()
    kind = models.TextField()
    code = models.TextField(default="")
    rows = models.BigIntegerField()

    class Meta:
        db_table = "intake_quality"
        indexes = [models.Index(fields=["batch_id", "kind"], name="intake_quality_batch")]


class QualityCell(models.Model):
    """People of one community about whom something stands out in one source, as last compared; it names nobody.

    `kind`: people, conflict (`code` the attribute, `other` the source believed), claimed, stale, far_past, double,
    doubt.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.TextField()
    community = DivisionCodeField()
    kind = models.TextField()
    code = models.TextField(default="")
    other = models.TextField(default="")
    people = models.BigIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        db_table = "intake_quality_cell"
        indexes = [models.Index(fields=["source", "community"], name="intake_quality_place")]
