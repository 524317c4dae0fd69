"""Messages to people: what they read in My services, how they want to hear of it, and the words on their way out.

What leaves names nobody here: address and text are sealed, or looked up when it leaves, and gone once it has left.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Letter(models.Model):
    """A message that its person reads in My services; the words are made from the law folder, in their language."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    desks = ArrayField(models.TextField())  # the kinds of post that its matter is for
    kind = models.TextField()  # of law/messages
    subject_kind = models.TextField()
    subject_id = models.BigIntegerField()
    step = models.TextField()
    fields_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    staff_id = models.BigIntegerField(null=True)
    told_id = models.BigIntegerField(null=True)  # who hears of it outside, where that is not the person

    class Meta:
        db_table = "notify_letter"
        indexes = [models.Index(fields=["person_id"], name="notify_letter_person")]
        constraints = [
            # Whatever runs again tells nobody twice.
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "kind", "step"], name="notify_letter_once"),
        ]


class Preference(models.Model):
    """How somebody wants to hear. The newest counts; none is ever changed."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    way = models.TextField()  # notify.types.Way
    language = models.TextField()
    email_sealed = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "notify_preference"
        indexes = [models.Index(fields=["person_id"], name="notify_preference_person")]


class Message(models.Model):
    """One word on its way out. It names no person: only whoever sent it, or its letter, knows for whom it is."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()  # for example `privacy.code`
    letter_id = models.BigIntegerField(null=True)  # whose address is looked up when it leaves
    way = models.TextField(default="phone")
    address_sealed = models.BinaryField(null=True)
    text_sealed = models.BinaryField(null=True)
    state = models.TextField(default="waiting")  # notify.types.State
    tries = models.SmallIntegerField(default=0)
    fault = models.TextField(default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notify_message"
        indexes = [
            models.Index(fields=["created_at"], name="notify_message_age"),
            models.Index(fields=["letter_id"], name="notify_message_letter"),
            models.Index(
                fields=["next_try_at"], name="notify_message_open",
                condition=models.Q(state__in=("waiting", "sending")),
            ),
        ]  # fmt: skip
