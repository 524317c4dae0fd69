"""Deliveries hang on source records, call-backs on declines nobody confirmed; returns are counts without persons."""

from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Delivery(models.Model):
    """One service given, offered or declined on a day. The person is whoever the record is linked to."""

    record_id = models.BigIntegerField(primary_key=True)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    service = models.CharField(max_length=12)
    served_on = models.DateField()
    outcome = models.TextField()  # served, declined (confirmed by the person), offered, absent (nobody met)
    confirmation = models.TextField(null=True)  # signature, sms, online
    channel = models.TextField(null=True)
    provider = models.TextField(null=True)
    fee_fen = models.BigIntegerField(null=True)
    note = models.TextField(null=True)
    staff_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_delivery"
        indexes = [
            models.Index(fields=["person_id", "service", "served_on"], name="delivery_person"),
            models.Index(fields=["territory", "served_on"], name="delivery_place"),
        ]


class CallbackSample(models.Model):
    """A random sample of declines without confirmation. The seed lets anybody draw it again from the same rows."""

    id = models.BigAutoField(primary_key=True)
    place = DivisionCodeField()
    first_on = models.DateField()
    last_on = models.DateField()
    seed = models.TextField()
    offers = models.IntegerField()  # how many there were to draw from
    size = models.IntegerField()
    staff_id = models.BigIntegerField(null=True)
    drawn_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_callback_sample"


class Callback(models.Model):
    """One drawn decline: somebody else than who recorded it asks the person whether it is so."""

    id = models.BigAutoField(primary_key=True)
    sample_id = models.BigIntegerField()
    record_id = models.BigIntegerField(unique=True)  # of the offer; it is drawn once
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    service = models.CharField(max_length=12)
    offered_on = models.DateField()
    recorder_id = models.BigIntegerField(null=True)  # staff
    state = models.TextField(default="open")  # open, upheld, wanted, not_reached (for good)
    calls = models.JSONField(default=list)  # of each call: at, staff, answer
    settled_record_id = models.BigIntegerField(null=True)  # the decline that an upheld call-back recorded
    task_id = models.BigIntegerField(null=True)  # for the worker, where the person wants the service

    class Meta:
        db_table = "delivery_callback"
        indexes = [
            models.Index(fields=["territory", "state"], name="delivery_callback_place"),
            models.Index(fields=["person_id"], name="delivery_callback_person"),
        ]


class Return(models.Model):
    """How many registered residents were due a service and got it, as a bureau states it."""

    id = models.BigAutoField(primary_key=True)
    year = models.IntegerField()
    place = DivisionCodeField()
    service = models.CharField(max_length=12)
    age_group = models.TextField(default="")
    sex = models.TextField(default="")
    due = models.BigIntegerField()
    served = models.BigIntegerField()
    spent_fen = models.BigIntegerField(null=True)
    batch_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_return"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "place", "service", "age_group", "sex"],
                condition=models.Q(superseded_at=None),
                name="delivery_return_one",
            )
        ]
