"""The law in the database: bundles that never change, drafts, and publications with their two signatures."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongdeng.catalogue.types import DraftState, State


class Bundle(models.Model):
    """The files of one law, by path. The digest over them is its name, so nothing in it can change."""

    digest = models.CharField(max_length=64, primary_key=True)
    files = models.JSONField()
    title = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "catalogue_bundle"


class Draft(models.Model):
    """Changes to a bundle, by path: the new text, or None for a file that goes."""

    id = models.BigAutoField(primary_key=True)
    title = models.TextField()
    base = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="+")
    files = models.JSONField(default=dict)
    state = models.TextField(default=DraftState.OPEN.value)
    opened_staff_id = models.BigIntegerField(null=True)
    opened_post_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    authors = ArrayField(models.BigIntegerField(), default=list)
    trial = models.JSONField(null=True)  # what the draft of `trial_of` would change
    trial_of = models.TextField(default="")
    trial_state = models.TextField(default="")

    class Meta:
        db_table = "catalogue_draft"


class Publication(models.Model):
    """A bundle proposed in the place of the base, its preview, and who decided."""

    id = models.BigAutoField(primary_key=True)
    title = models.TextField()
    draft = models.ForeignKey(Draft, null=True, on_delete=models.PROTECT, related_name="+")
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey(Bundle, null=True, on_delete=models.PROTECT, related_name="+")
    changed = ArrayField(models.TextField(), default=list)  # files that differ from the base
    state = models.TextField(default=State.PROPOSED.value)
    reason = models.TextField()
    authors = ArrayField(models.BigIntegerField(), default=list)
    proposed_staff_id = models.BigIntegerField(null=True)
    proposed_post_id = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    preview = models.JSONField(null=True)
    preview_fault = models.TextField(default="")
    second_look_reason = models.TextField(default="")
    decided_staff_id = models.BigIntegerField(null=True)
    decided_post_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    refusal = models.TextField(default="")
    number = models.IntegerField(null=True, unique=True)

    class Meta:
        db_table = "catalogue_publication"
