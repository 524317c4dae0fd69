"""Seats, numbers and appointments, which name nobody; and under row security who stands behind them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tongdeng.org.fields
from tongdeng.access.exports import protect


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0002_scope")]

    operations = [
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("hall", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("business", models.TextField()),
                ("day", models.DateField()),
                ("starts_at", models.DateTimeField(null=True)),
                ("place", models.SmallIntegerField(null=True)),
                ("code", models.CharField(max_length=6)),
                ("state", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("moved_up_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "hall_booking",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["hall", "business", "day", "made_at"],
                        name="hall_booking_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["booked", "arrived", "missed"])),
                        fields=("hall", "business", "starts_at", "place"),
                        name="hall_booking_one_place",
                    ),
                    models.UniqueConstraint(fields=("hall", "day", "code"), name="hall_booking_one_code"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", None), ("starts_at", None), ("state", "waiting")),
                            ("state", "cancelled"),
                            models.Q(("place__isnull", False), ("starts_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="hall_booking_time_or_list",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("desks", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("needs", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("day", models.DateField()),
                ("gone_at", models.DateTimeField()),
                ("booking", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="hall.booking")),
            ],
            options={
                "db_table": "hall_need",
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("hall", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("number", models.SmallIntegerField()),
                ("staff_id", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "hall_seat",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("hall", "number"), name="hall_seat_one_at_a_window"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("staff_id",), name="hall_seat_one_each"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("hall", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("day", models.DateField()),
                ("business", models.TextField()),
                ("number", models.SmallIntegerField()),
                ("is_priority", models.BooleanField(default=False)),
                ("state", models.TextField(default="waiting")),
                ("window", models.SmallIntegerField(null=True)),
                ("wanted_window", models.SmallIntegerField(null=True)),
                ("taken_at", models.DateTimeField()),
                ("waits_since", models.DateTimeField()),
                ("first_called_at", models.DateTimeField(null=True)),
                ("called_at", models.DateTimeField(null=True)),
                ("was_preferred", models.BooleanField(null=True)),
                ("calls", models.SmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("staff_id", models.BigIntegerField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "booking",
                    models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, to="hall.booking"),
                ),
            ],
            options={
                "db_table": "hall_ticket",
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("at", models.DateTimeField()),
                ("ticket", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="hall.ticket")),
            ],
            options={
                "db_table": "hall_visit",
            },
        ),
        migrations.CreateModel(
            name="Holder",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person_id", models.BigIntegerField()),
                ("territory", tongdeng.org.fields.DivisionCodeField(max_length=12)),
                ("wants_message", models.BooleanField(default=False)),
                ("booking", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="hall.booking")),
            ],
            options={
                "db_table": "hall_holder",
                "indexes": [models.Index(fields=["person_id"], name="hall_holder_person")],
            },
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["hall", "day", "waits_since", "id"],
                name="hall_ticket_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["hall", "day", "-called_at"], name="hall_ticket_called"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                fields=("hall", "day", "business", "number"), name="hall_ticket_one_number"
            ),
        ),
        protect("hall_holder", "hall_need", "hall_visit"),
    ]
