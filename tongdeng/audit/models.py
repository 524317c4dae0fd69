"""The append-only table of acts. It holds ids and counts, never a name, a number or a text about a person."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models


class Entry(models.Model):
    """One act. The working roles may add one through `audit_append` and may neither change nor remove any."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    code = models.TextField()
    purpose = models.TextField()
    staff_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    origin = models.TextField()
    address = models.TextField(default="")  # network address of the caller
    request = models.TextField(default="")  # one number for everything a single request did
    subjects = ArrayField(models.BigIntegerField(), default=list)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_entry"
        # By subject a resident asks, by day an auditor; both cost a writer next to nothing (docs/benchmarks.md).
        indexes = [
            GinIndex(fields=["subjects"], name="audit_entry_subjects"),
            BrinIndex(fields=["at"], name="audit_entry_at"),
        ]


class Seal(models.Model):
    """A seal over some entries: `tongdeng.audit.chain.Seal` with its signature, and a print of each entry's leaf."""

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    entries = models.IntegerField()
    last = models.BigIntegerField()
    ids = models.TextField()  # as int8multirange
    holes = models.TextField()
    root = models.BinaryField()
    previous = models.BinaryField()
    horizon = models.BigIntegerField(db_index=True)
    settled = models.BigIntegerField()
    cluster = models.TextField()
    key = models.TextField()
    signature = models.BinaryField()
    prints = models.BinaryField()

    class Meta:
        db_table = "audit_seal"


class Check(models.Model):
    """What a recomputation of the whole chain found."""

    id = models.BigAutoField(primary_key=True)
    checked_at = models.DateTimeField()
    entries = models.BigIntegerField()
    sealed = models.BigIntegerField()
    unsealed = models.BigIntegerField()
    seals = models.BigIntegerField()
    retired = models.BigIntegerField()  # seals whose entries were removed when their time had come
    is_ok = models.BooleanField()
    fault = models.JSONField(null=True)
    seconds = models.FloatField()

    class Meta:
        db_table = "audit_check"
