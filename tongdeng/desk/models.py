"""Cases, what happened to each, and the orders of those who watch over them."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Case(models.Model):
    """One application, as its events have made it: all but the first columns can be computed from them again."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    code_hash = models.CharField(max_length=64)  # of the number and the secret code together
    code_sealed = models.BinaryField()  # for whoever prints the receipt again
    person_id = models.BigIntegerField()
    asker_id = models.BigIntegerField(null=True)
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    desks = ArrayField(models.TextField())
    service = models.CharField(max_length=12)
    law_digest = models.CharField(max_length=64)  # under which it was begun
    kind = models.TextField()
    channel = models.TextField()
    parent_id = models.BigIntegerField(null=True)  # of a joint package
    package = models.TextField(default="")
    reopens_id = models.BigIntegerField(null=True)
    record_id = models.BigIntegerField(null=True)  # the delivery that closed it
    asked_by = models.TextField()
    token = models.TextField()  # of the request that began it
    opened_at = models.DateTimeField()
    state = models.TextField()
    version = models.IntegerField()
    progress = models.JSONField()
    due_on = models.DateField(null=True)
    person_due_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    amber_on = models.DateField(null=True)
    yellow_on = models.DateField(null=True)
    red_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    holder_id = models.BigIntegerField(null=True)  # the post that works on it

    class Meta:
        db_table = "desk_case"
        constraints = [models.UniqueConstraint(fields=["asked_by", "token"], name="desk_case_one_request")]
        indexes = [
            models.Index(fields=["person_id"], name="desk_case_person"),
            models.Index(fields=["parent_id"], name="desk_case_parent", condition=models.Q(parent_id__isnull=False)),
            models.Index(
                fields=["territory", "due_on", "id"], name="desk_case_open", condition=models.Q(closed_on=None)
            ),
            models.Index(fields=["territory", "opened_at"], name="desk_case_place"),
            # A page of the inbox is a range of one of these, for a community as for the county.
            models.Index(fields=["due_on", "id"], name="desk_case_due", condition=models.Q(closed_on=None)),
            models.Index(fields=["-closed_on", "-id"], name="desk_case_ended", condition=~models.Q(closed_on=None)),
            models.Index(
                fields=["holder_id", "due_on", "id"],
                name="desk_case_held",
                condition=models.Q(closed_on=None, holder_id__isnull=False),
            ),
        ]


class Joint(models.Model):
    """One form for several departments (联办): which cases it made names it as `parent_id`.

    How far it is stands nowhere: that is computed from its cases, so that it cannot differ from them.
    """

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    code_hash = models.CharField(max_length=64)
    code_sealed = models.BinaryField()
    person_id = models.BigIntegerField()
    asker_id = models.BigIntegerField(null=True)
    territory = DivisionCodeField()
    domain = models.CharField(
        max_length=1
    )  # the least of its cases': who sees one of them sees that there is a package
    desks = ArrayField(models.TextField())
    package = models.TextField()  # of law/packages
    order = models.JSONField()  # pairs: a service, and those it waits for, as they were when it was begun
    term = models.JSONField(default=list)  # the package's own, as legs; empty: the latest of its cases' counts
    channel = models.TextField()
    asked_by = models.TextField()
    token = models.TextField()
    opened_at = models.DateTimeField()
    sent_on = models.DateField(null=True)
    told_upto = models.BigIntegerField(default=0)  # the newest event of its cases of which the person was told
    stars = models.SmallIntegerField(default=0)
    rated_on = models.DateField(null=True)
    words_sealed = models.BinaryField(null=True)

    class Meta:
        db_table = "desk_joint"
        constraints = [models.UniqueConstraint(fields=["asked_by", "token"], name="desk_joint_one_request")]
        indexes = [models.Index(fields=["person_id"], name="desk_joint_person")]


class Event(models.Model):
    """One act on a case. It is added and never changed; `data` holds codes, numbers and days, words are sealed."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    desks = ArrayField(models.TextField())
    act = models.TextField()
    role = models.TextField()
    on = models.DateField()
    at = models.DateTimeField()
    staff_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    asker_id = models.BigIntegerField(null=True)  # the resident who did it, for themselves or a child: by a trigger
    token = models.TextField(default="")
    data = models.JSONField(default=dict)
    words_sealed = models.BinaryField(null=True)

    class Meta:
        db_table = "desk_event"
        constraints = [models.UniqueConstraint(fields=["case_id", "seq"], name="desk_event_in_order")]
        indexes = [models.Index(fields=["person_id"], name="desk_event_person")]


class Supervision(models.Model):
    """An order to answer why a case is late, by the light it showed (督办单)."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    desks = ArrayField(models.TextField())
    signal = models.TextField()
    clock = models.TextField()  # the term that it is about
    opened_at = models.DateTimeField()
    reply_due_on = models.DateField()
    reply_sealed = models.BinaryField(null=True)
    replied_at = models.DateTimeField(null=True)
    staff_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "desk_supervision"
        constraints = [models.UniqueConstraint(fields=["case_id", "signal", "clock"], name="desk_supervision_once")]
        indexes = [
            models.Index(
                fields=["territory", "reply_due_on"], name="desk_supervision_open", condition=models.Q(replied_at=None)
            ),
            models.Index(fields=["person_id"], name="desk_supervision_person"),
        ]


class DelegationQuery(models.QuerySet["Delegation"]):
    """Finds delegations by day."""

    def on(self, day: date) -> "DelegationQuery":
        """Return those that hold on a day."""
        return self.filter(from_on__lte=day, until_on__gte=day, ended_at=None)


class Delegation(models.Model):
    """Who answers a post's tasks while its holder is away. It opens nothing that the deputy's own post does not see."""

    id = models.BigAutoField(primary_key=True)
    post_id = models.BigIntegerField()
    deputy_id = models.BigIntegerField()  # a post of the same kind that serves all of the place
    from_on = models.DateField()
    until_on = models.DateField()
    granted_post_id = models.BigIntegerField()
    granted_staff_id = models.BigIntegerField()
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_staff_id = models.BigIntegerField(null=True)
    objects = DelegationQuery.as_manager()

    class Meta:
        db_table = "desk_delegation"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_on__lte=models.F("until_on")), name="desk_delegation_has_days"
            ),
        ]
        indexes = [models.Index(fields=["deputy_id", "until_on"], name="desk_delegation_deputy")]


class FollowUp(models.Model):
    """A bad rating, of a case or of a whole package, and what came of it; whoever was rated does not answer it."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.BigIntegerField(unique=True, null=True)
    joint_id = models.BigIntegerField(unique=True, null=True)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    desks = ArrayField(models.TextField())
    stars = models.SmallIntegerField()
    opened_at = models.DateTimeField()
    contact_due_on = models.DateField()
    due_on = models.DateField()
    rated_staff = ArrayField(models.BigIntegerField(), default=list)  # whoever acted on what was rated, by the events
    contacted_at = models.DateTimeField(null=True)
    contacted_staff_id = models.BigIntegerField(null=True)
    contact_sealed = models.BinaryField(null=True)
    outcome = models.TextField(null=True)  # law/desk.toml [follow_up.outcomes]
    answer_sealed = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    staff_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "desk_followup"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case_id__isnull=False, joint_id__isnull=True)
                | models.Q(case_id__isnull=True, joint_id__isnull=False),
                name="desk_followup_of_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["territory", "due_on"], name="desk_followup_open", condition=models.Q(answered_at=None)
            ),
            models.Index(fields=["person_id"], name="desk_followup_person"),
        ]
