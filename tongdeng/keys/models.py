"""Wrapped data keys, and how far a rotation has come. Without a root key they open nothing."""

from django.db import models


class DataKey(models.Model):
    """One version of one domain's key, sealed under a root key; a destroyed one is empty."""

    id = models.BigAutoField(primary_key=True)
    root = models.TextField()  # register, care
    domain = models.TextField()
    version = models.SmallIntegerField()  # 0: the inner key of an index, which no rotation changes
    wrapped = models.BinaryField(null=True)
    state = models.TextField()  # inner, current, old, destroyed
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "keys_data_key"
        constraints = [
            models.UniqueConstraint(fields=["root", "domain", "version"], name="keys_data_key_once"),
            models.UniqueConstraint(
                fields=["root", "domain"], condition=models.Q(state="current"), name="keys_data_key_current"
            ),
            models.CheckConstraint(
                condition=models.Q(state="destroyed", wrapped__isnull=True)
                | models.Q(wrapped__isnull=False) & ~models.Q(state="destroyed"),
                name="keys_data_key_gone",
            ),
        ]


class Generation(models.Model):
    """A number drawn anew with each change of keys: a process whose keys bear another number reads them again."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()

    class Meta:
        db_table = "keys_generation"


class Progress(models.Model):
    """Up to which id a table's values were sealed anew, so that a rotation that was killed goes on from there."""

    pk = models.CompositePrimaryKey("table", "domain", "version")
    table = models.TextField()
    domain = models.TextField()
    version = models.SmallIntegerField()
    last_id = models.BigIntegerField()

    class Meta:
        db_table = "keys_progress"
