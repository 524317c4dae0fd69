"""Connected systems, their keys, what they asked with a key of its own, and the notices on their way to them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongdeng.connect.types import DeliveryState, KeyState

STAFF = settings.AUTH_USER_MODEL


class System(models.Model):
    """A department's software. It acts as an account that nobody can sign in with; its post hangs on that account."""

    id = models.BigAutoField(primary_key=True)
    staff = models.OneToOneField(STAFF, on_delete=models.PROTECT, related_name="+")
    contact = models.TextField()  # whom to call when it misbehaves: an office, not a person
    made_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "connect_system"


class Key(models.Model):
    """A key that was asked for. It opens nothing before a second person has approved it; only its hash is kept."""

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    networks = ArrayField(models.TextField())
    until = models.DateField()
    reason = models.TextField()
    state = models.TextField(choices=[(state.value, state.value) for state in KeyState])
    asked_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.TextField(default="")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "connect_key"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="connect_key_second_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=KeyState.APPROVED.value) | models.Q(decided_by__isnull=False),
                name="connect_key_decided_by_somebody",
            ),
        ]


class Pulse(models.Model):
    """How often somebody called within a minute: a system, or an address whose keys are unknown."""

    who = models.TextField(primary_key=True)
    minute = models.DateTimeField()
    calls = models.IntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "connect_pulse"


class Request(models.Model):
    """A write that was done, with its answer sealed: whoever sends it again gets the same."""

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)  # of what was asked, so that another question is not taken for it
    status = models.SmallIntegerField(default=0)
    answer_sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "connect_request"
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="connect_request_once")]
        indexes = [models.Index(fields=["made_at"], name="connect_request_age")]


class Webhook(models.Model):
    """An address that a system wants told. What it hears of is cut by its post, each time anew."""

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    url = models.TextField()
    kinds = ArrayField(models.TextField())  # acts on cases, or `*`
    secret_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "connect_webhook"
        indexes = [models.Index(fields=["system"], name="connect_webhook_open", condition=models.Q(ended_at=None))]


class Delivery(models.Model):
    """One notice to one address, written in the transaction of the step that it tells of."""

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="+")
    message = models.UUIDField(unique=True)  # the same at every try, by which a receiver knows it
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    act = models.TextField()
    state_after = models.TextField()
    service = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    state = models.TextField(choices=[(state.value, state.value) for state in DeliveryState])
    tries = models.SmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    fault = models.TextField(default="")

    class Meta:
        db_table = "connect_delivery"
        constraints = [models.UniqueConstraint(fields=["webhook", "case_id", "seq"], name="connect_delivery_once")]
        indexes = [
            models.Index(
                fields=["webhook", "case_id", "seq"], name="connect_delivery_open",
                condition=models.Q(state__in=("waiting", "sending", "dead")),
            ),
            models.Index(fields=["made_at"], name="connect_delivery_age"),
        ]  # fmt: skip
