"""Divisions with validity and successors, bureaus under old and new names, posts and staff."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tongdeng.org.fields import DivisionCodeField
from tongdeng.org.types import ChangeKind, Level, PostKind


class Division(models.Model):
    """A county, town or community while it exists: `valid_from` is in, `valid_to` is out."""

    code = DivisionCodeField(primary_key=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    level = models.TextField(choices=[(level.value, level.value) for level in Level])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "org_division"


class Change(models.Model):
    """One line of a planned change of the map: those of `code_before` go to `code_after` from a day on.

    `words` are what the addresses contain of those who go there; empty for the rest and where nothing is split.
    """

    id = models.BigAutoField(primary_key=True)
    plan = models.IntegerField()  # the file it came with
    starts_on = models.DateField()
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in ChangeKind])
    code_before = DivisionCodeField(null=True)  # None: established
    code_after = DivisionCodeField(null=True)  # None: abolished
    name_zh = models.TextField(default="")  # of `code_after`; empty: it keeps its name
    name_en = models.TextField(default="")
    former_zh = models.TextField(default="")  # the name that `code_after` bore before, if it was there
    former_en = models.TextField(default="")
    words = models.JSONField(default=list)
    note = models.TextField(default="")
    state = models.TextField(default="planned")  # planned, applied, withdrawn
    recorded_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "org_change"
        indexes = [models.Index(fields=["state", "starts_on"], name="org_change_due")]


class Bureau(models.Model):
    """A department of the county government, by the code the law files use."""

    code = models.CharField(max_length=3, primary_key=True)

    class Meta:
        db_table = "org_bureau"


class BureauName(models.Model):
    """A bureau's name and when it bore it; the plan's names are kept with their dates.

    The law folder brings its names anew with each version of the program; a county's own stay.
    """

    bureau = models.ForeignKey(Bureau, on_delete=models.CASCADE)
    name_zh = models.TextField()
    name_en = models.TextField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    is_own = models.BooleanField(default=False)

    class Meta:
        db_table = "org_bureau_name"


class Unit(models.Model):
    """A bureau's or a community's own office at a place."""

    bureau = models.ForeignKey(Bureau, null=True, on_delete=models.PROTECT)
    division = models.ForeignKey(Division, on_delete=models.PROTECT)
    name_zh = models.TextField()
    name_en = models.TextField()

    class Meta:
        db_table = "org_unit"


class Post(models.Model):
    """A post in a unit. Rights belong to posts, never to persons; territory is the range [lo, hi)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in PostKind])
    title_zh = models.TextField()
    title_en = models.TextField()
    lo = DivisionCodeField()
    hi = DivisionCodeField()

    class Meta:
        db_table = "org_post"


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by sign-in name."""


class Staff(AbstractBaseUser):
    """A member of staff who may sign in. One person, one sign-in, one post at a time."""

    login = models.CharField(max_length=60, unique=True)
    name = models.TextField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    has_first_password = models.BooleanField(default=False)  # one that somebody else gave out

    USERNAME_FIELD = "login"
    objects = StaffManager()

    class Meta:
        db_table = "org_staff"
