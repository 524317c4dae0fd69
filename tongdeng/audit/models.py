"""The append-only table of acts. It holds ids and counts, never a name, a number or a text about a person."""

from django.contrib.postgres.fields import ArrayField
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
    subjects = ArrayField(models.BigIntegerField(), default=list)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_entry"
