"""Rows that were given back, doubts about who is who, and links by which others send rolls of their premises."""

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
    doubt; `lag` counts rows new since the first roll (`code` timely or late).
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


class Link(models.Model):
    """A way for somebody outside to send a roll of their own premises, for some days and a number of times."""

    id = models.BigAutoField(primary_key=True)
    territory = DivisionCodeField()  # of tenants the community, of workers the post's own
    kind = models.TextField()  # tenants, workers
    for_whom = models.TextField()
    addresses = models.JSONField(default=list)  # as typed; empty: the whole community
    employer_name = models.TextField(default="")
    employer_code = models.TextField(default="")
    uses_allowed = models.SmallIntegerField()
    uses = models.SmallIntegerField(default=0)
    staff_id = models.BigIntegerField()
    post_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    attempts_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_link"


class LinkToken(models.Model):
    """The blind index of a link's token and in whose post it acts: all that may be read without a context."""

    key = models.BinaryField(max_length=32, primary_key=True)
    link_id = models.BigIntegerField()
    post_id = models.BigIntegerField()

    class Meta:
        db_table = "intake_link_token"


class Submission(models.Model):
    """One roll received by a link: what its receipt says, and the batch that takes it in. Nothing of any person."""

    id = models.BigAutoField(primary_key=True)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+")
    territory = DivisionCodeField()
    number = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    rows = models.IntegerField()
    unreadable = models.JSONField(default=list)  # [[row, [code, ...]], ...]
    batch_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "intake_submission"
        constraints = [models.UniqueConstraint(fields=["link", "number"], name="intake_submission_once")]


class Move(models.Model):
    """Somebody known in one community who is registered in another, or whom a roll shows there.

    It lies with the community that asks; the other one has a task that names it. What was typed waits sealed. The
    column is not called `person_id`, so that the request stays where it was made when the person moves on.
    """

    id = models.BigAutoField(primary_key=True)
    subject_id = models.BigIntegerField()  # the person
    territory = DivisionCodeField()  # the community that asks
    from_place = DivisionCodeField()
    arrived_on = models.DateField()
    source = models.TextField()  # form, roll
    batch_id = models.BigIntegerField(null=True)  # the entry at the door
    row_number = models.IntegerField(default=0)
    sealed = models.BinaryField(null=True)
    state = models.TextField(default="asked")  # asked, disputed, moved, stays, withdrawn
    how = models.TextField(default="")  # confirmed, lapsed, decided, unasked
    left_on = models.DateField(null=True)
    task_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=list)  # tasks whose answers were carried out, the last of them at the end
    records = models.JSONField(default=list)  # what carrying it out has stored
    has_own_batch = models.BooleanField(default=False)  # the batch was opened to carry it out

    class Meta:
        db_table = "intake_move"
        indexes = [
            models.Index(fields=["territory", "state"], name="intake_move_place"),
            models.Index(fields=["subject_id"], name="intake_move_subject"),
            models.Index(fields=["batch_id"], name="intake_move_batch"),
        ]
