"""The table of tasks."""

from django.db import models

from tongdeng.org.exports import DivisionCodeField


class Task(models.Model):
    """Something a person has to decide or do. It names its subject by id; the matter itself lies with its package."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()  # for example `people.review`
    person_id = models.BigIntegerField(null=True)
    record_id = models.BigIntegerField(null=True)
    territory = DivisionCodeField()
    detail = models.JSONField(default=dict)
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(null=True)
    closed_staff_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "work_task"
        indexes = [
            models.Index(
                fields=["territory", "kind", "due_on"], name="work_task_open", condition=models.Q(closed_at=None)
            )
        ]
