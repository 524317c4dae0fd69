"""Windows and unknowns of now, written as a difference. All other answers stay in the snapshot or are recomputed."""

from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Window(models.Model):
    """This service, for this person, due by then, with this outcome."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    service = models.CharField(max_length=12)
    opens_on = models.DateField()
    due_on = models.DateField()
    closes_on = models.DateField(null=True)
    outcome = models.TextField(null=True)  # served, declined, missed, lapsed; None while open
    outcome_on = models.DateField(null=True)
    record_id = models.BigIntegerField(null=True)
    status = models.TextField()  # of the person and service on the day determined
    is_offered = models.BooleanField(default=False)

    class Meta:
        db_table = "owed_window"
        indexes = [
            models.Index(fields=["person_id"], name="owed_window_person"),
            models.Index(fields=["territory", "due_on"], name="owed_window_open", condition=models.Q(status="owed")),
            *(
                models.Index(
                    fields=["territory", "outcome_on"], name=f"owed_window_{one}", condition=models.Q(outcome=one)
                )
                for one in ("served", "declined")
            ),
        ]


class Unknown(models.Model):
    """A service that would open a window if its answer were known today, and the conditions that keep it unknown."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    territory = DivisionCodeField()
    domain = models.CharField(max_length=1)
    service = models.CharField(max_length=12)
    missing = models.TextField()  # the unknown conditions' names, `;`-joined

    class Meta:
        db_table = "owed_unknown"
        indexes = [
            models.Index(fields=["person_id"], name="owed_unknown_person"),
            models.Index(fields=["territory"], name="owed_unknown_place"),
        ]


class Digest(models.Model):
    """One number for all windows of a person as they were last written, and one for all unknowns; 0 for none."""

    person_id = models.BigIntegerField(primary_key=True)
    territory = DivisionCodeField()  # where those rows lie
    windows = models.BigIntegerField()
    unknowns = models.BigIntegerField()

    class Meta:
        db_table = "owed_digest"


class Determination(models.Model):
    """One run over everyone: on which day, law and snapshot, and what came out."""

    day = models.DateField()
    law_digest = models.TextField()
    snapshot_id = models.BigIntegerField()
    finished_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    class Meta:
        db_table = "owed_determination"


class Reconciliation(models.Model):
    """One nightly check: the stored windows beside those determined anew for the same day and law."""

    day = models.DateField()  # of the determination that was checked
    law_digest = models.TextField()
    finished_at = models.DateTimeField()
    state = models.TextField()  # same, differs, waits (a roll or a job for everyone is still to be determined)
    windows = models.BigIntegerField(default=0)  # compared
    differing = models.BigIntegerField(default=0)
    waiting = models.BigIntegerField(default=0)  # differ because what changed them is still on its way
    cells = models.JSONField(default=list)  # of each service, community and kind: how many

    class Meta:
        db_table = "owed_reconciliation"
