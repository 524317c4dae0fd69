"""One row for each document of a subject. The content lies in a sealed file; here lies the key that opens it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Document(models.Model):
    """A document of one subject. Where it is used again for the same purpose, another row names the same file."""

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.TextField()
    subject_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    desks = ArrayField(models.TextField())  # the kinds of post that its matter is for
    purpose = models.TextField()  # the service it was handed in for, by its code
    material = models.TextField()  # what it is, by its code in the law
    file = models.TextField()  # its random name
    key_sealed = models.BinaryField(null=True)  # the file's own key; emptied, the file is unreadable for ever
    digest = models.BinaryField()  # SM3 of the content
    size = models.IntegerField()
    type = models.TextField()
    held_since = models.DateTimeField()
    valid_until = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    staff_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "documents_document"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="documents_document_subject"),
            models.Index(fields=["person_id", "material"], name="documents_document_person"),
            models.Index(fields=["file"], name="documents_document_file"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at=None, key_sealed__isnull=False)
                | models.Q(erased_at__isnull=False, key_sealed=None),
                name="documents_document_erased_has_no_key",
            ),
        ]
