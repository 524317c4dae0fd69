"""Sign-in codes, requests, consents, notices shown; assessments, breaches, and what was deleted when.

What somebody wrote and what they were told is sealed. Codes and phones are kept as blind indexes.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Challenge(models.Model):
    """One wish to sign in by phone. Whether the phone is known shows nowhere in it."""

    id = models.BigAutoField(primary_key=True)
    handle_index = models.BinaryField(max_length=32, unique=True)  # of the random text that the browser holds
    phone_index = models.BinaryField(max_length=32)  # under a key of its own: it meets no index of the register
    phone_sealed = models.BinaryField(null=True)  # until the job has looked
    address_index = models.BinaryField(max_length=32)  # of the network address
    code_index = models.BinaryField(max_length=32, null=True)
    lang = models.TextField(default="zh")
    tries = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_challenge"
        indexes = [
            models.Index(fields=["phone_index", "created_at"], name="privacy_challenge_phone"),
            models.Index(fields=["address_index", "created_at"], name="privacy_challenge_address"),
        ]


class Request(models.Model):
    """What somebody asks about their own data, or a guardian about a child's, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    asker_id = models.BigIntegerField()  # the person, or the guardian
    territory = DivisionCodeField()
    kind = models.TextField()  # privacy.types.RequestKind
    subject = models.TextField(default="")  # an attribute, a purpose, an audit entry
    source = models.TextField(default="")  # the roll that a correction speaks of
    words_sealed = models.BinaryField(null=True)
    desks = ArrayField(models.TextField())  # the kinds of post it has lain before; the last one has it now
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    extended_at = models.DateTimeField(null=True)  # once
    extension_sealed = models.BinaryField(null=True)
    handed_sealed = models.BinaryField(null=True)  # why it was handed over last
    outcome = models.TextField(null=True)  # privacy.types.Outcome; None: open
    answer_sealed = models.BinaryField(null=True)
    remedy_sealed = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    staff_id = models.BigIntegerField(null=True)  # who answered
    history = models.JSONField(default=list)  # acts with instant, staff and desk; no words

    class Meta:
        db_table = "privacy_request"
        indexes = [
            models.Index(fields=["person_id"], name="privacy_request_person"),
            models.Index(fields=["territory", "due_on"], name="privacy_request_open", condition=models.Q(outcome=None)),
        ]
        constraints = [
            # 个人信息保护法 §50: a refusal states its reasons, and here also where to turn to next.
            models.CheckConstraint(
                condition=~models.Q(outcome="refused")
                | models.Q(answer_sealed__isnull=False, remedy_sealed__isnull=False),
                name="privacy_request_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(extended_at=None) | models.Q(extension_sealed__isnull=False),
                name="privacy_request_extension_has_reason",
            ),
        ]


class Consent(models.Model):
    """One word about one purpose: given, withdrawn, or refused. The newest counts; none is ever changed."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    giver_id = models.BigIntegerField()  # the person, or the guardian of a child under 14
    territory = DivisionCodeField()
    purpose = models.TextField()
    version = models.TextField()  # of the text that was read
    act = models.TextField()  # given, withdrawn
    at = models.DateTimeField()

    class Meta:
        db_table = "privacy_consent"
        indexes = [models.Index(fields=["person_id", "purpose"], name="privacy_consent_person")]


class Shown(models.Model):
    """A version of a notice was shown to somebody."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    notice = models.TextField()
    version = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "privacy_shown"
        indexes = [models.Index(fields=["person_id"], name="privacy_shown_person")]


class Assessment(models.Model):
    """An impact assessment (个人信息保护法 §55-56). It is added and never changed; a new one supersedes by its date."""

    id = models.BigAutoField(primary_key=True)
    activity = models.TextField()  # of the processing register
    why = models.TextField()  # sensitive, automated, entrusted, provided, changed
    made_on = models.DateField()
    lawful = models.TextField()
    risk = models.TextField()
    measures = models.TextField()
    level = models.TextField()  # low, medium, high: of the kind of processing, never of a person
    staff_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "privacy_assessment"


class Breach(models.Model):
    """A leak that was described, and how it was dealt with (个人信息保护法 §57)."""

    id = models.BigAutoField(primary_key=True)
    what = models.TextField()
    cause = models.TextField(default="")
    harm = models.TextField(default="")
    measures = models.TextField(default="")
    contact = models.TextField(default="")
    scope = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    persons = models.BigIntegerField()
    authority_due_at = models.DateTimeField()
    persons_due_on = models.DateField()
    authority_told_at = models.DateTimeField(null=True)
    persons_told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing = models.TextField(default="")
    staff_id = models.BigIntegerField()

    class Meta:
        db_table = "privacy_breach"


class Affected(models.Model):
    """Somebody whose data a breach touched."""

    id = models.BigAutoField(primary_key=True)
    breach_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    desks = ArrayField(models.TextField())

    class Meta:
        db_table = "privacy_affected"
        constraints = [models.UniqueConstraint(fields=["breach_id", "person_id"], name="privacy_affected_once")]


class Retention(models.Model):
    """One run of the retention job: how many rows of each rule; nobody is named."""

    id = models.BigAutoField(primary_key=True)
    ran_at = models.DateTimeField()
    law_digest = models.TextField()
    counts = models.JSONField(default=dict)

    class Meta:
        db_table = "privacy_retention"


class Proxy(models.Model):
    """Somebody may act for a person: in these services, until a day. Taken back by either; never changed otherwise."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()  # who is represented
    territory = DivisionCodeField()
    granter_id = models.BigIntegerField()  # the person, or the guardian of a child under 14
    services = ArrayField(models.TextField())
    until_on = models.DateField()
    is_staff = models.BooleanField(default=False)  # the staff of the community (代办)
    made_at = models.DateTimeField()
    code_hash = models.CharField(max_length=64, default="")  # of the code by which somebody agrees, until then
    code_until = models.DateTimeField(null=True)
    proxy_id = models.BigIntegerField(null=True)
    name_sealed = models.BinaryField(null=True)  # the proxy's, for the represented
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_proxy"
        indexes = [
            models.Index(fields=["person_id"], name="privacy_proxy_person"),
            models.Index(fields=["proxy_id"], name="privacy_proxy_proxy", condition=models.Q(proxy_id__isnull=False)),
            models.Index(fields=["code_hash"], name="privacy_proxy_code", condition=~models.Q(code_hash="")),
        ]
