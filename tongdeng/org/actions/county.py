"""Writes of the map, the bureaus, the posts and the staff.

They run as the owner: no working login may change them, but for one's own password.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib.auth.hashers import check_password
from django.db import connection, connections, transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.org.changes import Planned
from tongdeng.org.county import CountyPlan, keeps_post
from tongdeng.org.county_file import StaffLine
from tongdeng.org.models import Bureau, BureauName, Change, Division, Post, ProviderSubject, Staff, Unit
from tongdeng.org.types import Place, PostKind, territory_of

OWNER = "owner"
# A county's divisions hold for every day a roll may speak of; later changes of the map have dates of their own.
ALWAYS = date(2000, 1, 1)


@transaction.atomic(using=OWNER)
def register_divisions(*, places: Iterable[Place], since: date, by: Actor) -> int:
    """Add divisions that are not known yet, parents before children. Returns how many were added."""
    known = set(Division.objects.using(OWNER).values_list("code", flat=True))
    fresh = [
        Division(
            code=place.code, name_zh=place.name_zh, name_en=place.name_en, level=place.level.value,
            parent_id=place.parent, valid_from=since,
        )
        for place in places
        if place.code not in known
    ]  # fmt: skip
    Division.objects.using(OWNER).bulk_create(fresh)
    audit.record("org.divisions.registered", by=by, detail={"divisions": len(fresh)})
    return len(fresh)


@transaction.atomic(using=OWNER)
def register_bureaus(*, names: Iterable[BureauName], by: Actor) -> None:
    """Replace the bureaus' names, old and new, by those given; what the county itself calls one stays."""
    names = list(names)
    Bureau.objects.using(OWNER).bulk_create(
        [Bureau(code=c) for c in {n.bureau_id for n in names}], ignore_conflicts=True
    )
    BureauName.objects.using(OWNER).filter(is_own=False).delete()
    BureauName.objects.using(OWNER).bulk_create(names)
    audit.record("org.bureaus.registered", by=by, detail={"names": len(names)})


@transaction.atomic(using=OWNER)
def add_staff(
    *, login: str, name: str, kind: PostKind, division: str, titles: tuple[str, str], bureau: str | None,
    password: str, is_first: bool = False, by: Actor,
) -> Staff:  # fmt: skip
    """Add a member of staff with a post at a place; the same login again changes the post and the password.

    A first password was given out by somebody else: whoever signs in with it chooses an own one before anything else.
    """
    if bureau:
        Bureau.objects.using(OWNER).get_or_create(code=bureau)
    unit, _ = Unit.objects.using(OWNER).get_or_create(
        bureau_id=bureau, division_id=division, defaults={"name_zh": titles[0], "name_en": titles[1]}
    )
    lo, hi = territory_of(division)
    post = Post.objects.using(OWNER).create(
        unit=unit, kind=kind.value, title_zh=titles[0], title_en=titles[1], lo=lo, hi=hi
    )
    staff, _ = Staff.objects.using(OWNER).get_or_create(login=login, defaults={"name": name, "post": post})
    staff.name, staff.post, staff.has_first_password = name, post, is_first
    staff.set_password(password)
    staff.save(using=OWNER)
    audit.record("org.staff.added", by=by, detail={"staff": staff.pk, "post": post.pk, "kind": kind.value})
    return staff


@transaction.atomic(using=OWNER)
def reset_staff(*, login: str, password: str, by: Actor) -> bool:
    """Give a member of staff a new first password and take the second factor away; every session ends.

    For whoever runs the server. Returns False where nobody has this sign-in name.
    """
    staff = Staff.objects.using(OWNER).filter(login=login).first()
    if staff is not None:
        staff.set_password(password)
        staff.has_first_password = True
        staff.save(using=OWNER, update_fields=["password", "has_first_password"])
        with connections[OWNER].cursor() as cursor:
            cursor.execute("DELETE FROM mfa_authenticator WHERE user_id = %s", [staff.pk])
            cursor.execute("SELECT org_end_sittings(%s, 'changed', now())", [staff.pk])
    audit.record("org.staff.reset", by=by, detail={"staff": staff.pk if staff else None})
    return staff is not None


@transaction.atomic(using=OWNER)
def link_subject(*, login: str, provider: str, subject: str, by: Actor) -> bool:
    """Say who a member of staff is at the county's identity provider; empty unlinks. False: nobody has this name.

    The only way in: whatever a provider claims about a stranger makes nobody and changes nobody.
    """
    staff = Staff.objects.using(OWNER).filter(login=login).first()
    if staff is not None:
        ProviderSubject.objects.using(OWNER).filter(staff=staff, provider=provider).delete()
        if subject:
            ProviderSubject.objects.using(OWNER).create(staff=staff, provider=provider, subject=subject)
    audit.record("org.staff.subject_linked", by=by, detail={"staff": staff.pk if staff else None})
    return staff is not None


def change_password(*, old: str, new: str, by: Actor) -> Staff | None:
    """Give whoever acts an own password; their other sessions end with the old one. Returns None if `old` is wrong."""
    staff = Staff.objects.get(pk=by.staff_id)
    if not check_password(old, staff.password):
        audit.record("org.staff.password_refused", by=by, detail={"staff": staff.pk})
        return None
    staff.set_password(new)
    staff.has_first_password = False
    staff.save(update_fields=["password", "has_first_password"])
    audit.record("org.staff.password_changed", by=by, detail={"staff": staff.pk})
    return staff


