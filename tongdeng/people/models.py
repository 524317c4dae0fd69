"""Records, sightings, links and batches are kept for ever; everything after the line is a cache that resolve rebuilds.

A resolved value lies in a table of its confidentiality domain: B identity and residence, C work and insurance,
D education of minors. Every personal table carries the territory of the person's current community.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Collate

from tongdeng.org.exports import DivisionCodeField


class Batch(models.Model):
    """One roll taken in, or one entry at a counter. Its numbers are counts; it holds nothing about a person."""

    source = models.TextField()
    file_name = models.TextField()
    file_digest = models.BinaryField(max_length=32)
    as_at = models.DateField()
    state = models.TextField(default="waiting")  # waiting, running, done, failed, cancelled, withdrawn
    counts = models.JSONField(default=dict)
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    message = models.JSONField(default=dict)
    staff_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)  # when the worker took it up; a file may wait for another
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_batch"
        constraints = [
            # The same file is refused: held here too, so that two imports at one moment cannot both win.
            models.UniqueConstraint(
                fields=["source", "file_digest"], condition=models.Q(state="done"), name="people_batch_once"
            )
        ]


class Record(models.Model):
    """One statement of one source about one person, sealed. Never edited; superseded when no live sighting is left."""

    id = models.BigAutoField(primary_key=True)
    source = models.TextField()
    digest = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    domain = models.CharField(max_length=1)
    territory = DivisionCodeField()
    as_at = models.DateField()
    row_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_record"


class Sighting(models.Model):
    """A record seen in a batch, true as at a day. Append-only; a withdrawn batch takes its sightings back."""

    pk = models.CompositePrimaryKey("record", "batch")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_constraint=False)
    row_number = models.BigIntegerField()
    as_at = models.DateField()
    territory = DivisionCodeField()
    # Who may learn which roll showed the record: everybody who sees the person, but for a sealed roll.
    domain = models.CharField(max_length=1, db_default="B")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_sighting"


class Person(models.Model):
    """A stable id. A merged person keeps its id and points to the older one, its survivor."""

    id = models.BigIntegerField(primary_key=True)
    survivor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    territory = DivisionCodeField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_person"
        indexes = [
            models.Index(fields=["survivor"], condition=models.Q(survivor__isnull=False), name="people_person_merged")
        ]


class Link(models.Model):
    """Record belongs to person, since when, by which method and weights. Append-only."""

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False)
    method = models.TextField()
    weights = models.JSONField(default=dict)
    staff_id = models.BigIntegerField(null=True)
    territory = DivisionCodeField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_link"
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=models.Q(superseded_at=None), name="people_link_one")
        ]


class Merge(models.Model):
    """A clerk's change of who is who: which records went from one person to another, so that it can be taken back.

    `merge`: the records of `other_id` went to `person_id`, and so did the ids that were merged into it before.
    `split`: records of `person_id` went to `other_id`.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()  # merge, split
    person_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    records = ArrayField(models.BigIntegerField())
    repointed = ArrayField(models.BigIntegerField(), default=list)
    weights = models.JSONField(default=dict)
    staff_id = models.BigIntegerField(null=True)
    territory = DivisionCodeField()
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_staff_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "people_merge"
        indexes = [
            models.Index(fields=["person_id"], name="people_merge_person"),
            models.Index(fields=["other_id"], name="people_merge_other"),
        ]


class LocalNumber(models.Model):
    """The blind index of a registered resident's number: all that is kept of a row that is none of our business."""

    key = models.BinaryField(max_length=32, primary_key=True)
    row_on = models.DateField(null=True)
    territory = DivisionCodeField()

    class Meta:
        db_table = "people_local_number"


# ---- caches, rebuilt by resolve ----
# Without constraints in the database: one writer makes them, a check per row would take a third of an import, and
# a row that lost its person would be gone at the next resolve.


class Identity(models.Model):
    """The chosen values of domain B. `sources`: which records state which of them, see `stated`."""

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    territory = DivisionCodeField()
    name = models.TextField()
    name_sound = models.TextField()  # how the name is heard, for finding who was written otherwise
    # What else a clerk may type to find the person.
    given = models.TextField(null=True, db_collation="C")  # the name from its second character
    pinyin = models.TextField(null=True, db_collation="C")
    initials = models.TextField(null=True, db_collation="C")
    sex = models.TextField(null=True)
    born_on = models.DateField(null=True)
    hukou_code = models.CharField(max_length=12, null=True)
    hukou_address = models.TextField(null=True)
    address = models.TextField(null=True)
    education_level = models.TextField(null=True)
    marital_status = models.TextField(null=True)
    id_sealed = models.BinaryField(null=True)
    id_index = models.BinaryField(max_length=32, null=True)
    claimed_sealed = models.BinaryField(null=True)
    claimed_index = models.BinaryField(max_length=32, null=True)
    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=32, null=True)
    has_police_row = models.BooleanField(default=False)
    is_placed = models.BooleanField(default=False)
    sources = models.JSONField(default=list)

    class Meta:
        db_table = "people_identity"
        indexes = [
            models.Index(fields=["id_index"], name="people_identity_id"),
            models.Index(
                fields=["claimed_index"],
                condition=models.Q(claimed_index__isnull=False),
                name="people_identity_claimed",
            ),
            models.Index(
                fields=["phone_index"], condition=models.Q(phone_index__isnull=False), name="people_identity_phone"
            ),
            models.Index(fields=["territory", "name"], name="people_identity_place"),
            models.Index(Collate("name", "C"), models.F("territory"), name="people_identity_name"),
            models.Index(fields=["given", "territory"], name="people_identity_given"),
            models.Index(fields=["pinyin", "territory"], name="people_identity_pinyin"),
            models.Index(fields=["initials", "territory"], name="people_identity_initials"),
            models.Index(fields=["born_on"], name="people_identity_born"),
            models.Index(fields=["name_sound"], name="people_identity_sound"),
        ]


