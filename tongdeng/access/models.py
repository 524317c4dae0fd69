"""The context key's pads, and the domains each kind of post may see."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Pad(models.Model):
    """The two HMAC pads. Only the owner may read them; the scope function does so on everyone's behalf."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    inner_pad = models.BinaryField()
    outer_pad = models.BinaryField()

    class Meta:
        db_table = "access_pad"


class KindOfPost(models.Model):
    """A compiled row of the matrix: which confidentiality domains a kind of post may see."""

    kind = models.TextField(primary_key=True)
    domains = models.TextField()

    class Meta:
        db_table = "access_post_kind"


class NarrowPurpose(models.Model):
    """A compiled purpose of the matrix: it opens the tables of its own policies and nothing of a post's territory."""

    purpose = models.TextField(primary_key=True)
    kinds = ArrayField(models.TextField())  # of post that may act for it

    class Meta:
        db_table = "access_purpose"


class Installation(models.Model):
    """Which schema, policies and law folder this database was last brought to."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    digest = models.TextField()
    is_demo = models.BooleanField(default=False)
    demo = models.JSONField(default=dict)

    class Meta:
        db_table = "access_installation"
