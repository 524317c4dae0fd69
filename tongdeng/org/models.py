"""Divisions with validity and successors, bureaus under old and new names, posts and staff."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from tongdeng.org.fields import DivisionCodeField
from tongdeng.org.types import Act, ChangeKind, Level, PostKind, ProposalState


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
    until = models.DateField(null=True)  # the last day on which it counts; None: until it is taken away

    class Meta:
        db_table = "org_post"


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by sign-in name."""


class Staff(AbstractBaseUser):
    """A member of staff who may sign in. One person, one sign-in, at most one post at a time.

    Nobody shares a post: whoever acts in it is known by it, also to the functions of the database that change rights.
    """

    login = models.CharField(max_length=60, unique=True)
    name = models.TextField()
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT)  # None: taken away, or not given yet
    is_active = models.BooleanField(default=True)
    has_first_password = models.BooleanField(default=False)  # one that somebody else gave out

    USERNAME_FIELD = "login"
    objects = StaffManager()

    class Meta:
        db_table = "org_staff"
        constraints = [models.UniqueConstraint(fields=["post"], name="org_staff_one_post_one_person")]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must carry to go on: it ends when the password, the post or the account changes."""
        salt = "tongdeng.org.models.Staff.session"
        state = f"{self.password}|{self.post_id}|{self.is_active}"
        return salted_hmac(salt, state, secret=secret, algorithm="sha256").hexdigest()


class ProviderSubject(models.Model):
    """Who a member of staff is at the county's identity provider. Written by a command, never by a claim."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    provider = models.TextField()
    subject = models.TextField()

    class Meta:
        db_table = "org_provider_subject"
        constraints = [models.UniqueConstraint(fields=["provider", "subject"], name="org_provider_subject_one")]


class Attempt(models.Model):
    """One try to sign in or to prove oneself, written before it is judged, so that parallel guesses count."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    name_index = models.BinaryField()  # of what was typed: known or not, names are counted alike
    address = models.TextField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.CASCADE)
    how = models.TextField()  # password, code, key, provider
    is_good = models.BooleanField(default=False)

    class Meta:
        db_table = "org_attempt"
        indexes = [
            models.Index(fields=["name_index", "at"], name="org_attempt_name"),
            models.Index(fields=["address", "at"], name="org_attempt_address"),
        ]


class SpentCode(models.Model):
    """A one-time code that was used: it opens nothing a second time, whichever process is asked."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    code_index = models.BinaryField()
    window = models.BigIntegerField()  # in which half minute of the clock

    class Meta:
        db_table = "org_spent_code"
        constraints = [models.UniqueConstraint(fields=["staff", "code_index", "window"], name="org_spent_code_once")]


class Sitting(models.Model):
    """One sign-in and what became of it: the list of sessions and the history of sign-ins are the same rows."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    token_index = models.BinaryField(unique=True)  # of the random token that the session carries
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.TextField()
    browser = models.TextField()
    how = models.TextField()  # password, totp, webauthn, recovery_codes, provider; joined by +
    has_factor = models.BooleanField(default=False)  # False: nothing but setting one up
    ended_at = models.DateTimeField(null=True)
    ending = models.TextField(default="")  # signed_out, idle, too_long, too_many, ended, changed

    class Meta:
        db_table = "org_sitting"
        indexes = [models.Index(fields=["staff", "-started_at"], name="org_sitting_staff")]


class RightProposal(models.Model):
    """A right that somebody asks to be given, and what a second person said. Functions of the database write it."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    act = models.TextField(choices=[(act.value, act.value) for act in Act])
    kind = models.TextField(default="")
    division = DivisionCodeField(null=True)
    bureau = models.CharField(max_length=3, null=True)
    title_zh = models.TextField(default="")
    title_en = models.TextField(default="")
    until = models.DateField(null=True)
    reason = models.TextField()
    state = models.TextField(choices=[(state.value, state.value) for state in ProposalState])
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.TextField(default="")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")  # given or taken away
    is_applied = models.BooleanField(default=False)  # an approval counts once

    class Meta:
        db_table = "org_right_proposal"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(act="revoke") | ~models.Q(proposed_by=models.F("staff")),
                name="org_right_proposal_not_for_oneself",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | (~models.Q(decided_by=models.F("proposed_by")) & ~models.Q(decided_by=models.F("staff"))),
                name="org_right_proposal_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["approved", "refused"], decided_by__isnull=False)
                | models.Q(state__in=["open", "withdrawn", "done"], decided_by__isnull=True),
                name="org_right_proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(act="revoke", state="done") | (~models.Q(act="revoke") & ~models.Q(state="done")),
                name="org_right_proposal_only_narrowing_alone",
            ),
        ]