class Key(models.Model):
    """A blind key a new row can be matched by: a valid number, or name, birth date and sex."""

    pk = models.CompositePrimaryKey("key", "person")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    kind = models.SmallIntegerField()
    key = models.BinaryField(max_length=32)
    territory = DivisionCodeField()

    class Meta:
        db_table = "people_key"


class Spell(models.Model):
    """What every dated cache row has: the person, the record that states it, and the territory."""

    pk = models.CompositePrimaryKey("person", "record")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    territory = DivisionCodeField()
    as_at = models.DateField()

    class Meta:
        abstract = True


class Stay(Spell):
    """Living at an address, half-open [starts_on, ends_on); the day of departure is the first day absent."""

    source = models.TextField()
    rank = models.SmallIntegerField()
    community = DivisionCodeField()
    address = models.TextField(null=True)
    lodging = models.TextField(null=True)
    reason = models.TextField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    registered_on = models.DateField(null=True)
    recorded_on = models.DateField()

    class Meta:
        db_table = "people_stay"
        indexes = [
            models.Index(
                fields=["community"], name="people_stay_police", condition=models.Q(rank=1, source="police")
            ),  # by place, whoever lives there says the police
        ]


class Permit(Spell):
    """A residence permit as the police state it; its number stays in the sealed row, where nobody looks for it."""

    issued_on = models.DateField(null=True)
    endorsed_on = models.DateField(null=True)

    class Meta:
        db_table = "people_permit"


class Job(Spell):
    """Working for an employer or oneself."""

    form = models.TextField(null=True)
    employer = models.TextField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        db_table = "people_job"


class Insurance(Spell):
    """Social insurance as the newest row of a job or period states it."""

    pension_type = models.TextField(null=True)
    pension_enrolled_on = models.DateField(null=True)
    unemployment_months = models.IntegerField(null=True)
    work_injury_enrolled_on = models.DateField(null=True)
    medical_type = models.TextField(null=True)
    contribution_months = models.IntegerField(null=True)

    class Meta:
        db_table = "people_insurance"


class Schooling(Spell):
    """A child at a school or kindergarten."""

    school = models.TextField(null=True)
    stage = models.TextField(null=True)
    grade = models.SmallIntegerField(null=True)
    enrolled_on = models.DateField(null=True)
    guardian_name = models.TextField(null=True)
    guardian_id_index = models.BinaryField(max_length=32, null=True)

    class Meta:
        db_table = "people_schooling"
        indexes = [models.Index(fields=["guardian_id_index"], name="people_schooling_guardian")]


class Tenancy(Spell):
    """A lease as the housing bureau states it."""

    community = DivisionCodeField()
    address = models.TextField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    lease_number = models.TextField(null=True)

    class Meta:
        db_table = "people_tenancy"
        indexes = [models.Index(fields=["record"], name="people_tenancy_record")]  # from a dwelling to its tenants


class Household(Spell):
    """Living together, as the one who registered the household at the door said."""

    household = models.TextField()
    relation = models.TextField(null=True)  # to the head; None: nobody said
    said_on = models.DateField()

    class Meta:
        db_table = "people_household"
        indexes = [models.Index(fields=["household"], name="people_household_id")]


class Dwelling(models.Model):
    """A dwelling that is let or was: a stable id for a place and an address. The rest is what its statements say now.

    Never deleted; one that nothing speaks of any more has no `record`. Two may share an address after two communities
    became one, so that the pair is no key.
    """

    id = models.BigAutoField(primary_key=True)
    territory = DivisionCodeField()
    address_key = models.TextField()  # the address as it compares: kernel.addresses
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False)
    address = models.TextField()
    kind = models.TextField(null=True)
    area = models.TextField(null=True)
    landlord_name = models.TextField(null=True)
    landlord_phone_sealed = models.BinaryField(null=True)
    inspected_on = models.DateField(null=True)
    inspection_result = models.TextField(null=True)
    next_due_on = models.DateField(null=True)  # as the inspector set it; None: as the rule says

    class Meta:
        db_table = "people_dwelling"
        indexes = [models.Index(fields=["territory", "address_key"], name="people_dwelling_address")]


class DwellingStatement(models.Model):
    """What one live record says of a dwelling; those with an inspection are its history of inspections."""

    record = models.OneToOneField(
        Record, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    dwelling = models.ForeignKey(Dwelling, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    territory = DivisionCodeField()
    # The record's own, kept here: the record follows its tenant out of sight, the dwelling stays where it is.
    as_at = models.DateField()
    recorded_at = models.DateTimeField()
    address = models.TextField()
    kind = models.TextField(null=True)
    area = models.TextField(null=True)
    landlord_name = models.TextField(null=True)
    landlord_phone_sealed = models.BinaryField(null=True)
    inspected_on = models.DateField(null=True)
    inspection_result = models.TextField(null=True)
    to_mend = models.TextField(null=True)
    next_due_on = models.DateField(null=True)
    staff_id = models.BigIntegerField(null=True)  # who entered it on a page

    class Meta:
        db_table = "people_dwelling_statement"
