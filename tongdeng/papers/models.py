"""Papers, sealed and append-only; and beside them what checks them, in which nobody is named."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Paper(models.Model):
    """One paper that was issued. A trigger keeps it as it is: only its place follows the person."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.BigIntegerField()
    step = models.TextField(default="")
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    desks = ArrayField(models.TextField())  # the kinds of post that its matter is for
    number = models.TextField(unique=True)  # its digits
    digest = models.BinaryField()  # SM3 of what it says
    content_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    staff_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "papers_paper"
        indexes = [models.Index(fields=["person_id"], name="papers_paper_person")]
        constraints = [
            # A second click, or a job that runs again, finds the paper of the first.
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "kind", "step"], name="papers_paper_once"),
        ]


class Check(models.Model):
    """By what anybody who holds a paper can tell that it is genuine: no person, and no matter."""

    number = models.TextField(primary_key=True)  # digits
    code_hash = models.BinaryField()
    kind = models.TextField()
    shown_number = models.TextField()
    organ_zh = models.TextField()
    organ_en = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "papers_check"


class Ended(models.Model):
    """That a paper is no longer in force, and since when. It comes once and stays; nobody is named."""

    number = models.TextField(primary_key=True)  # digits
    at = models.DateTimeField()

    class Meta:
        db_table = "papers_ended"


class Print(models.Model):
    """The hash of a PDF that was handed out of a paper."""

    id = models.BigAutoField(primary_key=True)
    number = models.TextField()
    digest = models.BinaryField()  # SM3
    at = models.DateTimeField()

    class Meta:
        db_table = "papers_print"
        constraints = [models.UniqueConstraint(fields=["number", "digest"], name="papers_print_once")]