@transaction.atomic(using=OWNER)
def settle_county(*, plan: CountyPlan, passwords: Mapping[str, str], by: Actor) -> None:
    """Write what a county's workbook changes, all of it or nothing; `passwords` holds one for each new sign-in."""
    if plan.added:
        register_divisions(places=sorted(plan.added, key=lambda one: one.code), since=ALWAYS, by=by)
    for place in plan.renamed:
        Division.objects.using(OWNER).filter(code=place.code).update(name_zh=place.name_zh, name_en=place.name_en)
    Bureau.objects.using(OWNER).bulk_create([Bureau(code=one.code) for one in plan.bureaus], ignore_conflicts=True)
    for one in plan.bureaus:
        BureauName.objects.using(OWNER).update_or_create(
            bureau_id=one.code, is_own=True, defaults={"name_zh": one.name_zh, "name_en": one.name_en}
        )
    for line in plan.new_staff:
        add_staff(
            login=line.login, name=line.name, kind=line.kind, division=line.division, bureau=line.bureau,
            titles=(line.title_zh, line.title_en), password=passwords[line.login], is_first=True, by=by,
        )  # fmt: skip
    for line in plan.changed_staff:
        _change_staff(line)
    if plan.replaces:
        _remove_map(plan.replaces)
    audit.record(
        "org.county.settled", by=by,
        detail={
            "county": plan.county, "replaced": plan.replaces, "divisions": len(plan.added), "names": len(plan.renamed),
            "bureaus": len(plan.bureaus), "staff": len(plan.new_staff), "changed": len(plan.changed_staff),
        },
    )  # fmt: skip


def _change_staff(line: StaffLine) -> None:
    """Give somebody the name, the title and the post that the workbook states; the password stays."""
    staff = Staff.objects.using(OWNER).select_related("post__unit").get(login=line.login)
    post = staff.post
    if not keeps_post(line, staff):
        unit, _ = Unit.objects.using(OWNER).get_or_create(
            bureau_id=line.bureau, division_id=line.division,
            defaults={"name_zh": line.title_zh, "name_en": line.title_en},
        )  # fmt: skip
        lo, hi = territory_of(line.division)
        # A new post, so that what the former one did stays the former one's.
        post = Post(unit=unit, kind=line.kind.value, lo=lo, hi=hi)
    post.title_zh, post.title_en = line.title_zh, line.title_en
    post.save(using=OWNER)
    staff.name, staff.post = line.name, post
    staff.save(using=OWNER, update_fields=["name", "post"])


def _remove_map(county: str) -> None:
    """Remove the divisions of a county nobody was ever taken in under, with the posts nobody holds any more."""
    lo, hi = territory_of(county)
    Post.objects.using(OWNER).filter(lo__gte=lo, lo__lt=hi).delete()
    Unit.objects.using(OWNER).filter(division__code__gte=lo, division__code__lt=hi).delete()
    Change.objects.using(OWNER).filter(state="planned").update(state="withdrawn", settled_at=clock.now())
    below = Division.objects.using(OWNER).filter(code__gte=lo, code__lt=hi)
    below.update(successor=None)
    for level in ("community", "town", "county"):
        below.filter(level=level).delete()


# ---- changes of the map ----


@transaction.atomic(using=OWNER)
def plan_changes(*, changes: Iterable[Planned], by: Actor) -> int:
    """Write down changes of the map, to be carried out on their days, and return the number of the plan."""
    at = clock.now()
    newest = Change.objects.using(OWNER).order_by("-plan").values_list("plan", flat=True).first()
    plan = (newest or 0) + 1
    lines = [
        Change(
            plan=plan, starts_on=one.starts_on, kind=one.kind.value, code_before=one.before, code_after=one.after,
            name_zh=one.name_zh, name_en=one.name_en, former_zh=one.former_zh, former_en=one.former_en,
            words=list(one.words), note=one.note, recorded_at=at,
        )
        for one in changes
    ]  # fmt: skip
    Change.objects.using(OWNER).bulk_create(lines)
    audit.record("org.changes.planned", by=by, detail={"plan": plan, "changes": len(lines)})
    return plan


@transaction.atomic(using=OWNER)
def withdraw_changes(*, plan: int, by: Actor) -> int:
    """Take back what of a plan was not carried out yet; returns how many changes that were."""
    waiting = Change.objects.using(OWNER).filter(plan=plan, state="planned")
    count = waiting.update(state="withdrawn", settled_at=clock.now())
    audit.record("org.changes.withdrawn", by=by, detail={"plan": plan, "changes": count})
    return int(count)


def carry_out_changes(*, on: date, by: Actor) -> list[int]:
    """Change the map as planned up to a day, posts included, and return the changes' ids. The caller is a job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT org_carry_out(%s, %s)", [on, clock.now()])
        done = [int(row[0]) for row in cursor.fetchall()]
    audit.record("org.changes.carried_out", by=by, detail={"changes": len(done), "day": on.isoformat()})
    return done
